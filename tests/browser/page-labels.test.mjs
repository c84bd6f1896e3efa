// The page's labels: pasted as lists, moved by hand and key, found by searching, in any script; the numbers' units; none of these.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { launchBrowser } from "./chromium.mjs";
import { assertClose } from "./numbers.mjs";
import { DRAWN, answerTo, field, firstAnswer, rest, rows, visit } from "./page.mjs";
import { packageFolder, pageFolder, readJson } from "./places.mjs";
import { startServer } from "./server.mjs";

const server = await startServer({ folders: { "/": pageFolder } });
const browser = await launchBrowser();
after(async () => {
  await browser.close();
  await server.close();
});
/** On a drawing; what is said of photographs has tests of its own (page-photos.test.mjs). */
const url = `${server.origin}/${DRAWN}`;
const taught = readJson(packageFolder, "models/mini/labels.json");

const labelsOf = async (page) => (await rows(page)).map(({ label }) => label);

/** Pastes text into the row as the browser does, through the clipboard. */
async function paste(page, row, text) {
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.evaluate((text) => navigator.clipboard.writeText(text), text);
  await field(page, row).click();
  await page.keyboard.press("Control+V");
}

/** Takes the hand off the rows, and waits until they rest. */
async function rowsRest(page) {
  await page.locator("main > h1").hover();
  await rest(page);
}

/** Which labels a text gives is tested in `page/pasted.test.mjs`. */
test("a pasted list becomes rows, and undo takes them all back", async () => {
  await visit(browser, url, async (page) => {
    const before = (await firstAnswer(page)).scores.length;
    const table = "id;label;count\n1;cow;20\n2;pig, small;7";
    const answer = await answerTo(page, () => paste(page, before, table));
    assert.deepEqual((await labelsOf(page)).slice(before), ["cow", "pig, small"]);
    assert.equal(answer.scores.length, before + 2);
    await answerTo(page, () => page.locator("#undo").click());
    await rowsRest(page);
    assert.equal((await rows(page)).length, before);
    // In the middle of a label, a comma is a comma.
    await field(page, before).fill("my ");
    await page.keyboard.press("End");
    await page.evaluate(() => navigator.clipboard.writeText("cow, pig"));
    await answerTo(page, () => page.keyboard.press("Control+V"));
    assert.equal((await labelsOf(page)).at(-1), "my cow, pig");
  });
});

test("a row dragged by its grip stays where it is put, until the rows are to sort again", async () => {
  await visit(browser, url, async (page) => {
    await firstAnswer(page);
    await rowsRest(page);
    const before = await labelsOf(page);
    const grip = page.locator("score-bars .grip").first();
    await page.locator("score-bars li").first().hover();
    const box = await grip.boundingBox();
    const step = await page
      .locator("score-bars li")
      .first()
      .evaluate((row) => row.offsetHeight);
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x, y + step, { steps: 4 });
    await page.mouse.move(x, y + 1.8 * step, { steps: 4 });
    await page.mouse.up();
    const moved = [before[1], before[2], before[0], before[3]];
    assert.deepEqual(await labelsOf(page), moved);
    assert.equal(await page.locator("#sorted").isChecked(), false);
    await rowsRest(page);
    assert.deepEqual(await labelsOf(page), moved, "it stays");
    // Escape brings a carried row back.
    await page.locator("score-bars li").first().hover();
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x, y + 3 * step, { steps: 6 });
    assert.notDeepEqual(await labelsOf(page), moved);
    await page.keyboard.press("Escape");
    await page.mouse.up();
    assert.deepEqual(await labelsOf(page), moved);
    await page.locator("#sorted").click();
    await rowsRest(page);
    assert.deepEqual(await labelsOf(page), before, "sorted again");
  });
});

test("a finger drags a row as a mouse does", async () => {
  await visit(
    browser,
    `${url}&order=mine`,
    async (page) => {
      await firstAnswer(page);
      const before = await labelsOf(page);
      const grip = page.locator("score-bars .grip").first();
      await grip.scrollIntoViewIfNeeded();
      const box = await grip.boundingBox();
      const step = await page
        .locator("score-bars li")
        .first()
        .evaluate((row) => row.offsetHeight);
      const session = await page.context().newCDPSession(page);
      const touch = (type, y) =>
        session.send("Input.dispatchTouchEvent", {
          type,
          touchPoints: type === "touchEnd" ? [] : [{ x: box.x + box.width / 2, y: box.y + 16 + y }],
        });
      await touch("touchStart", 0);
      for (let moved = 0; moved <= step; moved += step / 6) await touch("touchMove", moved);
      await touch("touchEnd");
      assert.deepEqual(await labelsOf(page), [before[1], before[0], ...before.slice(2)]);
    },
    { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true },
  );
});

test("Alt and an arrow key move the row that has the cursor, and say where it is", async () => {
  await visit(browser, url, async (page) => {
    await firstAnswer(page);
    await rowsRest(page);
    const before = await labelsOf(page);
    await field(page, 0).focus();
    await page.keyboard.press("Alt+ArrowDown");
    await page.keyboard.press("Alt+ArrowDown");
    assert.deepEqual(await labelsOf(page), [before[1], before[2], before[0], before[3]]);
    const spoken = page.locator("score-bars [aria-live=polite]");
    assert.equal(await spoken.textContent(), `${before[0]}: 3 of 4`);
    const focused = await page
      .locator("score-bars")
      .evaluate((bars) => bars.shadowRoot.activeElement.value);
    assert.equal(focused, before[0]);
    await page.keyboard.press("Alt+ArrowUp");
    assert.deepEqual(await labelsOf(page), [before[1], before[0], before[2], before[3]]);
  });
});

