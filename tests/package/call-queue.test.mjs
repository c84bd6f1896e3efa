// The worker's queue: what fails for one call leaves the worker as it is, and only what stopped the wasm module ends it.
import assert from "node:assert/strict";
import { before, test } from "node:test";

/** A wasm module with one function of this body. */
const wasmFunction = (...body) => {
  const code = [0x0a, body.length + 4, 1, body.length + 2, 0, ...body, 0x0b];
  const head = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0];
  const bytes = Uint8Array.of(...head, 7, 5, 1, 1, 0x66, 0, 0, ...code);
  return new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports.f;
};
const deepInJavaScript = () => 1 + deepInJavaScript();

const handlers = {
  fine: async () => ({ value: 7 }),
  buffer: async () => ({ value: new ArrayBuffer(Number.MAX_SAFE_INTEGER) }),
  array: async () => ({ value: new Uint8Array(Number.MAX_SAFE_INTEGER) }),
  recursion: async () => ({ value: deepInJavaScript() }),
  trap: async () => ({ value: wasmFunction(0x00)() }),
  wasmRecursion: async () => ({ value: wasmFunction(0x10, 0)() }),
};

const posted = [];
let ask;
before(async () => {
  let told = () => undefined;
  const events = new EventTarget();
  globalThis.self = {
    addEventListener: events.addEventListener.bind(events),
    postMessage: (message) => (posted.push(message), told(message)),
  };
  const { answerCalls } = await import("../../web/build/worker/call-queue.js");
  answerCalls(handlers);
  ask = (type, id) =>
    new Promise((resolve) => {
      told = resolve;
      events.dispatchEvent(new MessageEvent("message", { data: { type, id } }));
    });
});

test("it says that it listens, and answers", async () => {
  assert.deepEqual(posted, [{ type: "started" }]);
  assert.deepEqual(await ask("fine", 1), { type: "done", id: 1, value: 7 });
});

for (const type of ["buffer", "array"])
  test(`an allocation that fails in JavaScript is that call's own error: ${type}`, async () => {
    const { type: how, id, error } = await ask(type, 2);
    assert.deepEqual([how, id, error.code], ["failed", 2, "out-of-memory"]);
    assert.match(error.message, /gave no memory for this \(.*(allocation failed|array length)/);
    assert.deepEqual(await ask("fine", 3), { type: "done", id: 3, value: 7 });
  });

test("so is a recursion of JavaScript's own, and a call that nobody knows", async () => {
  assert.equal((await ask("recursion", 4)).type, "failed");
  assert.match((await ask("pray", 5)).error.message, /knows no call "pray"/);
});

for (const type of ["trap", "wasmRecursion"])
  test(`what stops the wasm module ends the worker: ${type}`, async () => {
    assert.equal((await ask(type, 6)).type, "crashed");
  });
