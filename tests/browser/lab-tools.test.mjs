// The lab's defences side by side, and every tool and question of the lab as axe and a phone see it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { assertCleanInBoth } from "./axe.mjs";
import { withBrowser } from "./harness.mjs";
import {
  PATIENCE,
  cancelOnceUnderWay,
  newestLook,
  openLab,
  openTool,
  said,
  showPull,
  textOf,
} from "./lab-tools.mjs";
import { visit } from "./page.mjs";
import { pageFolder } from "./places.mjs";

const world = await withBrowser({ folders: { "/": pageFolder } });
/** On the drawn apple, by the model for drawings alone: it has a fingerprint, and what was measured is of it. */
const apple = `${world.server.origin}/#picture=apple&model=mini`;
const rates = "/glimpse-clip/models/mini/defences.json";
const DEFENCES = [
  "none",
  "erase",
  "erase-gated",
  "oracle",
  "mirror",
  "heads",
  "explain-away",
  "project",
];

/** A build without measured rates: the table of defences does without. */
const noRates = (request, response) => response.writeHead(404).end();
const missing = { expected: [/defences\.json/] };
world.server.route(rates, noRates);

/** A cell of the table of defences, in words. */
const cell = (page, defence, name) =>
  textOf(page, `#defences-table tr[data-defence=${defence}] .${name}`);
/** The best label and its share in a cell. */
const best = async (page, defence, name) => {
  const place = `#defences-table tr[data-defence=${defence}] .${name}`;
  return [await textOf(page, `${place} .best`), await textOf(page, `${place} .share`)];
};
const tried = (page, defence) =>
  page
    .locator(`#defences-table tr[data-defence=${defence}]:not([data-stale]) .clean .best`)
    .waitFor();

test("every defence is tried with the word and without, says what it costs, and shows what it erased", async () => {
  await visit(
    world.browser,
    apple,
    async (page) => {
      await openLab(page);
      await openTool(page, "lab-defences");
      await cancelOnceUnderWay(page, "#defences-run", "#defences-job");
      await said(page, "#defences-job .note", "Cancelled.");
      await page.locator("#defences-run").click();
      for (const defence of DEFENCES) await tried(page, defence);
      await page.locator("#defences-job .lab-job-line").waitFor({ state: "hidden" });

      const rows = await page
        .locator("#defences-table tbody tr")
        .evaluateAll((rows) => rows.map((row) => row.dataset.defence));
      assert.deepEqual(rows, DEFENCES);
      const { iPod } = await newestLook(page);
      assert.deepEqual(await best(page, "none", "attacked"), [
        "iPod (wrong)",
        `${(100 * iPod.score).toFixed(1)} %`,
      ]);
      assert.equal((await best(page, "none", "clean"))[0], "apple (right)");
      for (const defence of DEFENCES) {
        for (const name of ["attacked", "clean"])
          assert.match((await best(page, defence, name)).join(" "), /\((right|wrong)\) \d+\.\d %$/);
        assert.match(await cell(page, defence, "cost"), /^\d+ pass/);
      }
      assert.equal(await cell(page, "mirror", "cost"), "2 passes");
      assert.match(await cell(page, "explain-away", "cost"), /^1 pass, \d+ texts once$/);
      const alarm = async (name) =>
        Number(/cosine (-?\d\.\d\d)/.exec(await cell(page, "mirror", name))[1]);
      assert.ok((await alarm("attacked")) < (await alarm("clean")), "text lowers the cosine");
      const thumbnail = page.locator("tr[data-defence=oracle] .lab-thumbnails canvas");
      assert.match(await thumbnail.getAttribute("aria-label"), /1 place blackened/);
      const black = await thumbnail.evaluate((canvas) => {
        const { data } = canvas.getContext("2d").getImageData(64, 76, 1, 1);
        return [...data.slice(0, 3)];
      });
      assert.deepEqual(black, [0, 0, 0], "the label's middle is black");
      assert.equal(await page.locator("#defences-table .measured:visible").count(), 0);

      // No head that looks away is the model as it is.
      const none = [await best(page, "none", "attacked"), await best(page, "none", "clean")];
      await page.locator("#defences-heads").fill("0");
      await page.waitForFunction(
        (share) =>
          document.querySelector("tr[data-defence=heads] .attacked .share").textContent === share,
        await page.locator("tr[data-defence=none] .attacked .share").textContent(),
      );
      assert.deepEqual(
        [await best(page, "heads", "attacked"), await best(page, "heads", "clean")],
        none,
      );
    },
    missing,
  );
});

