// Many pictures in one call: the same scores as one by one, errors beside the others, look-ahead, leaving early; newest-wins.
import assert from "node:assert/strict";
import { test } from "node:test";
import { withBrowser } from "./harness.mjs";
import { assertScores } from "./numbers.mjs";

const world = await withBrowser();
const labels = ["dog", "cat", "a red star"];

/** Runs `body` in a page with the built-in model on the CPU as `classifier`, and gives what it returns. */
async function withMini(body, given = {}) {
  let result;
  await world.onPage(
    async (page) => {
      await page.evaluate(async () => {
        globalThis.classifier = await harness.Classifier.create({ model: "mini", device: "cpu" });
      });
      result = await page.evaluate(body, { labels, ...given });
      await page.evaluate(() => classifier.dispose());
    },
    { expected: [/404 \(Not Found\).*missing\.png/] },
  );
  return result;
}

test("a batch gives what single calls give, in order, from arrays, generators and streams", async () => {
  const seen = await withMini(async ({ labels }) => {
    const options = { hypothesisTemplate: "a drawing of a {}", topK: 2 };
    const blobs = await Promise.all([1, 2, 3, 4, 5, 6, 7].map((seed) => harness.drawnPng(seed)));
    const singles = [];
    for (const blob of blobs) singles.push(await classifier.classify(blob, labels, options));
    async function* slowly() {
      for (const blob of blobs) {
        await new Promise((resolve) => setTimeout(resolve, 5));
        yield blob;
      }
    }
    const stream = new ReadableStream({
      start(controller) {
        for (const blob of blobs) controller.enqueue(blob);
        controller.close();
      },
    });
    const promises = blobs.map((blob) => Promise.resolve(blob));
    const kinds = { array: blobs, promises, set: new Set(blobs), generator: slowly(), stream };
    const batches = {};
    for (const [kind, images] of Object.entries(kinds)) {
      batches[kind] = [];
      for await (const result of classifier.classify(images, labels, options)) {
        const same = result.image === blobs[result.index];
        batches[kind].push({ index: result.index, same, scores: result.scores });
      }
    }
    const none = [];
    for await (const result of classifier.classify([], labels)) none.push(result);
    return { singles, batches, none };
  });
  assert.equal(seen.singles.length, 7);
  assert.equal(new Set(seen.singles.map((scores) => JSON.stringify(scores))).size, 7);
  const expected = seen.singles.map((scores, index) => ({ index, same: true, scores }));
  for (const [kind, results] of Object.entries(seen.batches))
    assert.deepEqual(results, expected, kind);
  assert.deepEqual(seen.none, []);
});

test("a picture that cannot be read is told beside the others; what is wrong with the call ends it", async () => {
  const seen = await withMini(async ({ labels }) => {
    const good = await harness.drawnPng(1);
    const bad = new Blob(["no picture"]);
    const results = [];
    const images = [good, bad, "/harness/missing.png", null, good];
    for await (const { index, scores, error } of classifier.classify(images, labels)) {
      const typed = error instanceof harness.GlimpseError;
      results.push({ index, best: scores?.[0].label, code: error?.code, typed });
    }
    const drain = async (iterable) => {
      for await (const result of iterable) void result;
    };
    const aborted = new AbortController();
    const aborting = async () => {
      for await (const { index } of classifier.classify([good, good, good, good], labels, {
        signal: aborted.signal,
      }))
        if (index === 1) aborted.abort();
    };
    // A source that never gives its next picture must not keep an abort waiting.
    async function* stuck() {
      yield good;
      await new Promise(() => undefined);
    }
    const late = new AbortController();
    setTimeout(() => late.abort(), 300);
    return {
      results,
      noLabels: await harness.attempt(drain(classifier.classify([good], []))),
      typo: await harness.attempt(drain(classifier.classify([good], labels, { topK: 0 }))),
      aborted: await harness.attempt(aborting()),
      stuck: await harness.attempt(
        drain(classifier.classify(stuck(), labels, { signal: late.signal })),
      ),
      after: await classifier.classify(good, labels),
    };
  });
  const best = seen.after[0].label;
  assert.deepEqual(seen.results, [
    { index: 0, best, code: undefined, typed: false },
    { index: 1, best: undefined, code: "decode", typed: true },
    { index: 2, best: undefined, code: "network", typed: true },
    { index: 3, best: undefined, code: "decode", typed: true },
    { index: 4, best, code: undefined, typed: false },
  ]);
  assert.equal(seen.noLabels.code, "no-labels");
  assert.equal(seen.typo.name, "TypeError");
  assert.equal(seen.aborted.code, "aborted");
  assert.equal(seen.stuck.code, "aborted");
  assertScores(seen.after, labels);
});

