// A sweep as the client runs it: progress and its state, abort and resume, and a worker that is lost half-way.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Classifier } from "../../web/build/client/classifier.js";
import { attack } from "../../web/build/lab/client/attack.js";
import { pretendWorkers } from "./pretend-worker.mjs";

const info = { model: "pretended", device: "gpu", fingerprint: "f".repeat(64), imageSize: 1 };
const square = { data: new Uint8ClampedArray([1, 2, 3, 255]), width: 1, height: 1 };
const variants = 7;
const answerTo = (at) => ({ scores: [at / 8, 1 - at / 8], cosines: [0.1, 0.2], area: at / 100 });

/** Workers that know sweeps of seven variants, two a step; `before(message, worker)` may interfere. */
function pretendSweeps(before = () => undefined) {
  return pretendWorkers((message, worker) => {
    worker.sweeps ??= new Map();
    before(message, worker);
    const known = worker.sweeps.get(message.sweep);
    const progress = () => ({ done: known.size, expected: variants });
    switch (message.type) {
      case "create":
        return info;
      case "sweepPicture":
        return {
          square,
          sha256: "a".repeat(64),
          details: { model: info.model },
          fingerprint: info.fingerprint,
        };
      case "sweepBegin":
        worker.sweeps.set(message.sweep, new Map());
        return JSON.stringify({ ...JSON.parse(message.options), seed: 0 });
      case "sweepEnd":
        return null;
    }
    if (!known) return null;
    switch (message.type) {
      case "sweepAnswer":
        for (const [key, answer] of message.answers) known.set(key, answer);
        return progress();
      case "sweepStep": {
        const next = Array.from({ length: variants }, (_, at) => `0/${at}`)
          .filter((key) => !known.has(key))
          .slice(0, 2);
        const answers = next.map((key) => [key, answerTo(Number(key.slice(2)))]);
        for (const [key, answer] of answers) known.set(key, answer);
        return { ...progress(), answers, ended: next.length === 0 };
      }
      case "sweepReport":
        return JSON.stringify({ variants: [...known].sort(), date: message.date });
    }
  });
}

const options = { word: "iPod", labels: ["apple", "iPod"] };
const steps = ({ messages }) => messages.filter(({ type }) => type === "sweepStep").length;
const whole = Array.from({ length: variants }, (_, at) => [`0/${at}`, answerTo(at)]);

test("progress goes from nothing to all, and the state holds every answer", async () => {
  const workers = pretendSweeps();
  const classifier = await Classifier.create();
  const seen = [];
  const file = new File(["picture"], "apple.png");
  const report = await attack(classifier, file, {
    ...options,
    hypothesisTemplate: "a {}",
    onProgress: ({ done, expected, secondsLeft, state }) =>
      seen.push({ done, expected, secondsLeft, state }),
  });
  assert.deepEqual(report.variants, whole);
  assert.match(report.date, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  assert.deepEqual(
    seen.map(({ done, expected }) => [done, expected]),
    [0, 2, 4, 6, 7, 7].map((done) => [done, variants]),
  );
  assert.equal(seen[0].secondsLeft, null);
  assert.ok(seen.slice(1).every(({ secondsLeft }) => secondsLeft >= 0));
  assert.deepEqual(seen[2].state, {
    version: "glimpse-attack-state/1",
    fingerprint: info.fingerprint,
    options: { ...options, templates: ["a {}"], spec: {}, seed: 0 },
    pictures: [{ name: "apple.png", sha256: "a".repeat(64) }],
    answers: Object.fromEntries(whole.slice(0, 4)),
  });
  await new Promise((resolve) => setTimeout(resolve));
  assert.equal(workers[0].messages.at(-1).type, "sweepEnd");
  await classifier.dispose();
});

test("a sweep that is cut and resumed from JSON gives the uncut one's report, and nothing twice", async () => {
  const workers = pretendSweeps();
  const classifier = await Classifier.create();
  const ending = new AbortController();
  let kept;
  const cut = attack(classifier, [square], {
    ...options,
    signal: ending.signal,
    onProgress: ({ done, state }) => {
      kept = JSON.stringify(state);
      if (done === 4) ending.abort();
    },
  });
  await assert.rejects(cut, { code: "aborted" });
  const before = steps(workers[0]);
  const resume = JSON.parse(kept);
  const seen = [];
  const onProgress = ({ done }) => seen.push(done);
  const report = await attack(classifier, [square], { ...options, resume, onProgress });
  assert.deepEqual(report.variants, whole);
  assert.deepEqual(seen, [4, 6, 7, 7]);
  assert.equal(steps(workers[0]) - before, 3);
  const others = {
    options: { options: { ...options, word: "pear", labels: ["apple", "pear"] } },
    pictures: { options, names: ["another name"] },
    model: { options, resume: { ...resume, fingerprint: "0".repeat(64) } },
    form: { options, resume: { ...resume, version: "glimpse-attack-state/0" } },
  };
  for (const [what, { options, ...more }] of Object.entries(others)) {
    const other = attack(classifier, [square], { ...options, resume, ...more });
    await assert.rejects(other, {
      code: "lettering",
      message: new RegExp(`not the same ${what}`),
    });
  }
  await classifier.dispose();
});

test("a worker that is lost half-way costs no answer", async () => {
  let count = 0;
  const workers = pretendSweeps((message, worker) => {
    if (message.type === "sweepStep" && (count += 1) === 3) worker.crash();
  });
  const classifier = await Classifier.create();
  const seen = [];
  const onProgress = ({ done }) => seen.push(done);
  const report = await attack(classifier, [square], { ...options, onProgress });
  assert.deepEqual(report.variants, whole);
  assert.deepEqual(seen, [0, 2, 4, 6, 7, 7]);
  assert.equal(workers.length, 2);
  const [told] = workers[1].messages.filter(({ type }) => type === "sweepAnswer");
  assert.deepEqual(told.answers, whole.slice(0, 4));
  await classifier.dispose();
});

test("names, pictures that cannot be read, and none", async () => {
  const workers = pretendSweeps(({ type, image }) => {
    if (type === "sweepPicture" && image.kind === "blob")
      throw Object.assign(new Error("it is damaged"), { code: "decode" });
  });
  const classifier = await Classifier.create();
  const damaged = attack(classifier, [square, new File([], "b.png")], options);
  await assert.rejects(damaged, { code: "decode", message: "b.png: it is damaged" });
  await assert.rejects(attack(classifier, [], options), { name: "TypeError" });
  async function* given() {
    yield square;
    yield "pictures/c%20d.png?size=2";
    yield square;
  }
  await attack(classifier, given(), { ...options, names: ["first"] });
  const [begun] = workers[0].messages.filter(({ type }) => type === "sweepBegin");
  const names = JSON.parse(begun.pictures).map(({ name }) => name);
  assert.deepEqual(names, ["first", "c d.png", "picture 3"]);
  await classifier.dispose();
});

test("what onProgress throws ends the sweep", async () => {
  const workers = pretendSweeps();
  const classifier = await Classifier.create();
  const onProgress = () => {
    throw new Error("not now");
  };
  await assert.rejects(attack(classifier, square, { ...options, onProgress }), /not now/);
  await new Promise((resolve) => setTimeout(resolve));
  assert.equal(workers[0].messages.at(-1).type, "sweepEnd");
  await classifier.dispose();
});