test("a word for the mirror's weak side is put on the picture; the other rows say that they are of before", async () => {
  await visit(
    world.browser,
    apple,
    async (page) => {
      await openLab(page);
      await openTool(page, "lab-defences");
      await page.locator("#defences-run").click();
      await tried(page, "project");
      await page.locator("#defences-job .lab-job-line").waitFor({ state: "hidden" });
      const mirror = page.locator("tr[data-defence=mirror] .lab-try");
      await mirror.locator("button", { hasText: "kayak" }).click();
      await tried(page, "mirror");
      await page.locator("tr[data-defence=project][data-stale]").waitFor();
      await said(page, "#defences-stale", "earlier");
      assert.equal(await page.locator("#lab-word").inputValue(), "kayak");
      const labels = () => page.locator("#lab-bars").evaluate((bars) => bars.labels.toSorted());
      assert.deepEqual(await labels(), ["apple", "iPod", "kayak", "pear", "tomato"].toSorted());
      await mirror.locator("button", { hasText: "level" }).click();
      await tried(page, "mirror");
      assert.deepEqual(await labels(), ["apple", "iPod", "level", "pear", "tomato"].toSorted());
      await page.locator("#defences-run").click();
      await tried(page, "project");
      await page.locator("#defences-stale", { hasText: /^$/ }).waitFor({ state: "attached" });
    },
    missing,
  );
});

/** A measured table as the studio writes it, but for its numbers. */
function measured(fingerprint) {
  const count = (count) => ({ count, of: 200, rate: count / 200, low: 0.25, high: 0.75 });
  const answers = (right) => ({ right: count(right), target: count(200 - right) });
  return {
    format: "glimpse-defences/1",
    fingerprint,
    date: "2026-11-25",
    cases: 200,
    labels: 6,
    template: "a drawing of a {}",
    calibration: { heads: [[5, 0]], alpha: 0.9, gate: 0.9, basis: [] },
    defences: DEFENCES.map((key, at) => ({
      key,
      passes: 1,
      attacked: answers(10 * at),
      clean: answers(190),
      mirrored: answers(at),
    })),
  };
}

test("measured rates are shown with their interval, and only for the model that was measured", async () => {
  let fingerprint = "0".repeat(64);
  world.server.route(rates, (request, response) =>
    response
      .writeHead(200, { "Content-Type": "application/json" })
      .end(JSON.stringify(measured(fingerprint))),
  );
  await visit(world.browser, apple, async (page) => {
    await openLab(page);
    await openTool(page, "lab-defences");
    await page.locator("#defences-run").click();
    await tried(page, "project");
    assert.equal(await page.locator("#defences-table .measured:visible").count(), 0);
    fingerprint = await page.evaluate(async () => {
      const { Classifier } = await import("./glimpse-clip/dist/index.js");
      const classifier = await Classifier.create({ model: "mini" });
      await classifier.dispose();
      return classifier.info.fingerprint;
    });
  });
  await visit(world.browser, apple, async (page) => {
    await openLab(page);
    await openTool(page, "lab-defences");
    await page.locator("#defences-run").click();
    await page.locator("#defences-table thead .measured").first().waitFor();
    const attacked = await cell(page, "mirror", "measured.with");
    assert.equal(attacked, "20.0 %25.0 % to 75.0 %word mirrored: 2.0 %");
    assert.equal(await cell(page, "mirror", "measured.without"), "95.0 %25.0 % to 75.0 %");
    await said(page, "#defences-measured", "200 drawings, each with one word, among 6 labels");
    await tried(page, "project");
  });
  world.server.route(rates, noRates);
});

test("axe finds nothing in any tool nor in the tour, and nothing hangs over the edge of a phone", async () => {
  await visit(
    world.browser,
    apple,
    async (page) => {
      await openLab(page);
      await showPull(page);
      await page.locator(".lab-patches [tabindex='0']").focus();
      await assertCleanInBoth(page, "who pulled it");
      await page.locator("#occlude").click();
      await said(page, "#occlude-agree", "r =");
      await assertCleanInBoth(page, "occlusion");
      await openTool(page, "lab-defences");
      await page.locator("#defences-run").click();
      await tried(page, "project");
      await openTool(page, "lab-sweep");
      await page.locator("#sweep-run").click();
      await page.locator("#sweep-title").waitFor({ timeout: PATIENCE });
      await assertCleanInBoth(page, "defences and sweep");
      await page.setViewportSize({ width: 360, height: 780 });
      // What hangs over the edge, but for what scrolls or is cut by its own container.
      const overflow = () =>
        page.evaluate(() => {
          const { scrollWidth, clientWidth } = document.documentElement;
          if (scrollWidth <= clientWidth) return [];
          const over = [...document.querySelectorAll("#lab *")].filter(
            (each) => each.getBoundingClientRect().right > clientWidth + 0.5,
          );
          return [
            `${scrollWidth} of ${clientWidth}`,
            ...over.map((each) => each.id || each.className || each.tagName),
          ];
        });
      assert.deepEqual(await overflow(), [], "the tools");
      await assertCleanInBoth(page, "the tools on a phone");
      await page.locator("#lab-tour-open").click();
      await page.locator("#tour-guesses button").first().waitFor();
      await assertCleanInBoth(page, "a question");
      for (let step = 1; step <= 5; step += 1) {
        await page.locator("#tour-guesses button").first().click();
        await page.locator("#tour-next").waitFor();
        if (step === 2) await assertCleanInBoth(page, "an answer");
        assert.deepEqual(await overflow(), [], `the tour's answer ${step}`);
        await page.locator("#tour-next").click();
      }
      await page.locator("#tour-back").waitFor();
      await assertCleanInBoth(page, "the tour's end");
      assert.deepEqual(await overflow(), [], "the tour's end");
    },
    missing,
  );
});
