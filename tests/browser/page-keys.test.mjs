// The page by keyboard alone: from opening it to a link in the clipboard, undo and redo, and the sheet that lists every key.
import assert from "node:assert/strict";
import path from "node:path";
import { after, test } from "node:test";
import { launchBrowser } from "./chromium.mjs";
import {
  DRAWN,
  answerTo,
  example,
  field,
  firstAnswer,
  rows,
  shownExample,
  visit,
} from "./page.mjs";
import { fixturesFolder, pageFolder } from "./places.mjs";
import { startServer } from "./server.mjs";

const server = await startServer({ folders: { "/": pageFolder } });
const browser = await launchBrowser();
after(async () => {
  await browser.close();
  await server.close();
});
const url = `${server.origin}/${DRAWN}`;
const shapes = path.join(fixturesFolder, "pictures/shapes_61x90.jpg");

const labelsOf = async (page) => (await rows(page)).map(({ label }) => label).toSorted();
const press = (page, ...keys) =>
  keys.reduce((before, key) => before.then(() => page.keyboard.press(key)), Promise.resolve());
const focused = (page) => page.evaluate(() => document.activeElement.id);
/** Whether what is pressed would be text in a field, of the page or inside one of its elements. */
const types = (page) =>
  page.evaluate(() => {
    let at = document.activeElement;
    while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
    return at instanceof HTMLInputElement && !["checkbox", "radio"].includes(at.type);
  });

test("the whole of the main flow without a pointer", async () => {
  await visit(browser, url, async (page) => {
    const first = await firstAnswer(page);
    // A picture, by its key.
    const chooser = page.waitForEvent("filechooser");
    const chosen = await answerTo(page, async () => {
      await press(page, "o");
      await (await chooser).setFiles(shapes);
    });
    assert.equal(chosen.stats.imageTowerRuns, first.stats.imageTowerRuns + 1);
    // Labels: a new one, a found one, one moved.
    const typed = await answerTo(page, async () => {
      await press(page, "l");
      await page.keyboard.type("red circle");
    });
    assert.ok(typed.scores.some(({ label }) => label === "red circle"));
    await press(page, "Escape");
    // Out of the labels' fields, where letters are letters.
    for (let stop = 0; stop < 10 && (await types(page)); stop += 1) await press(page, "Tab");
    await press(page, "f");
    assert.equal(await focused(page), "finder-search");
    await page.keyboard.type("blue squ");
    await page.locator("#finder-groups button[data-label='blue square']").waitFor();
    const found = await answerTo(page, async () => {
      for (let stop = 0; stop < 20; stop += 1) {
        await press(page, "Tab");
        if (await page.evaluate(() => document.activeElement.dataset.label === "blue square"))
          break;
      }
      await press(page, "Enter");
    });
    assert.ok(found.scores.some(({ label }) => label === "blue square"));
    await press(page, "Escape");
    assert.equal(await page.locator("#finder").isVisible(), false);
    // Options: none of these, the unit, the order, a template from the menu.
    const none = await answerTo(page, () => press(page, "n"));
    assert.ok(none.scores.some(({ label }) => label === "none of these"));
    await press(page, "u", "s");
    assert.ok(await page.locator("#unit input[value=cosine]").isChecked());
    assert.equal(await page.locator("#sorted").isChecked(), false);
    await press(page, "t");
    assert.equal(await focused(page), "template");
    await press(page, "Tab", "Enter");
    assert.ok(await page.locator("#template-menu").isVisible());
    await answerTo(page, () => press(page, "ArrowUp", "Enter"));
    assert.equal(await page.locator("#template").inputValue(), "a photo of a {}");
    assert.equal(await focused(page), "template");
    // Out of the field, to the link and to the code.
    await press(page, "Tab");
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await press(page, "c");
    await page.locator("#shared", { hasText: "Copied." }).waitFor();
    assert.match(await page.evaluate(() => navigator.clipboard.readText()), /red\+circle/);
    await press(page, "e");
    assert.ok(await page.locator("#embed-sheet").isVisible());
    await press(page, "Escape");
    assert.equal(await page.locator("#embed-sheet").isVisible(), false);
    assert.equal(await page.evaluate(() => document.querySelector("dialog[open]")), null);
    // The examples and the panels.
    await answerTo(page, () => press(page, "5"));
    assert.equal(await shownExample(page), "apple.png");
    await press(page, "m");
    assert.ok(await page.locator("#model-panel").isVisible());
    await press(page, "Escape");
    assert.equal(await page.locator("#model-panel").isVisible(), false);
  });
});

