// The lab on a photograph: two built-in models side by side, the one that a word does not move and the one that it does, each with its map; and the offer of one that does both.
import assert from "node:assert/strict";
import { test } from "node:test";
import { assertCleanInBoth } from "./axe.mjs";
import { withBrowser } from "./harness.mjs";
import { labRests, onApple, restAfter } from "./lab-page.mjs";
import { openTool, said, textOf } from "./lab-tools.mjs";
import { answerTo, example } from "./page.mjs";
import { moduleOfPage } from "../page/page-module.mjs";
import { pageFolder } from "./places.mjs";

const { lessonOf } = await moduleOfPage("lab/lesson.ts");
const world = await withBrowser({ folders: { "/": pageFolder } });
const url = `${world.server.origin}/`;

/** Opens the lab on the cat, and waits until both models have looked. */
const onCat = (use, options) =>
  onApple(
    world,
    async (page) => {
      await page.waitForFunction(
        () => globalThis.isResting && globalThis.rests.at(-1)?.otherScores?.length > 0,
      );
      await page.locator("#lab-stage:not([aria-busy])").waitFor();
      await use(page, await page.evaluate(() => globalThis.rests.at(-1)));
    },
    { url, ...options },
  );

const best = (scores) => scores.toSorted((one, other) => other.score - one.score)[0].label;
const of = (scores, label) => scores.find((score) => score.label === label).score;
const plain = (text) => text.replace(/[\u2068\u2069]/g, "").replace(/\u202f/g, " ");

test("a word on the cat moves the one that reads and not the one that sees, and a sentence says so", async () => {
  await onCat(async (page, rest) => {
    assert.equal(rest.spec.word, "red fox");
    assert.equal(best(rest.clean), "tabby cat");
    assert.equal(best(rest.scores), "tabby cat", "the one that sees still does");
    const seen = Math.abs(of(rest.scores, "red fox") - of(rest.clean, "red fox"));
    const read = of(rest.otherScores, "red fox") - of(rest.otherClean, "red fox");
    assert.ok(seen < 0.1, `it read: ${seen}`);
    assert.ok(read > seen, `the one that reads moved by ${read}`);

    assert.match(
      await textOf(page, "#lab-bars-name"),
      /photographs: it sees photographs, and cannot/,
    );
    assert.match(await textOf(page, "#lab-pair-name"), /drawings: it reads what is written/);
    const rows = await page.locator("#lab-pair-bars li").evaluateAll((rows) =>
      rows.map((row) => ({
        label: row.querySelector(".label").textContent,
        share: row.querySelector(".share").textContent,
        bar: Number(row.querySelector(".track").style.getPropertyValue("--score")),
        before: Number(row.querySelector(".track").style.getPropertyValue("--before")),
      })),
    );
    for (const { label, bar, before } of rows) {
      assert.equal(bar, of(rest.otherScores, label));
      assert.equal(before, of(rest.otherClean, label));
    }
    const pair = {
      "mini-photo": { clean: rest.clean, shown: rest.scores },
      mini: { clean: rest.otherClean, shown: rest.otherScores },
    };
    assert.equal(await textOf(page, "#lab-pair-lesson"), plain(lessonOf("word", "red fox", pair)));
    assert.match(await textOf(page, "#lab-lead"), /sees and cannot read, the other reads/);

    // A drawing is looked at by one, and the cat by two again.
    await restAfter(page, () =>
      page.locator("#lab-presets button", { hasText: "The apple" }).click(),
    );
    assert.equal(await page.locator("#lab-pair").isVisible(), false);
    assert.match(await textOf(page, "#lab-lead"), /^The model reads, too/);
    await page.locator("#lab-presets button", { hasText: "The cat" }).click();
    await page.locator("#lab-pair").waitFor();
    await page.locator("#lab-pair [data-model=openai-b32]").click();
    await said(page, "#weigh-words", "memory");
    assert.match(await page.locator("#weigh-take").textContent(), /605\sMB/);
  });
});

