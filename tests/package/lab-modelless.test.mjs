// Drawing without a classifier: one worker for all, which is started anew after a crash and ended when nobody has asked for a while.
import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { letter } from "../../web/build/lab/client/letter.js";
import { reportHtml } from "../../web/build/lab/client/report-html.js";
import { pretendWorkers } from "./pretend-worker.mjs";

const pixels = { data: new Uint8ClampedArray(4), width: 1, height: 1 };
const lettered = { image: pixels, corners: [], area: 0 };
const answers = {
  prepare: () => null,
  letter: () => ({ lettered, details: { format: "pixels", decodedBy: "browser" } }),
  reportHtml: () => "<!doctype html>",
};
const calls = ({ messages }) => messages.map(({ type }) => type);

test("calls share a worker, which loads no model and ends when it is idle", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const workers = pretendWorkers(({ type }) => answers[type]());
  const spec = { word: "iPod" };
  const all = [letter(pixels, spec), letter(pixels, spec, { size: 64 }), reportHtml({})];
  assert.deepEqual(await Promise.all(all), [lettered, lettered, "<!doctype html>"]);
  assert.equal(workers.length, 1);
  assert.deepEqual(calls(workers[0]).toSorted(), ["letter", "letter", "prepare", "reportHtml"]);
  const [first, second] = workers[0].messages.filter(({ type }) => type === "letter");
  assert.deepEqual([first.spec, first.size, first.fontsUrl], ['{"word":"iPod"}', null, null]);
  assert.equal(second.size, 64);
  mock.timers.tick(29_000);
  assert.equal(workers[0].ended, false);
  await letter(pixels, spec);
  mock.timers.tick(29_000);
  assert.equal(workers[0].ended, false, "the last call counts");
  mock.timers.tick(2_000);
  assert.equal(workers[0].ended, true);
  await letter(pixels, spec, { fontsUrl: "fonts" });
  assert.equal(workers.length, 2);
  assert.equal(workers[1].messages.at(-1).fontsUrl, "https://page.example/fonts/");
  mock.timers.tick(31_000);
  mock.timers.reset();
});

test("a wasm elsewhere has a worker of its own; a crash costs the calls that wait, and no later one", async () => {
  let crashing = true;
  const workers = pretendWorkers(({ type }, worker) => {
    if (type === "letter" && crashing) worker.crash();
    return answers[type]();
  });
  const there = { wasmUrl: "there.wasm" };
  await assert.rejects(letter(pixels, { word: "a" }, there), {
    code: "device-lost",
    message: /worker stopped: gone/,
  });
  crashing = false;
  assert.deepEqual(await letter(pixels, { word: "a" }, there), lettered);
  await letter(pixels, { word: "a" });
  assert.deepEqual(
    workers.map(({ messages: [{ type, wasmUrl }] }) => [type, wasmUrl]),
    [
      ["prepare", "https://page.example/there.wasm"],
      ["prepare", "https://page.example/there.wasm"],
      ["prepare", null],
    ],
  );
});

test("an abort is heeded at once, and an error of the worker's has its code", async () => {
  let release;
  const stuck = new Promise((resolve) => (release = resolve));
  const workers = pretendWorkers(({ type, spec }) => {
    if (type !== "letter") return answers[type]();
    if (spec.includes("stuck")) return stuck;
    throw Object.assign(new Error("the word is empty"), { code: "lettering" });
  });
  const place = { workerUrl: "mine.js" };
  const ending = new AbortController();
  const drawing = letter(pixels, { word: "stuck" }, { ...place, signal: ending.signal });
  setTimeout(() => ending.abort(), 10);
  await assert.rejects(drawing, { code: "aborted", name: "AbortError" });
  assert.ok(calls(workers[0]).includes("cancel"));
  await assert.rejects(letter(pixels, { word: "" }, place), { code: "lettering" });
  const aborted = letter(pixels, { word: "a" }, { ...place, signal: AbortSignal.abort() });
  await assert.rejects(aborted, { code: "aborted" });
  assert.equal(workers.length, 1);
  release(answers.letter());
});
