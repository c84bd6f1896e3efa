// The tour: its questions answered by the keyboard alone, with numbers that are measured on the way.
import assert from "node:assert/strict";
import { test } from "node:test";
import { withBrowser } from "./harness.mjs";
import { openLab, said, textOf } from "./lab-tools.mjs";
import { visit } from "./page.mjs";
import { pageFolder } from "./places.mjs";

const world = await withBrowser({ folders: { "/": pageFolder } });
const url = `${world.server.origin}/`;

/** Presses Tab until the element is reached. */
async function tabTo(page, selector) {
  for (let stop = 0; stop < 12; stop += 1) {
    await page.keyboard.press("Tab");
    if (await page.evaluate((wanted) => document.activeElement.matches(wanted), selector)) return;
  }
  assert.fail(`Tab never reaches ${selector}`);
}
const focusOn = (page, selector) =>
  page.waitForFunction((wanted) => document.activeElement.matches(wanted), selector);

test("the tour is walked by the keyboard alone, its numbers are measured, and the picture of before comes back", async () => {
  await visit(world.browser, url, async (page) => {
    await openLab(page);
    const labels = () => page.locator("#lab-bars").evaluate((bars) => bars.labels.toSorted());
    const before = await labels();
    assert.ok(before.includes("tabby cat"));
    await page.locator("#lab-tour-open").focus();
    await page.keyboard.press("Enter");
    const answers = [];
    for (let step = 1; step <= 6; step += 1) {
      await focusOn(page, "#tour-question");
      await said(page, "#tour-far", `${step} of 6`);
      assert.equal(await textOf(page, "#tour-answer"), "", "no answer before the guess");
      for (const tells of ["#lab-bars", "#lab-pair", "#lab-sentence", "#lab-shown"])
        assert.equal(await page.locator(tells).isVisible(), false, `${tells} before the guess`);
      await tabTo(page, "#tour-guesses button");
      await page.keyboard.press("Enter");
      await focusOn(page, "#tour-answer");
      assert.ok(await page.locator("#lab-bars").isVisible(), "the bars come with the answer");
      const right = await page.locator("#tour-guesses [data-right]").count();
      assert.ok(right <= (step === 5 ? 3 : 1));
      const guessed = await page.locator("#tour-guesses button[aria-pressed=true][data-right]");
      assert.match(
        await textOf(page, ".lab-tour-verdict"),
        (await guessed.count()) > 0 ? /^As you guessed/ : /^Not as you guessed/,
      );
      answers.push(await textOf(page, "#tour-answer"));
      await tabTo(page, "#tour-next");
      await page.keyboard.press("Enter");
    }
    // The exam of the built-in model has the apple at 97 % and the word at 99 %.
    assert.match(answers[0], /It says “apple” with 9\d\.\d %/);
    assert.match(answers[1], /It says “iPod” with \d\d\.\d %/);
    assert.match(answers[2], /With blank paper it says “apple”/);
    assert.match(answers[2], /the paper alone takes -?\d+\.\d points/);
    assert.match(answers[3], /It wins at \d+ % and at every larger size tried/);
    for (const name of ["The mirror", "Erasing", "The label that says"])
      assert.match(answers[4], new RegExp(`${name}: “\\w+” with [\\d.<]+ %; without the note: “`));
    assert.match(answers[5], /The one that sees says “tabby cat” .* the one that reads “red fox” /);
    await focusOn(page, "#tour-question");
    assert.equal(await page.locator("#tour-answer li").count(), 6);
    assert.match(
      await textOf(page, "#tour-answer code"),
      /^glimpse attack .*--word iPod.*--template "a picture of a {}"/,
    );
    assert.deepEqual(
      await labels(),
      ["Siamese cat", "lynx", "red fox", "tabby cat"],
      "the last question's",
    );
    await tabTo(page, "#tour-back");
    await page.keyboard.press("Enter");
    await focusOn(page, "#lab-tour-open");
    assert.ok(await page.locator("#lab-tour").isHidden());
    assert.deepEqual(await labels(), before);

    // Left in the middle, it leaves nothing behind either, and begins anew.
    await page.keyboard.press("Enter");
    await focusOn(page, "#tour-question");
    await said(page, "#tour-far", "1 of 6");
    await tabTo(page, "#tour-guesses button");
    await page.keyboard.press("Escape");
    await focusOn(page, "#lab-tour-open");
    assert.ok(await page.locator("#lab").isVisible(), "Escape left the tour and not the lab");
    assert.deepEqual(await labels(), before);
  });
});
