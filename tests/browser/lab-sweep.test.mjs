// A sweep on the page: cut and resumed, summed up, and kept as a report.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { withBrowser } from "./harness.mjs";
import { PATIENCE, cancelOnceUnderWay, openLab, openTool, plain, said } from "./lab-tools.mjs";
import { visit } from "./page.mjs";
import { pageFolder } from "./places.mjs";

const world = await withBrowser({ folders: { "/": pageFolder } });
const apple = `${world.server.origin}/#picture=apple`;

async function saved(page, button) {
  const download = page.waitForEvent("download");
  await page.locator(button).click();
  const file = await download;
  return { name: file.suggestedFilename(), text: readFileSync(await file.path(), "utf8") };
}

test("a quick sweep is cut and goes on, equals an uncut one, and its report is one file with tables", async () => {
  await visit(world.browser, apple, async (page) => {
    await openLab(page);
    await openTool(page, "lab-sweep");
    await cancelOnceUnderWay(page, "#sweep-run", "#sweep-job");
    await said(page, "#sweep-job .note", "Stopped.");
    const resume = page.locator("#sweep-resume");
    const from = Number(/Go on from (\d+)/.exec(await resume.textContent())?.[1]);
    assert.ok(from >= 1 && from < 150, `cut at ${from}`);
    assert.ok(await page.locator("#sweep-result").isHidden());
    const continued = page.evaluate(
      () =>
        new Promise((resolve) => {
          const far = document.querySelector("#sweep-job .lab-job-far");
          const observer = new MutationObserver(() => {
            const done = /^(\d+) of \d+ variants/.exec(far.textContent)?.[1];
            if (!done) return;
            observer.disconnect();
            resolve(Number(done));
          });
          observer.observe(far, { childList: true, characterData: true, subtree: true });
        }),
    );
    await resume.click();
    assert.ok((await continued) >= from, "what was done is not done again");
    await page.locator("#sweep-title").waitFor({ timeout: PATIENCE });
    assert.ok(await resume.isHidden());

    const figures = await page.locator("#sweep-summary div").allTextContents();
    const word = figures.map(plain).find((figure) => figure.startsWith("With the word"));
    assert.match(word, /\d+\.\d %\d+ of 24 looks; 95 % interval \d+\.\d % to \d+\.\d %$/);
    assert.ok(figures.map(plain).some((figure) => /own share-?\d+\.\d points/.test(figure)));
    assert.ok(figures.some((figure) => figure.startsWith("Smallest size that wins")));

    const report = await saved(page, "#sweep-html");
    assert.equal(report.name, "glimpse-attack-iPod.html");
    assert.match(report.text, /<table/);
    assert.match(report.text, /<svg/);
    assert.doesNotMatch(report.text, /<script|src=|url\(/);
    const json = await saved(page, "#sweep-json");
    assert.equal(json.name, "glimpse-attack-iPod.json");
    const resumed = JSON.parse(json.text);
    assert.match(json.text, /"glimpse-attack\/1"/);
    assert.ok(resumed.variants.length > 100 && resumed.variants.length <= 150);

    // The line may come and go between two looks at it; "Saved" is of the sweep before, and goes when the new one is there.
    await page.locator("#sweep-saved", { hasText: "Saved" }).waitFor();
    await page.locator("#sweep-run").click();
    await page.locator("#sweep-saved:empty").waitFor({ state: "attached", timeout: PATIENCE });
    const uncut = JSON.parse((await saved(page, "#sweep-json")).text);
    assert.deepEqual(uncut.variants, resumed.variants);
    assert.deepEqual(uncut.figures, resumed.figures);
  });
});

test("a sweep of a word that no label stands for says what to do", async () => {
  await visit(world.browser, apple, async (page) => {
    await openLab(page);
    await openTool(page, "lab-sweep");
    await page.locator("#lab-word").fill("zebra");
    await page.locator("#sweep-run").click();
    await said(page, "#sweep-job .note", /"zebra" is not among the labels.*add it/);
    assert.ok(await page.locator("#sweep-resume").isHidden());
    assert.ok(await page.locator("#sweep-result").isHidden());
  });
});