test("labels are found: sets, a search, a click that adds and one that takes away", async () => {
  await visit(browser, url, async (page) => {
    await firstAnswer(page);
    await page.locator("#find").click();
    const chips = page.locator("#finder-groups button[data-label]");
    await chips.first().waitFor();
    const sets = await page
      .locator("#finder-sets button")
      .evaluateAll((buttons) => buttons.map(({ dataset }) => dataset.set.split("\n")));
    assert.deepEqual(
      sets.flat().filter((label) => !taught.concepts.includes(label)),
      [],
      "sets hold what was taught",
    );
    await page.keyboard.type("giraf");
    assert.deepEqual(await chips.allTextContents(), ["giraffe"]);
    const added = await answerTo(page, () => chips.first().click());
    assert.ok(added.scores.some(({ label }) => label === "giraffe"));
    assert.equal(await chips.first().getAttribute("aria-pressed"), "true");
    const without = await answerTo(page, () => chips.first().click());
    assert.ok(!without.scores.some(({ label }) => label === "giraffe"));
    await page.locator("#finder-search").fill("no such thing");
    assert.match(await page.locator("#finder-groups").textContent(), /still type it/);
    const set = await answerTo(page, () => page.locator("#finder-sets button").first().click());
    assert.deepEqual(set.scores.map(({ label }) => label).toSorted(), sets[0].toSorted());
    await page.keyboard.press("Escape");
    assert.equal(await page.locator("#finder").isVisible(), false);
    assert.equal(await page.evaluate(() => document.activeElement.id), "find");
  });
});

test("numbers as probability, cosine and logit; the bars of the latter two are the cosine", async () => {
  await visit(browser, url, async (page) => {
    const { scores } = await firstAnswer(page);
    await rowsRest(page);
    const shown = async (unit) => {
      await page.locator(`#unit input[value=${unit}]`).check({ force: true });
      await rest(page);
      return rows(page);
    };
    const percent = await rows(page);
    const cosine = await shown("cosine");
    const logit = await shown("logit");
    for (const { label, cosine: value, logit: scaled } of scores) {
      const row = (some) => some.find((candidate) => candidate.label === label);
      assert.match(row(percent).shown, /%$/);
      assert.equal(row(cosine).shown, value.toFixed(4));
      assert.equal(row(logit).shown, scaled.toFixed(2));
    }
    assert.deepEqual(
      cosine.map(({ label }) => label),
      percent.map(({ label }) => label),
      "the order stays",
    );
    const fills = await page
      .locator("score-bars li:not([data-adds]) .fill")
      .evaluateAll((all) => all.map((fill) => Number(fill.style.getPropertyValue("--score"))));
    const expected = logit.map(({ label }) =>
      Math.max(0, scores.find((score) => score.label === label).cosine),
    );
    assertClose(fills, expected, 1e-6, "bars");
  });
});

test("none of these: off at first, a row of its own when on, explained, and it wins where no label fits", async () => {
  await visit(browser, url, async (page) => {
    const before = await firstAnswer(page);
    const box = page.locator("score-bars .none input");
    assert.equal(await box.isChecked(), false);
    const why = page.locator("score-bars .none label");
    assert.match(await why.getAttribute("title"), /other things/);
    const on = await answerTo(page, () => box.check());
    assert.equal(on.scores.length, before.scores.length + 1);
    const sum = on.scores.reduce((total, { score }) => total + score, 0);
    assertClose([sum], [1], 1e-4, "all shares");
    const none = (answer) => answer.scores.find(({ label }) => label === "none of these");
    assert.ok(none(on).score < 0.5, "a drawn dog is a dog");
    assert.match(await page.locator("#hint").textContent(), /None of these: the share of/);
    const others = await answerTo(page, async () => {
      await page.locator("#finder").evaluate(() => document.querySelector("#find").click());
      await page.locator("#finder-sets button", { hasText: "Fruit" }).click();
    });
    assert.ok(none(others).score > 0.5, `a dog among fruit: ${none(others).score}`);
    assert.match(await page.locator("#verdict").textContent(), /None of these/);
    const off = await answerTo(page, () => box.uncheck());
    assert.equal(none(off), undefined);
    assert.doesNotMatch(await page.locator("#hint").textContent(), /None of these/);
  });
});

test("labels in other scripts, emoji and long ones: shaped their way, standing in their column", async () => {
  const labels = [
    "כלב גדול",
    "قطة صغيرة",
    "犬",
    "🐶 dog",
    `a ${"very ".repeat(60)}long label`,
    "dog",
  ];
  const link = `${url}&labels=${labels.map(encodeURIComponent).join(",")}`;
  await visit(
    browser,
    link,
    async (page) => {
      const { scores } = await firstAnswer(page);
      assert.deepEqual(scores.map(({ label }) => label).toSorted(), labels.toSorted());
      const fields = await page
        .locator("score-bars li:not([data-adds]) input")
        .evaluateAll((inputs) =>
          inputs.map((input) => {
            const { direction, textAlign } = getComputedStyle(input);
            return [input.value, direction, textAlign, input.getBoundingClientRect().left];
          }),
        );
      for (const [label, direction, textAlign, left] of fields) {
        assert.equal(direction, /[א-ת؀-ۿ]/.test(label) ? "rtl" : "ltr", label);
        assert.equal(textAlign, "left");
        assert.equal(left, fields[0][3]);
      }
      assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= 1024);
    },
    { viewport: { width: 1024, height: 800 } },
  );
});
