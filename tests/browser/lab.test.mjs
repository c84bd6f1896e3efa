// The typographic lab: reached in one click, what its controls and presets write, and what bars and sentence say to it.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { assertCleanInBoth } from "./axe.mjs";
import { withBrowser } from "./harness.mjs";
import { assertShown, labRests, onApple, restAfter } from "./lab-page.mjs";
import { textOf } from "./lab-tools.mjs";
import { assertClose, assertScores, inOrder } from "./numbers.mjs";
import { visit } from "./page.mjs";
import { pageFolder } from "./places.mjs";

const world = await withBrowser({ folders: { "/": pageFolder } });
const url = `${world.server.origin}/`;
const apple = `${url}#picture=apple&lab`;

test("one click opens it with a word on the picture; bars, ghosts and sentence agree; Escape and Back go back", async () => {
  await onApple(world, async (page, first) => {
    assert.equal(first.spec.word, "iPod");
    assertScores(
      first.scores,
      first.scores.map(({ label }) => label),
    );
    const [iPod] = inOrder(first.scores, ["iPod"], "score");
    const [before] = inOrder(first.clean, ["iPod"], "score");
    assert.ok(iPod > before + 0.5, `“iPod” went from ${before} to ${iPod}`);
    await assertShown(page, first);
    assert.equal(await page.evaluate(() => document.activeElement.id), "lab-title");
    assert.equal(await page.locator("#left").isVisible(), false);
    await page.waitForFunction(() => /(&|#)lab$/.test(location.hash));
    // The clean picture is the page's own.
    const page0 = await page.evaluate(() => globalThis.answers.at(-1).scores);
    const labels = page0.map(({ label }) => label);
    assertClose(inOrder(first.clean, labels, "logit"), inOrder(page0, labels, "logit"), 1e-3);

    await page.keyboard.press("Escape");
    await page.locator("#left").waitFor();
    assert.equal(await page.locator("#lab").isVisible(), false);
    assert.equal(await page.evaluate(() => document.activeElement.id), "write");
    await page.waitForFunction(() => !/lab/.test(location.hash));
    assert.deepEqual(
      await page.locator("#labels").evaluate((bars) => bars.labels.toSorted()),
      labels.toSorted(),
    );

    await page.locator("#write").press("Enter");
    await page.locator("#lab-label").waitFor();
    assert.equal(await page.locator("#lab-word").inputValue(), "iPod", "the label is kept");
    await page.locator("#lab-close").click();
    await page.locator("#left").waitFor();
  });
});

test("an address opens it, and going to another without it closes it", async () => {
  await visit(world.browser, apple, async (page) => {
    await page.locator("#lab-label").waitFor();
    await page.waitForFunction(() => document.querySelector("#lab-sentence").textContent !== "");
    assert.match(await textOf(page, "#lab-sentence"), /^“iPod” gained \d+ points/);
    await page.evaluate(() => (location.hash = "#picture=apple"));
    await page.locator("#left").waitFor();
    assert.equal(await page.locator("#lab").isVisible(), false);
  });
});

test("clean, blank paper and nonsense are one press each, and the parts of the sentence are theirs", async () => {
  await onApple(world, async (page, first) => {
    const choose = (control) =>
      restAfter(page, () =>
        page.locator(`#lab-control input[value=${control}]`).check({ force: true }),
      );
    const clean = await choose("clean");
    assert.deepEqual(clean.scores, clean.clean);
    await assertShown(page, clean);
    assert.equal(await page.locator("#lab-label").isVisible(), false);
    const blank = await choose("blank");
    assert.deepEqual(blank.scores, blank.blank);
    assertClose(
      inOrder(blank.scores, ["iPod", "apple"], "score"),
      inOrder(first.blank, ["iPod", "apple"], "score"),
      1e-6,
      "the blank paper that the first sentence spoke of",
    );
    await assertShown(page, blank);
    const nonsense = await choose("nonsense");
    await assertShown(page, nonsense);
    assert.match(await textOf(page, "#lab-shown"), /^“\S{4}”: as long as the word/);
    const word = await choose("word");
    assert.deepEqual(word.scores, first.scores, "the same picture, the same numbers");
    // A change of the label brings the word back: without it nobody would see the change.
    await choose("clean");
    const sized = await restAfter(page, () =>
      page.locator("#lab-controls [name=height]").fill("30"),
    );
    assert.deepEqual([sized.control, sized.spec.height], ["word", 0.3]);
  });
});

test("presets write what they say", async () => {
  await onApple(
    world,
    async (page) => {
      const press = (name) =>
        restAfter(page, () => page.locator("#lab-presets button", { hasText: name }).click());
      const apple = await press("The apple");
      assert.equal(apple.spec.word, "iPod");
      assert.deepEqual(
        apple.clean.map(({ label }) => label).toSorted(),
        ["apple", "iPod", "pear", "tomato"].toSorted(),
      );
      assert.equal((await press("Write the truth")).spec.word, "apple");
      const others = [];
      for (let times = 0; times < 3; times += 1)
        others.push((await press("Write another label")).spec.word);
      assert.deepEqual(others.toSorted(), ["iPod", "pear", "tomato"].toSorted());
      await page.locator("#lab-controls [name=paper]").selectOption("sticker");
      assert.equal((await press("Mirrored")).spec.mirror, true);
      const tiny = (await press("Tiny")).spec;
      assert.ok(tiny.height < 0.06);
      assert.deepEqual([tiny.mirror, tiny.paper], [false, "sticker"], "none goes on from another");
      await restAfter(page, () => page.locator("#lab-word").fill("a rather long word"));
      const corner = await press("Hidden in the corner");
      assert.ok(corner.spec.y > 0.9 && corner.spec.height < 0.1);
      const stage = await page.locator("#lab-stage").boundingBox();
      const paper = await page.locator("#lab-label").boundingBox();
      assert.ok(paper.x + paper.width <= stage.x + stage.width + 2, "the paper is not cut off");
      await assertShown(page, corner);
    },
    { url },
  );
});

test("an example is taken back as a whole: picture, labels and word", async () => {
  await onApple(
    world,
    async (page, first) => {
      const name = () => page.locator("#lab-picture").getAttribute("aria-label");
      const before = await name();
      await restAfter(page, () =>
        page.locator("#lab-presets button", { hasText: "The apple" }).click(),
      );
      assert.match(await name(), /apple/);
      const back = await restAfter(page, () => page.locator("#lab-controls [name=undo]").click());
      await page.waitForFunction(
        (name) => document.querySelector("#lab-picture").getAttribute("aria-label") === name,
        before,
      );
      assert.deepEqual(back.spec, first.spec);
      assert.deepEqual(
        back.scores.map(({ label }) => label).toSorted(),
        first.scores.map(({ label }) => label).toSorted(),
      );
      assert.ok(await page.locator("#lab-controls [name=undo]").isDisabled());
    },
    { url },
  );
});

test("a word that is no label is offered to become one; labels are typed as on the page", async () => {
  await onApple(world, async (page) => {
    const melon = await restAfter(page, () => page.locator("#lab-word").fill("melon"));
    assert.equal(
      melon.scores.some(({ label }) => label === "melon"),
      false,
    );
    assert.match(await textOf(page, "#lab-missing"), /“melon” is not among the labels\.\s+Add it/);
    const added = await restAfter(page, () => page.locator("#lab-missing-add").click());
    assert.ok(added.scores.some(({ label }) => label === "melon"));
    assert.equal(await page.locator("#lab-missing-words").textContent(), "");
    await assertShown(page, added);
    const typed = await restAfter(page, () =>
      page.locator("#lab-bars li input").first().fill("plum"),
    );
    assert.ok(typed.scores.some(({ label }) => label === "plum"));
    assert.equal(typed.stats.imageTowerRuns, added.stats.imageTowerRuns, "the same pictures");
    await page.keyboard.press("Tab");
    await page.locator("#lab-close").click();
    const labels = await page.locator("#labels").evaluate((bars) => bars.labels);
    assert.ok(labels.includes("plum") && labels.includes("melon"), "the page has the same labels");
  });
});

test("what cannot be written is said beside the word, and the last good picture and bars stay", async () => {
  await onApple(world, async (page, first) => {
    const pixels = () => page.locator("#lab-picture").evaluate((canvas) => canvas.toDataURL());
    const before = await pixels();
    const sentence = await textOf(page, "#lab-sentence");
    const word = page.locator("#lab-word");
    const complains = async (text, words) => {
      await word.fill(text);
      await page.locator("#lab-trouble-words", { hasText: words }).waitFor();
      assert.equal(await word.getAttribute("aria-invalid"), "true");
      assert.equal(await pixels(), before);
      assert.equal(await textOf(page, "#lab-sentence"), sentence);
      assert.equal(await page.locator("#lab-verdict > [data-old]").count(), 2);
    };
    await complains("", /The word is empty/);
    await complains("x".repeat(10_000), /10000 characters; write 200 at most/);
    await complains("犬", /DejaVu Sans.* has no sign for "犬"/);
    const drawn = await restAfter(page, () => page.locator("#lab-trouble-font").click());
    assert.deepEqual([drawn.spec.word, drawn.spec.font], ["犬", "cjk"]);
    assert.equal(await page.locator("#lab-trouble-words").textContent(), "");
    assert.equal(await word.getAttribute("aria-invalid"), "false");
    assert.equal(await page.locator("#lab-bars[data-old]").count(), 0);
    const back = await restAfter(page, async () => {
      await page.locator("#lab-controls [name=font]").selectOption("sans");
      await word.fill("iPod");
    });
    assert.deepEqual(back.scores, first.scores);
  });
});

test("fonts, papers, colours and copies change the picture; reset and undo bring it back; it is saved as PNG", async () => {
  await onApple(world, async (page, first) => {
    const control = (name) => page.locator(`#lab-controls [name=${name}]`);
    await page.locator(".lab-more summary").click();
    const seen = new Set();
    for (const [act, expected] of [
      [() => control("font").selectOption("hand"), { font: "hand" }],
      [() => control("paper").selectOption("sticker"), { paper: "sticker" }],
      [() => control("rotation").fill("-20"), { rotation: -20 }],
      [() => control("tilt").fill("40"), { tilt: 40 }],
      [() => control("turn").fill("-30"), { turn: -30 }],
      [() => control("opacity").fill("70"), { opacity: 0.7 }],
      [() => control("ink").fill("#aa0033"), { ink: "#aa0033" }],
      [() => control("paperColour").fill("#ffee99"), { paperColour: "#ffee99" }],
      [() => control("mirror").check(), { mirror: true }],
      [() => control("copies").fill("3"), { copies: 3 }],
      [() => control("spread").click(), { seed: 1 }],
    ]) {
      const { spec } = await restAfter(page, act);
      for (const [name, value] of Object.entries(expected)) assert.equal(spec[name], value);
      seen.add(await page.locator("#lab-picture").evaluate((canvas) => canvas.toDataURL()));
    }
    assert.equal(seen.size, 11, "every change is seen");
    assert.equal(await page.locator("#lab-outline polygon").count(), 3, "a frame for each copy");

    const saving = page.waitForEvent("download");
    await control("save").click();
    const download = await saving;
    assert.equal(download.suggestedFilename(), "apple-iPod.png");
    const bytes = readFileSync(await download.path());
    assert.deepEqual([bytes.readUInt32BE(16), bytes.readUInt32BE(20)], [1024, 1024]);

    const reset = await restAfter(page, () => control("reset").click());
    assert.deepEqual(reset.spec, first.spec);
    assert.deepEqual(reset.scores, first.scores);
    await control("reset").focus();
    const undone = await restAfter(page, () => page.keyboard.press("Control+z"));
    assert.equal(undone.spec.copies, 3);
  });
});

test("axe finds nothing in light and dark; nothing hangs over a phone's edge; what is pressed is large enough", async () => {
  const states = {
    open: () => null,
    "the label has the focus": (page) => page.locator("#lab-label").focus(),
    clean: (page) => page.locator("#lab-control input[value=clean]").check({ force: true }),
    "a word that is no label": (page) => page.locator("#lab-word").fill("melon"),
    "what cannot be written": async (page) => {
      await page.locator("#lab-word").fill("犬");
      await page.locator("#lab-trouble-font").waitFor();
    },
    "all controls": (page) => page.locator(".lab-more summary").click(),
  };
  for (const width of [360, 1440])
    await onApple(
      world,
      async (page) => {
        for (const [state, reach] of Object.entries(states)) {
          await reach(page);
          await labRests(page);
          const over = await page.evaluate(
            () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
          );
          assert.ok(over <= 0, `${state}: ${over} px over the edge at ${width}`);
          await assertCleanInBoth(page, `${state}, ${width}`);
        }
        const small = await page.evaluate(() =>
          [...document.querySelectorAll("#lab :is(button, summary, select, input, .lab-handle)")]
            .filter(
              (control) =>
                control.checkVisibility({ visibilityProperty: true }) &&
                !control.closest(".segments, .check") &&
                !control.classList.contains("link"),
            )
            .map((control) => [
              control.id || control.name || control.textContent.trim(),
              Math.min(control.offsetWidth, control.offsetHeight),
            ])
            .filter(([, side]) => side < 24),
        );
        assert.deepEqual(small, [], `${width}`);
      },
      { viewport: { width, height: 900 } },
    );
});
