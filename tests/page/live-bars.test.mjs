// Live bars without a camera: what is asked of each frame, when nothing is, and the end; and of work that overtakes itself the latest.
import assert from "node:assert/strict";
import { test } from "node:test";
import { moduleOfPage, stateWith } from "./page-module.mjs";

const { Store } = await moduleOfPage("core/state.ts");
const { liveBars } = await moduleOfPage("pictures/live-bars.ts");
const { Latest } = await moduleOfPage("core/latest.ts");

/** The page with a classifier that answers whenever `frame()` is called, and what it was asked. */
function camera(change) {
  const store = new Store(stateWith({ camera: true, ...change }));
  const watches = [];
  const answers = [];
  let wake = () => {};
  const classifier = {
    async *watch(video, labels, options) {
      watches.push(options);
      for (;;) {
        const failure = await new Promise((resolve) => (wake = resolve));
        if (failure) throw failure;
        if (options.signal.aborted) return;
        yield { scores: labels().map((label) => ({ label, score: 1 })) };
      }
    },
  };
  const live = { classifier, answered: async (answer) => void answers.push(answer) };
  const running = new AbortController();
  const ended = liveBars(null, store, live, running.signal);
  // Everything here goes on in microtasks: after a task of its own, all of it has.
  const frame = async (failure) => {
    wake(failure);
    await new Promise(setImmediate);
  };
  return { store, watches, answers, running, ended, frame };
}

const labelsOf = ({ scores }) => scores.map(({ label }) => label);

test("each frame is asked about with the labels of its moment; other options begin a new watch", async () => {
  const { store, watches, answers, running, ended, frame } = camera();
  await frame();
  store.set({ labels: ["cow"] });
  await frame();
  assert.deepEqual(answers.map(labelsOf), [["dog", "cat", "fish"], ["cow"]]);
  assert.equal(watches.length, 1);
  store.set({ none: true });
  await frame();
  assert.equal(watches.length, 2);
  assert.equal(watches[1].noneOfThese, true);
  const before = answers.length;
  running.abort();
  await frame();
  await ended;
  assert.equal(answers.length, before, "an answer came after the end");
});

test("without labels, or with a template without a place for them, nothing is asked until there is", async () => {
  for (const [bad, good] of [
    [{ labels: [] }, { labels: ["cow"] }],
    [{ template: "no place" }, { template: "a {}" }],
  ]) {
    const { store, watches, running, ended, frame } = camera({ ...bad, phase: "working" });
    await frame();
    assert.deepEqual([watches.length, store.state.phase, store.state.scores], [0, "ready", null]);
    store.set(good);
    await frame();
    assert.equal(watches.length, 1);
    running.abort();
    await frame();
    await ended;
  }
});

test("an error is told, and other labels try again", async () => {
  const { store, watches, running, ended, frame } = camera();
  await frame(new Error("boom"));
  assert.deepEqual([store.state.phase, store.state.problem.detail], ["error", "boom"]);
  assert.equal(watches.length, 1);
  store.set({ labels: ["cow"] });
  await frame();
  assert.equal(watches.length, 2);
  running.abort();
  await frame();
  await ended;
});

test("the latest run aborts the one before; stopped, there is none", () => {
  const latest = new Latest();
  const first = latest.begin();
  assert.equal(first.aborted, false);
  const second = latest.begin();
  assert.deepEqual([first.aborted, second.aborted, latest.signal === second], [true, false, true]);
  latest.stop();
  assert.equal(second.aborted, true);
  assert.equal(latest.begin().aborted, false);
});
