// Who pulled it: the parts add up to the logit, the map is walked over by hand and keyboard, and greying patches checks it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { withBrowser } from "./harness.mjs";
import {
  cancelOnceUnderWay,
  newestLook,
  openLab,
  plain,
  said,
  showPull,
  textOf,
} from "./lab-tools.mjs";
import { visit } from "./page.mjs";
import { pageFolder } from "./places.mjs";

const world = await withBrowser({ folders: { "/": pageFolder } });
const apple = `${world.server.origin}/#picture=apple`;

/** The table of parts: `{ part: [label, against, difference] }`. */
async function partsOf(page) {
  const rows = await page
    .locator("#pull-parts tr[data-part]")
    .evaluateAll((rows) =>
      rows.map((row) => [
        row.dataset.part,
        [...row.cells].slice(1).map((cell) => cell.textContent),
      ]),
    );
  return Object.fromEntries(rows.map(([part, cells]) => [part, cells.map(plain).map(Number)]));
}

/** A number as the note on the error writes it, in powers of ten where it is small. */
function errorIn(note) {
  const [, digits, power = ""] = /apart by ([\d.]+)(?: × 10⁻(\S+))? at most/.exec(note);
  const raised = [...power].map((digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹".indexOf(digit)).join("");
  return Number(digits) * 10 ** -Number(raised);
}

const pixels = (page) =>
  page.locator("#lab-heat").evaluate((canvas) => {
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    const alphas = data.filter((_, at) => at % 4 === 3);
    return { most: Math.max(...alphas), sum: data.reduce((sum, value) => sum + value, 0) };
  });

test("the parts add up to the logit that the bars have, the map is painted, and a patch says what it pulls for", async () => {
  await visit(world.browser, apple, async (page) => {
    await openLab(page);
    await showPull(page);
    assert.equal(await page.locator("#pull-label").inputValue(), "iPod");
    assert.equal(await page.locator("#pull-against").inputValue(), "apple");

    const { sum, logit, ...parts } = await partsOf(page);
    assert.deepEqual(Object.keys(parts), [
      "patches",
      "class-token",
      "mlps",
      "biases",
      "embeddings",
      "norm",
    ]);
    const look = await newestLook(page);
    const expected = [look.iPod.logit, look.apple.logit, look.iPod.logit - look.apple.logit];
    for (const column of [0, 1, 2]) {
      const added = Object.values(parts).reduce((sum, part) => sum + part[column], 0);
      // Six numbers with three digits behind the point, and the sum's own.
      assert.ok(Math.abs(added - sum[column]) <= 0.0036, `column ${column}: ${added}, ${sum}`);
      assert.ok(Math.abs(sum[column] - logit[column]) <= 0.0021, `column ${column}: ${sum}`);
      assert.ok(Math.abs(logit[column] - expected[column]) <= 0.0021, `${logit}, ${expected}`);
    }
    const error = errorIn(await textOf(page, "#pull-error"));
    assert.ok(error >= 0 && error < 1e-3, `the parts miss the logit by ${error}`);

    const painted = await pixels(page);
    assert.ok(Math.abs(painted.most - 0.85 * 255) <= 1, `the fullest colour is ${painted.most}`);

    // The strongest patch, reached by the keyboard and then by the mouse.
    const strongest = await textOf(page, "#pull-strongest");
    const found = /row (\d+), column (\d+) (pulls [\d.]+ logits towards “iPod”)/.exec(strongest);
    assert.ok(found, strongest);
    const [row, column] = [Number(found[1]), Number(found[2])];
    const told = `This patch ${found[3]}.`;
    await page.locator(".lab-patches [tabindex='0']").focus();
    for (let step = 1; step < row; step += 1) await page.keyboard.press("ArrowDown");
    for (let step = 1; step < column; step += 1) await page.keyboard.press("ArrowRight");
    const focused = await page.evaluate(() => document.activeElement.getAttribute("aria-label"));
    assert.equal(plain(focused), `Row ${row}, column ${column}: ${found[3]}`);
    assert.equal(await textOf(page, ".lab-patch-says"), told);
    await page.locator("#pull-show").focus();
    assert.ok(await page.locator(".lab-patch-says").isHidden());
    await page.locator("#lab-heat").scrollIntoViewIfNeeded();
    const box = await page.locator("#lab-heat").boundingBox();
    const centre = (place, start, size) => start + ((place - 0.5) * size) / 8;
    await page.mouse.move(centre(column, box.x, box.width), centre(row, box.y, box.height));
    assert.equal(await textOf(page, ".lab-patch-says"), told);

    await page.locator("#pull-layer").selectOption({ label: "6" });
    assert.notEqual((await pixels(page)).sum, painted.sum, "one layer's map is not that of all");
    assert.deepEqual((await partsOf(page)).sum, sum, "the table is of all layers");

    // The label moves: what is shown is of before, until it is explained anew.
    const stale = page.evaluate(() => {
      const heat = document.querySelector("#lab-heat");
      return new Promise((resolve) => {
        // It may come and go between two looks from outside.
        const observer = new MutationObserver(() => resolve(heat.dataset.stale !== undefined));
        observer.observe(heat, { attributeFilter: ["data-stale"] });
      });
    });
    await page.locator("#lab-label").focus();
    await page.keyboard.press("ArrowUp");
    assert.ok(await stale);
    await page.locator("#lab-heat:not([data-stale])").waitFor();
    assert.notDeepEqual((await partsOf(page)).sum, sum);
    await page.locator("#pull-against").selectOption("");
    await said(page, "#pull-towards-against", "away from");
    await page.locator("#pull-show").click();
    assert.ok(await page.locator("#lab-heat").isHidden());
  });
});

test("greying every patch is told as it goes on, can be cancelled, and says how far both maps agree", async () => {
  await visit(world.browser, apple, async (page) => {
    await openLab(page);
    await showPull(page);
    const exact = await pixels(page);
    await cancelOnceUnderWay(page, "#occlude", "#occlude-job");
    await said(page, "#occlude-job .note", "Cancelled.");
    assert.equal(await textOf(page, "#occlude-agree"), "");
    assert.ok(await page.locator("input[name=pull-map][value=occlusion]").isDisabled());

    await page.locator("#occlude").click();
    await said(page, "#occlude-agree", "r =");
    const agreement = await textOf(page, "#occlude-agree");
    const r = Number(/r = (-?[01]\.\d\d) over 64 patches/.exec(agreement)?.[1]);
    assert.ok(r >= -1 && r <= 1, agreement);
    assert.ok(await page.locator("input[name=pull-map][value=occlusion]").isChecked());
    assert.ok(await page.locator("#pull-layer").isDisabled());
    assert.notEqual((await pixels(page)).sum, exact.sum);
    await page.locator("input[name=pull-map][value=exact]").check({ force: true });
    assert.equal((await pixels(page)).sum, exact.sum);

    await page.locator("#lab-label").focus();
    await page.keyboard.press("ArrowUp");
    await said(page, "#occlude-agree", "check again");
    assert.ok(await page.locator("input[name=pull-map][value=occlusion]").isDisabled());
  });
});