test("undo and redo: labels, template, picture, none of these, the order; by key and by button", async () => {
  await visit(browser, url, async (page) => {
    await firstAnswer(page);
    const [undo, redo] = [page.locator("#undo"), page.locator("#redo")];
    assert.ok(await undo.isDisabled(), "there is nothing to undo at first");
    const start = await labelsOf(page);
    await answerTo(page, async () => {
      await field(page, 4).click();
      await page.keyboard.type("zebra", { delay: 20 });
    });
    await answerTo(page, () => page.locator("#template").fill("the word {}"));
    await answerTo(page, () => page.locator("score-bars .none input").check());
    await answerTo(page, () => example(page, "apple").click());
    const alt = () => page.locator("image-drop img").getAttribute("alt");
    assert.match(await alt(), /apple/);

    await answerTo(page, () => press(page, "Control+z"));
    assert.match(await alt(), /dog/);
    assert.deepEqual(
      await labelsOf(page),
      [...start, "zebra"].toSorted(),
      "picture and labels come back together",
    );
    await answerTo(page, () => press(page, "Control+z"));
    assert.equal(await page.locator("score-bars .none input").isChecked(), false);
    await answerTo(page, () => undo.click());
    assert.equal(await page.locator("#template").inputValue(), "a drawing of a {}");
    await answerTo(page, () => undo.click());
    assert.deepEqual(
      await labelsOf(page),
      start,
      "a typed word is one step, or the letter that began it another",
    );
    assert.ok(await undo.isDisabled());

    await answerTo(page, () => redo.click());
    for (let step = 0; step < 3; step += 1)
      await answerTo(page, () => press(page, "Control+Shift+z"));
    assert.match(await alt(), /apple/);
    assert.ok(await redo.isDisabled());
    // In a field, the keys are the field's own.
    await page.locator("#template").click();
    await press(page, "Control+z");
    assert.match(await alt(), /apple/);
    // What is done after an undo has no redo.
    await answerTo(page, () => undo.click());
    await answerTo(page, () => field(page, 0).fill("owl"));
    assert.ok(await redo.isDisabled());
  });
});

test("the ? sheet lists the keys, and single keys can be switched off for good", async () => {
  await visit(browser, url, async (page) => {
    await firstAnswer(page);
    await press(page, "?");
    const sheet = page.locator("#keys-sheet");
    await sheet.waitFor();
    const listed = await sheet
      .locator("dt")
      .evaluateAll((terms) => terms.map((term) => term.textContent.replace(/\s+/g, " ").trim()));
    for (const key of [
      "O",
      "1",
      "6",
      "L",
      "F",
      "T",
      "N",
      "S",
      "U",
      "M",
      "C",
      "E",
      "?",
      "Ctrl Z",
      "Ctrl Shift Z",
      "Alt ↑ ↓",
    ])
      assert.ok(listed.includes(key), `${key} in ${listed.join(", ")}`);
    assert.equal(new Set(listed).size, listed.length, "no key twice");
    await press(page, "2");
    assert.equal(await shownExample(page), "dog.png", "keys rest while a sheet is open");
    await page.locator("#keys-single").uncheck();
    await press(page, "Escape");
    await press(page, "2", "?");
    assert.equal(await sheet.isVisible(), false);
    await page.reload();
    await firstAnswer(page);
    await press(page, "2", "?");
    assert.equal(await sheet.isVisible(), false, "remembered");
    await page.locator("#keys").click();
    await page.locator("#keys-single").check();
    await page.locator("#keys-close").click();
    await answerTo(page, () => press(page, "2"));
  });
});