test("the iterable is read only as far as the look-ahead, and closed when the loop is left", async () => {
  const seen = await withMini(async ({ labels }) => {
    const blobs = await Promise.all([1, 2, 3].map((seed) => harness.drawnPng(seed)));
    let given = 0;
    let closed = 0;
    function* endless() {
      try {
        for (;;) yield blobs[given++ % 3];
      } finally {
        closed += 1;
      }
    }
    const ahead = [];
    for await (const { index } of classifier.classify(endless(), labels, { lookAhead: 3 })) {
      // Time in which a greedy reader would read on.
      await new Promise((resolve) => setTimeout(resolve, 50));
      ahead.push(given - index - 1);
      if (index === 9) break;
    }
    const givenThen = given;
    await new Promise((resolve) => setTimeout(resolve, 100));
    return { ahead, closed, more: given - givenThen };
  });
  assert.equal(seen.ahead.length, 10);
  assert.ok(
    seen.ahead.every((count) => count >= 0 && count <= 3),
    `${seen.ahead} ahead`,
  );
  assert.ok(Math.max(...seen.ahead) >= 2, "nothing is read ahead");
  assert.deepEqual([seen.closed, seen.more], [1, 0]);
});

test('with queue "newest" only the latest of the waiting calls stays', async () => {
  const seen = await withMini(async ({ labels }) => {
    const blob = await harness.drawnPng(1);
    const expected = await classifier.classify(blob, [...labels, "label 4"]);
    const fresh = await harness.drawnPng(2);
    const outcome = async (call) => {
      const { value, code, name } = await harness.attempt(call);
      return value ? "scores" : `${name} ${code}`;
    };
    const newest = (image, list) => classifier.classify(image, list, { queue: "newest" });
    const calls = [fresh, blob, blob, blob, blob].map((image, at) =>
      newest(image, [...labels, `label ${at}`]),
    );
    const ordinary = classifier.classify(blob, labels);
    const outcomes = await Promise.all(calls.map(outcome));
    // A waiting call can be given up by its own signal too, and the line goes on.
    const controller = new AbortController();
    const running = newest(await harness.drawnPng(3), labels);
    const waiting = outcome(
      classifier.classify(blob, labels, { queue: "newest", signal: controller.signal }),
    );
    controller.abort();
    return {
      outcomes,
      last: await calls.at(-1),
      expected,
      ordinary: (await ordinary).length,
      given: await waiting,
      running: (await running).length,
      next: (await newest(blob, labels)).length,
      typo: await harness.attempt(classifier.classify(blob, labels, { queue: "latest" })),
    };
  });
  const dropped = "AbortError aborted";
  assert.deepEqual(seen.outcomes, ["scores", dropped, dropped, dropped, "scores"]);
  assert.deepEqual(seen.last, seen.expected);
  assert.equal(seen.ordinary, 3, "calls without the option are all answered");
  assert.deepEqual([seen.given, seen.running, seen.next], [dropped, 3, 3]);
  assert.equal(seen.typo.name, "TypeError");
});
