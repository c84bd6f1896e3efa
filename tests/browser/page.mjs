// Hands and eyes for the built page: opens it as a visitor gets it, and waits for its answers.
import { closePage, openPage } from "./chromium.mjs";

/**
 * Keeps every answer that the page tells of, from before its first script on, and which of its timers are still to fire. Those that
 * are set for longer than two seconds guard against what hardly happens: nobody waits for them.
 */
export const remember = () => {
  globalThis.answers = [];
  document.addEventListener("glimpse:scores", ({ detail }) =>
    globalThis.answers.push({ at: performance.now(), ...detail }),
  );
  const { setTimeout: start, clearTimeout: clear } = globalThis;
  globalThis.timers = new Set();
  globalThis.setTimeout = (act, delay = 0, ...given) => {
    const timer = start(() => {
      globalThis.timers.delete(timer);
      act(...given);
    }, delay);
    if (delay <= 2000) globalThis.timers.add(timer);
    return timer;
  };
  globalThis.clearTimeout = (timer) => {
    globalThis.timers.delete(timer);
    clear(timer);
  };
};

/** What an address ends with where a test is about drawings: the drawn dog, and the built-in model for drawings alone. */
export const DRAWN = "#picture=dog&model=mini";

/** The button of the page's example of that name. */
export const example = (page, name) =>
  page.locator(`#examples button:is([data-photo^="${name}."], [data-file^="${name}."])`);

/** The file of the example that is on the page. */
export const shownExample = (page) =>
  page
    .locator("#examples button[aria-pressed=true]")
    .evaluate(({ dataset: { photo, file } }) => photo ?? file);

/** Opens the page at `url` in a fresh profile, lets `use(page)` work, and asserts that nothing else went wrong. */
export async function visit(browser, url, use, { expected = [], ...options } = {}) {
  const page = await openPage(browser, url, { ...options, initScript: remember });
  try {
    await use(page);
  } catch (error) {
    if (page.problems.length > 0) error.message += `\nThe page said:\n${page.problems.join("\n")}`;
    await page.leave();
    throw error;
  }
  await closePage(page, expected);
}

/** How many answers the page has given. */
const answersSoFar = (page) => page.evaluate(() => globalThis.answers.length);

/**
 * Waits until the page has given more than `before` answers and rests, the last answer being that of the labels in the rows
 * (an earlier one may still come in while someone types); gives it as `{ scores, stats, at }`, `at` in milliseconds since the page opened.
 */
export async function answerAfter(page, before) {
  await page.waitForFunction((count) => {
    if (globalThis.answers.length <= count || document.documentElement.dataset.state !== "ready")
      return false;
    const answered = globalThis.answers.at(-1).scores.map(({ label }) => label);
    const { labels, noneOfThese } = document.querySelector("score-bars");
    const asked = noneOfThese ? [...labels, "none of these"] : labels;
    return JSON.stringify(answered.toSorted()) === JSON.stringify(asked.toSorted());
  }, before);
  return page.evaluate(() => globalThis.answers.at(-1));
}

/**
 * Waits until the page does nothing more by itself: no timer of its own is left to fire (which sorts the rows, writes the address,
 * speaks), nothing moves that comes to an end, and what that changed is drawn.
 */
export async function rest(page) {
  await page.waitForFunction(() => {
    const shadows = [...document.querySelectorAll("score-bars")].map((bars) => bars.shadowRoot);
    const moving = [document, ...shadows]
      .flatMap((root) => root.getAnimations())
      // What turns while a model loads never ends by itself.
      .filter(({ effect }) => effect.getComputedTiming().endTime !== Infinity);
    return globalThis.timers.size === 0 && moving.length === 0;
  });
  await nextFrames(page, 2);
}

/** Waits until the page was drawn `count` times more. */
export const nextFrames = (page, count) =>
  page.evaluate(async (count) => {
    for (let left = count; left > 0; left -= 1)
      await new Promise((resolve) => requestAnimationFrame(resolve));
  }, count);

/** The first answer, which the page gives before anyone does anything. */
export const firstAnswer = (page) => answerAfter(page, 0);

/** Does something and waits for the answer that follows. */
export async function answerTo(page, act) {
  const before = await answersSoFar(page);
  await act();
  return answerAfter(page, before);
}

/** What stands in the rows, top to bottom: `{ label, shown, width }`, `width` being the bar's share of its track. */
export const rows = (page) =>
  page.locator("score-bars").evaluate((bars) =>
    [...bars.shadowRoot.querySelectorAll("li:not([data-adds])")].map((row) => ({
      label: row.querySelector("input").value,
      shown: row.querySelector(".number").textContent,
      width:
        row.querySelector(".fill").getBoundingClientRect().width /
        row.querySelector(".track").getBoundingClientRect().width,
    })),
  );

/** The field of the label in this row, counted from 0; the row after the last label is the empty one. */
export const field = (page, row) => page.locator("score-bars li input").nth(row);

/** Drops files or folders onto the page as a hand does: through the browser's input, not by an event of ours. */
export async function dropFile(page, ...files) {
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files, dragOperationsMask: 1 };
  for (const type of ["dragEnter", "dragOver", "drop"])
    await session.send("Input.dispatchDragEvent", { type, x: 300, y: 300, data });
  await session.detach();
}

/** Puts a PNG on the clipboard and presses the keys that paste. */
export async function pastePicture(page, bytes) {
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.evaluate(async (base64) => {
    const data = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    const blob = new Blob([data], { type: "image/png" });
    await navigator.clipboard.write([new ClipboardItem({ "image/png": blob })]);
  }, bytes.toString("base64"));
  await page.keyboard.press("Control+V");
}
