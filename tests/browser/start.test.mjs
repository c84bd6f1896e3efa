// How long a visitor waits on the CPU: until the first scores, and from an edited label to its bar. Seconds are printed, never asserted.
import assert from "node:assert/strict";
import path from "node:path";
import { after, test } from "node:test";
import { launchBrowser } from "./chromium.mjs";
import { assertScores } from "./numbers.mjs";
import { answerTo, field, firstAnswer, visit } from "./page.mjs";
import { pageFolder } from "./places.mjs";
import { sendFile, startServer } from "./server.mjs";

const server = await startServer({ folders: { "/": pageFolder } });
const browser = await launchBrowser();
after(async () => {
  await browser.close();
  await server.close();
});
const url = `${server.origin}/`;
const visits = 3;
const edits = ["zebra", "a cow", "two horses", "tiger", "an owl", "cheese", "red star", "wolf"];

const median = (numbers) => numbers.toSorted((one, other) => one - other)[numbers.length >> 1];
const told = (numbers, aim) =>
  `median ${median(numbers).toFixed(0)} ms of ${numbers.map((ms) => ms.toFixed(0)).join(", ")} (aim: ${aim} ms)`;

/** Types `text` into the first row; gives the milliseconds until that row's bar has its new length. */
const edit = (page, text) =>
  page.locator("score-bars").evaluate((bars, text) => {
    const input = bars.shadowRoot.querySelector("li input");
    const row = input.closest("li");
    const start = performance.now();
    const answered = new Promise((resolve) => {
      const observer = new MutationObserver(() => {
        if (row.hasAttribute("data-stale")) return;
        observer.disconnect();
        resolve(performance.now() - start);
      });
      observer.observe(row, { attributeFilter: ["data-stale"] });
    });
    input.value = text;
    input.dispatchEvent(new InputEvent("input", { bubbles: true, composed: true }));
    return answered;
  }, text);

test("first scores and edited labels, on the CPU", async (t) => {
  const starts = [];
  const answers = [];
  for (let opened = 0; opened < visits; opened += 1) {
    await visit(browser, url, async (page) => {
      const first = await firstAnswer(page);
      assertScores(
        first.scores,
        first.scores.map(({ label }) => label),
      );
      assert.equal(await page.locator("html").getAttribute("data-device"), "cpu");
      starts.push(first.at);
      for (const text of edits) answers.push(await edit(page, text));
      const last = await answerTo(page, () => field(page, 0).fill("a llama"));
      assert.equal(last.stats.imageTowerRuns, first.stats.imageTowerRuns);
    });
  }
  t.diagnostic(`page opened to first scores: ${told(starts, 1200)}`);
  t.diagnostic(`label edited to new bars: ${told(answers, 50)}`);
});

test("the weights are asked for while the wasm is still on its way", async () => {
  const wasm = "/glimpse-clip/dist/glimpse_bg.wasm";
  const weights = "/glimpse-clip/models/mini-photo/open_clip_model.safetensors";
  // The wasm is given only once the weights were asked for: if they waited for it, nothing would ever come.
  const asked = new Promise((resolve) => {
    server.route(weights, (request, response) => {
      resolve();
      sendFile(request, response, path.join(pageFolder, weights));
    });
  });
  server.route(wasm, async (request, response) => {
    await asked;
    sendFile(request, response, path.join(pageFolder, wasm));
  });
  await visit(browser, url, firstAnswer);
});
