// The lab as a hand and an eye have it: opens it, acts and waits until it rests, and compares what it shows with what it told.
import assert from "node:assert/strict";
import { plain, textOf } from "./lab-tools.mjs";
import { firstAnswer, rest, visit } from "./page.mjs";
import { moduleOfPage } from "../page/page-module.mjs";

const { sentenceOf } = await moduleOfPage("lab/sentence.ts");

/** Keeps what the lab tells of. */
const listen = (page) =>
  page.evaluate(() => {
    globalThis.looks = [];
    globalThis.rests = [];
    globalThis.isResting = false;
    const keep = (list) => (event) => list.push({ at: performance.now(), ...event.detail });
    document.addEventListener("glimpse:lab", keep(globalThis.looks));
    document.addEventListener("glimpse:lab-rest", keep(globalThis.rests));
    document.addEventListener("glimpse:lab-stir", () => (globalThis.isResting = false));
    document.addEventListener("glimpse:lab-rest", () => (globalThis.isResting = true));
  });

export const restsSoFar = (page) => page.evaluate(() => globalThis.rests.length);

/** Does something, waits until nothing is left to ask, and gives what the lab told then; between two keys it may rest as well. */
export async function restAfter(page, act) {
  const before = await restsSoFar(page);
  await act();
  await page.waitForFunction(
    (count) => globalThis.isResting && globalThis.rests.length > count,
    before,
  );
  // What is shown is drawn by another worker.
  await page.locator("#lab-stage:not([aria-busy])").waitFor();
  return page.evaluate(() => globalThis.rests.at(-1));
}

/** Waits until the lab has nothing left to ask and all of it is drawn. */
export async function labRests(page) {
  await page.waitForFunction(() => globalThis.isResting);
  await page.locator("#lab-stage:not([aria-busy])").waitFor();
  await rest(page);
}

/** Has the page take what comes next for another change than what was done before, as after a pause: its clock goes on at once. */
export const afterAPause = (page) =>
  page.evaluate(() => {
    const now = performance.now.bind(performance);
    performance.now = () => now() + 1000;
  });

/** Opens the page, then the lab by its button, and waits until it rests. */
async function openLab(page) {
  await firstAnswer(page);
  await listen(page);
  return restAfter(page, () => page.locator("#write").click());
}

/** Opens the lab on the apple, or on what another `url` shows: `use(page, rest)`. */
export async function onApple(world, use, options) {
  const { url = `${world.server.origin}/#picture=apple`, ...profile } = options ?? {};
  await visit(
    world.browser,
    url,
    async (page) => {
      const rest = await openLab(page);
      await use(page, rest);
    },
    profile,
  );
}

/** Asserts that bars, ghosts and sentence show what the lab told when it rested. */
export async function assertShown(page, { scores, clean, blank, control }) {
  const shown = await page.locator("#lab-bars").evaluate((bars) =>
    [...bars.shadowRoot.querySelectorAll("li:not([data-adds])")].map((row) => ({
      label: row.querySelector("input").value,
      number: row.querySelector(".number").textContent.replace(/\s*%$/, ""),
      bar: Number(row.querySelector(".fill").style.getPropertyValue("--score")),
      ghost: row.querySelector(".ghost").hidden
        ? null
        : Number(row.querySelector(".ghost").style.getPropertyValue("--score")),
    })),
  );
  assert.equal(shown.length, scores.length);
  for (const { label, score } of scores) {
    const row = shown.find((candidate) => candidate.label === label);
    const number = score > 0 && score < 0.0005 ? "<0.1" : (100 * score).toFixed(1);
    assert.equal(row.number, number, label);
    assert.equal(row.bar, score, label);
    const earlier = clean.find((one) => one.label === label).score;
    assert.equal(row.ghost, control === "clean" ? null : earlier, `${label}'s ghost`);
  }
  const target = await page.locator("#lab-word").inputValue();
  const sentence = sentenceOf({ control, target, clean, shown: scores, blank });
  assert.equal(await textOf(page, "#lab-sentence"), plain(sentence));
}

/** The label's middle on the screen. */
export async function middleOf(page, selector) {
  const { x, y, width, height } = await page.locator(selector).boundingBox();
  return { x: x + width / 2, y: y + height / 2 };
}

/** Takes hold at one place, goes by steps, and lets go. */
export async function drag(page, from, by, steps = 12) {
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(from.x + by.x, from.y + by.y, { steps });
  await page.mouse.up();
}
