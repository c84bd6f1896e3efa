// What a built-in model was taught: the page suggests it while someone types, and marks the rest as guesses.
import assert from "node:assert/strict";
import { test } from "node:test";
import { withBrowser } from "./harness.mjs";
import { DRAWN, answerTo, field, firstAnswer, rows, visit } from "./page.mjs";
import { pageFolder } from "./places.mjs";

const world = await withBrowser({ mounts: undefined });
world.server.mount("/page/", pageFolder);
const url = `${world.server.origin}/page/${DRAWN}`;

const options = (page) => page.locator("score-bars [role=option]");

test("suggestions open while someone types, and go by keyboard and by hand", async () => {
  await visit(world.browser, url, async (page) => {
    await firstAnswer(page);
    const added = field(page, 4);
    await page.waitForFunction(() => document.querySelector("score-bars").suggest !== null);
    assert.equal(await added.getAttribute("role"), "combobox");
    await added.click();
    await page.keyboard.type("a ele");
    assert.deepEqual(await options(page).allTextContents(), ["a elephant"]);
    assert.equal(await added.getAttribute("aria-expanded"), "true");
    await page.keyboard.press("ArrowDown");
    const active = await added.getAttribute("aria-activedescendant");
    assert.equal(await page.locator(`#${active}`).getAttribute("aria-selected"), "true");
    const taken = await answerTo(page, () => page.keyboard.press("Enter"));
    assert.ok(taken.scores.some(({ label }) => label === "a elephant"));
    assert.equal(await added.getAttribute("aria-expanded"), "false");

    // Without a chosen suggestion the keys do what they always did.
    await page.keyboard.press("Enter");
    await page.keyboard.type("gir");
    assert.ok((await options(page).count()) > 0);
    await page.keyboard.press("Escape");
    assert.equal(await options(page).first().isVisible(), false);
    assert.equal(await field(page, 5).inputValue(), "gir", "Escape closes the list and no more");
    await page.keyboard.type("a");
    const clicked = await answerTo(page, () => options(page).first().click());
    assert.ok(clicked.scores.some(({ label }) => label === "giraffe"));
    await page.keyboard.type("s");
    assert.equal(await options(page).count().then(Boolean), true, "kept in the document");
    assert.equal(await options(page).first().isVisible(), false, "a whole label needs none");
  });
});

test("a label that was not taught is marked, in words too, and only there", async () => {
  await visit(world.browser, url, async (page) => {
    await firstAnswer(page);
    await page.waitForFunction(() => document.querySelector("score-bars").caveat !== null);
    const guesses = () =>
      page.locator("score-bars").evaluate((bars) =>
        [...bars.shadowRoot.querySelectorAll("li[data-guess]")].map((row) => {
          const input = row.querySelector("input");
          const described = input.getAttribute("aria-describedby").split(" ");
          return [
            input.value,
            described.map((id) => bars.shadowRoot.getElementById(id).textContent).join(" "),
            row.querySelector(".guess").title,
          ];
        }),
      );
    assert.deepEqual(await guesses(), []);
    await answerTo(page, () => field(page, 0).fill("a quokka"));
    const [[label, spoken, why], ...others] = await guesses();
    assert.equal(label, "a quokka");
    assert.match(spoken, /% guess$/);
    assert.match(why, /not taught/);
    assert.deepEqual(others, []);
    assert.match(await page.locator("#hint").textContent(), /guess/);
    await answerTo(page, () => field(page, 0).fill("two dogs"));
    assert.deepEqual(await guesses(), []);
    assert.equal(await page.locator("#hint").textContent(), "");
    assert.equal((await rows(page)).length, 4);
  });
});