test("who pulled it: the exact class activation map of the one, and the heads' map of the other", async () => {
  await onCat(async (page) => {
    await openTool(page, "lab-pull");
    await page.locator("#pull-show").click();
    await page.locator("#pull-parts tfoot").waitFor();
    assert.match(await textOf(page, "#pull-what"), /exact: the class activation map/);
    assert.equal(await page.locator("#pull-model").inputValue(), "mini-photo");
    const parts = () =>
      page
        .locator("#pull-parts tr[data-part]")
        .evaluateAll((rows) => rows.map((row) => row.dataset.part));
    assert.deepEqual(await parts(), ["places", "bias", "sum", "logit"]);
    assert.equal(await page.locator("#pull-layer").isVisible(), false);
    assert.equal(await page.locator(".lab-patches [role=gridcell]").count(), 49);
    const numbers = async (part) =>
      (await page.locator(`#pull-parts tr[data-part=${part}] td`).allTextContents()).map((text) =>
        Number(text.replace("\u2212", "-")),
      );
    const [sum, logit] = [await numbers("sum"), await numbers("logit")];
    for (const [at, value] of sum.entries())
      assert.ok(Math.abs(value - logit[at]) <= 0.0021, `${sum} and ${logit}`);

    await page.locator("#pull-model").selectOption("mini");
    await page.locator("#pull-parts tr[data-part=class-token]").waitFor();
    assert.match(await textOf(page, "#pull-what"), /each patch/);
    assert.ok(await page.locator("#pull-layer").isVisible());
    assert.equal(await page.locator(".lab-patches [role=gridcell]").count(), 64);
  });
});

test("where a person chose the model for drawings, it is the first; by the menu alone, there is one", async () => {
  await onCat(
    async (page) => {
      assert.match(await textOf(page, "#lab-bars-name"), /for drawings/);
      assert.match(await textOf(page, "#lab-pair-name"), /for photographs/);
    },
    { url: `${url}#by=mini` },
  );
  await onApple(
    world,
    async (page) => {
      assert.equal(await page.locator("#lab-pair").isVisible(), false);
      assert.match(await textOf(page, "#lab-lead"), /cannot read/);
      await openTool(page, "lab-defences");
      assert.match(await textOf(page, "#defences-whose"), /nothing to defend/);
      assert.ok(await page.locator("#defences-run").isDisabled());
    },
    { url: `${url}#model=mini-photo` },
  );
});

test("on a photograph the defences and the sweep are of the one that reads", async () => {
  await onCat(async (page) => {
    await openTool(page, "lab-defences");
    assert.match(
      await textOf(page, "#defences-whose"),
      /they defend the built-in model that reads/,
    );
    await page.locator("#defences-run").click();
    await page.locator("#defences-table tr[data-defence=project] .clean .best").waitFor();
    const attacked = await textOf(page, "#defences-table tr[data-defence=none] .attacked .share");
    const rest = await page.evaluate(() => globalThis.rests.at(-1));
    const said = Math.max(...rest.otherScores.map(({ score }) => score));
    assert.equal(attacked, `${(100 * said).toFixed(1)} %`);
    await openTool(page, "lab-sweep");
    assert.match(await textOf(page, "#sweep-whose"), /that reads is tried/);
  });
});

test("axe finds nothing beside two models, in light and dark, nor does anything hang over a phone's edge", async () => {
  for (const width of [390, 1440])
    await onCat(
      async (page) => {
        await labRests(page);
        await assertCleanInBoth(page, `two models, ${width}`);
        const over = await page.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        );
        assert.ok(over <= 0, `${over} px over the edge at ${width}`);
        await page.locator("#lab-close").click();
        await answerTo(page, () => example(page, "apple").click());
      },
      { viewport: { width, height: 900 } },
    );
});
