// The page's past: what is one step, what comes back together, and what is no step at all.
import assert from "node:assert/strict";
import { test } from "node:test";
import { moduleOfPage, stateWith } from "./page-module.mjs";

const { Store } = await moduleOfPage("core/state.ts");
const { History } = await moduleOfPage("core/history.ts");

/** A store and its history; `later(t)` lets the clock that the history looks at go on. */
function page(t, change) {
  const store = new Store(stateWith(change));
  let now = 0;
  t.mock.method(performance, "now", () => now);
  const told = [];
  const past = new History(store, () => told.push([past.canUndo, past.canRedo]));
  return { store, past, told, later: (milliseconds) => (now += milliseconds) };
}

test("letters that follow each other are one step, after a pause another", (t) => {
  const { store, past, later } = page(t);
  for (const typed of ["z", "ze", "zeb"]) {
    store.set({ labels: ["dog", "cat", typed] });
    later(200);
  }
  later(1000);
  store.set({ labels: ["dog", "cat", "zebu"] });
  past.undo();
  assert.deepEqual(store.state.labels, ["dog", "cat", "zeb"]);
  past.undo();
  assert.deepEqual(store.state.labels, ["dog", "cat", "fish"]);
  assert.equal(past.canUndo, false);
  past.undo();
  assert.deepEqual(store.state.labels, ["dog", "cat", "fish"]);
});

test("a label that is added, and whatever is pressed, is a step of its own, however fast", (t) => {
  const { store, past } = page(t);
  store.set({ labels: ["dog", "cat", "fish", "cow"] });
  store.set({ labels: ["dog", "cat", "fish", "cow", "pig"] });
  store.set({ none: true });
  store.set({ none: false });
  past.undo();
  assert.equal(store.state.none, true);
  past.undo();
  past.undo();
  assert.deepEqual(store.state.labels, ["dog", "cat", "fish", "cow"]);
});

test("picture and labels come back together; what is done after an undo has no redo", (t) => {
  const { store, past, told } = page(t);
  const { picture } = store.state;
  const apple = { blob: new Blob(["an apple"]), alt: "An apple", example: "apple.png" };
  store.set({ picture: apple, labels: ["apple", "pear"] });
  past.undo();
  assert.deepEqual([store.state.picture, store.state.labels], [picture, ["dog", "cat", "fish"]]);
  past.redo();
  assert.deepEqual([store.state.picture, store.state.labels], [apple, ["apple", "pear"]]);
  past.undo();
  assert.deepEqual(told.at(-1), [false, true]);
  store.set({ template: "the word {}" });
  assert.deepEqual(told.at(-1), [true, false]);
});

test("the first picture, answers, and what is learnt of a model are no steps", (t) => {
  const { store, past } = page(t, { picture: null });
  store.set({ picture: { blob: new Blob(["the first"]), alt: "", example: null } });
  store.set({ scores: [{ label: "dog", score: 1 }], phase: "working" });
  const address = { kind: "address", address: "owner/name" };
  store.set({ model: address });
  store.set({ model: { ...address, weighed: true } });
  past.undo();
  assert.equal(store.state.model.kind, "built-in");
  assert.ok(store.state.picture, "labels typed before the first picture do not take it away");
  assert.equal(past.canUndo, false);
});

test("no more than two hundred steps are kept", (t) => {
  const { store, past } = page(t);
  for (let step = 0; step < 300; step += 1) store.set({ none: step % 2 === 0 });
  let undone = 0;
  for (; past.canUndo; undone += 1) past.undo();
  assert.equal(undone, 200);
});
