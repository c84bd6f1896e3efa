// Hands and eyes for the lab's tools: opens the lab and a tool, reads what it says, cuts work that is under way.
import { firstAnswer } from "./page.mjs";

/** A sweep, or a table of defences, takes its time where other programs want the processor. */
export const PATIENCE = 300_000;

/** The text without the marks that keep a label from turning its neighbours around, and with plain spaces and minuses. */
export const plain = (text) =>
  text
    .replaceAll(/[\u2068\u2069]/g, "")
    .replaceAll(/[\u00a0\u202f]/g, " ")
    .replaceAll("\u2212", "-");
/** What stands there, in plain letters. */
export const textOf = async (page, selector) => plain(await page.locator(selector).textContent());
/** Waits until the words stand there. */
export const said = (page, selector, words) => page.locator(selector, { hasText: words }).waitFor();

/** Opens the lab on the page's picture, with the last label that it does not show written on it, and waits for its bars. */
export async function openLab(page) {
  await firstAnswer(page);
  await page.evaluate(() => {
    globalThis.looks = [];
    document.addEventListener("glimpse:lab", ({ detail }) => globalThis.looks.push(detail));
  });
  await page.locator("#write").click();
  await page.locator("#lab-label").waitFor();
  await page.waitForFunction(() => globalThis.looks.some(({ control }) => control === "word"));
}

/** The lab's newest answer about the word: `{ label: { score, logit } }`. */
export const newestLook = (page) =>
  page.evaluate(() => {
    const { scores } = globalThis.looks.findLast(({ control }) => control === "word");
    return Object.fromEntries(scores.map((score) => [score.label, score]));
  });

/** Unfolds a tool, or folds it up; it is set up a moment after the first click. */
export async function openTool(page, id) {
  await page.locator(`#${id} > summary`).click();
  await page.locator(`#${id} .lab-tool > *`).first().waitFor({ state: "attached" });
}

/** Shows the map of what pulled, and waits until it is explained. */
export async function showPull(page) {
  await openTool(page, "lab-pull");
  await page.locator("#pull-show").click();
  await page.locator("#pull-parts tfoot").waitFor();
}

/** Presses the button, and the job's own cancel as soon as it says how far it is. */
export async function cancelOnceUnderWay(page, button, job) {
  await page.evaluate((selector) => {
    const place = document.querySelector(selector);
    const far = place.querySelector(".lab-job-far");
    const observer = new MutationObserver(() => {
      if (!/[1-9]\d* of \d+/.test(far.textContent)) return;
      observer.disconnect();
      place.querySelector("button").click();
    });
    observer.observe(far, { childList: true, characterData: true, subtree: true });
  }, job);
  await page.locator(button).click();
}
