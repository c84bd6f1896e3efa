// The model "auto" as the client has it: what it asks for, what it tells of later loading, which model a square or a video goes to.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Classifier } from "../../web/build/client/classifier.js";
import { attack } from "../../web/build/lab/client/attack.js";
import { explainLabels } from "../../web/build/lab/client/explain.js";
import { letter } from "../../web/build/lab/client/letter.js";
import { watchFrames } from "../../web/build/client/watch.js";
import { pretendWorkers } from "./pretend-worker.mjs";

const info = { model: "auto", device: "cpu", reason: "pretended", fingerprint: "" };
const pixels = (side) => ({
  data: new Uint8ClampedArray(4 * side * side),
  width: side,
  height: side,
});
const scores = [{ label: "a dog", score: 1, logit: 1, cosine: 1 }];

/** Workers that see photographs in Blobs and drawings in all else; `before(message, worker)` may interfere. */
function pretendBoth(before = () => undefined) {
  return pretendWorkers(async (message, worker) => {
    await before(message, worker);
    const { type, image, builtIn } = message;
    const fitting = image?.seenBy ?? (image?.kind === "blob" ? "mini-photo" : "mini");
    const model = builtIn ?? fitting;
    const details = { format: "PNG", decodedBy: "glimpse", model };
    switch (type) {
      case "create":
        return info;
      case "classify":
      case "suggest":
        return { scores, details };
      case "preprocess":
        return { square: pixels(8), details };
      case "letter":
        return { lettered: { image: pixels(8), corners: [], area: 0, model } };
      case "explain":
        return { explanations: { model, labels: [] }, details };
    }
  });
}

const asked = ({ messages }, type) => messages.filter((message) => message.type === type);
const photo = () => new Blob(["photo"]);

test("it is the default, loads what is preloaded, and info may change while it works", async () => {
  const later = { ...info, reason: "mini: the GPU was left" };
  const workers = pretendBoth(({ type }, worker) => {
    if (type === "classify") worker.tell({ type: "info", info: later });
  });
  const classifier = await Classifier.create({ preload: "mini-photo" });
  const [{ source, preload }] = asked(workers[0], "create");
  assert.equal(source.kind, "auto");
  assert.deepEqual(Object.keys(source.models), ["mini", "mini-photo"]);
  assert.deepEqual(preload, ["mini-photo"]);
  assert.deepEqual(classifier.info, info);
  await classifier.classify(photo(), ["a dog"]);
  assert.deepEqual(classifier.info, later);
  await classifier.dispose();
});

test("who answered is told of one picture, of many, and of suggestions; a wish is passed on", async () => {
  const workers = pretendBoth();
  const classifier = await Classifier.create();
  const told = [];
  const onDecoded = ({ model }) => told.push(model);
  assert.deepEqual(await classifier.classify(photo(), ["a dog"], { onDecoded }), scores);
  await classifier.classify(pixels(8), ["a dog"], { onDecoded });
  await classifier.classify(photo(), ["a dog"], { onDecoded, builtIn: "mini" });
  assert.deepEqual(await classifier.suggest(photo(), { onDecoded, topK: 3 }), scores);
  assert.deepEqual(told, ["mini-photo", "mini", "mini", "mini-photo"]);
  assert.deepEqual(
    asked(workers[0], "classify").map(({ builtIn }) => builtIn),
    [null, null, "mini"],
  );
  const [{ topK, builtIn }] = asked(workers[0], "suggest");
  assert.deepEqual([topK, builtIn], [3, null]);
  await classifier.suggest(photo());
  assert.equal(asked(workers[0], "suggest")[1].topK, 5);
  const many = [];
  for await (const { index, model } of classifier.classify([photo(), pixels(8)], ["a dog"]))
    many.push([index, model]);
  assert.deepEqual(many, [
    [0, "mini-photo"],
    [1, "mini"],
  ]);
  for (const wrong of [{ topK: 0 }, { topk: 1 }, { builtIn: "photo" }])
    await assert.rejects(classifier.suggest(photo(), wrong), { name: "TypeError" });
  await classifier.dispose();
});

test("a built-in model that cannot be fetched fails the pictures that need it, and no others", async () => {
  pretendBoth(({ type, image }) => {
    if (type === "classify" && image.kind === "blob")
      throw Object.assign(new Error("the weights answered 404"), { code: "network" });
  });
  const classifier = await Classifier.create();
  const seen = [];
  const pictures = [photo(), pixels(8), photo()];
  for await (const { index, model, error } of classifier.classify(pictures, ["a dog"]))
    seen.push([index, model, error?.code]);
  assert.deepEqual(seen, [
    [0, undefined, "network"],
    [1, "mini", undefined],
    [2, undefined, "network"],
  ]);
  await classifier.dispose();
});

test("a GPU that fails while a picture's model loads costs no picture: a new worker preloads, and is asked again", async () => {
  const workers = pretendWorkers((message, worker) => {
    if (message.type === "create") return { ...info, device: "gpu" };
    if (worker.number === 0) worker.crash();
    return { scores, details: { format: "PNG", decodedBy: "glimpse", model: "mini-photo" } };
  });
  const classifier = await Classifier.create({ preload: "mini" });
  const both = [photo(), photo()].map((picture) => classifier.classify(picture, ["a dog"]));
  assert.deepEqual(await Promise.all(both), [scores, scores]);
  assert.equal(workers.length, 2, "one new worker for both");
  assert.deepEqual(asked(workers[1], "create")[0].preload, ["mini"]);
  assert.equal(
    asked(workers[1], "create")[0].gpuFailure,
    null,
    "a GPU that was taken away is opened anew",
  );
  await classifier.dispose();
  await assert.rejects(classifier.suggest(photo()), { code: "aborted" });
});

test("squares that preprocess and letter gave go back to the model that sees so", async () => {
  const workers = pretendBoth();
  const classifier = await Classifier.create();
  const square = await classifier.preprocess(photo());
  const { image: lettered } = await letter(square, { word: "iPod" }, { classifier });
  await classifier.classify(lettered, ["a dog"], { preprocessed: true });
  await explainLabels(classifier, lettered, ["a dog"]);
  await explainLabels(classifier, structuredClone(lettered), ["a dog"], { builtIn: "mini" });
  const seenBy = (type) => asked(workers[0], type).map(({ image }) => image.seenBy);
  assert.deepEqual(
    [seenBy("letter"), seenBy("classify"), seenBy("explain")],
    [["mini-photo"], ["mini-photo"], ["mini-photo", null]],
  );
  assert.deepEqual(
    asked(workers[0], "explain").map(({ builtIn }) => builtIn),
    [null, "mini"],
  );
  await classifier.dispose();
});

test("a later load is told to create's onProgress, and what that throws ends the call that waits", async () => {
  const step = { model: "mini", phase: "download", file: "model.safetensors", loaded: 1, total: 2 };
  pretendBoth(({ type, id }, worker) => {
    if (type === "classify") worker.tell({ type: "progress", id, progress: step });
  });
  const seen = [];
  let broken = false;
  const classifier = await Classifier.create({
    onProgress: (progress) => {
      seen.push(progress);
      if (broken) throw new Error("not now");
    },
  });
  assert.deepEqual(seen, []);
  await classifier.classify(photo(), ["a dog"]);
  assert.deepEqual(seen, [step]);
  broken = true;
  await assert.rejects(classifier.classify(photo(), ["a dog"]), /not now/);
  broken = false;
  assert.deepEqual(await classifier.classify(photo(), ["a dog"]), scores);
  await classifier.dispose();
});

test("all of a sweep's pictures are looked at by one model: the first one's, or the one that is named", async () => {
  const workers = pretendWorkers((message) => {
    const model = message.builtIn ?? (message.image?.kind === "blob" ? "mini-photo" : "mini");
    if (message.type === "create") return info;
    if (message.type === "sweepPicture")
      return { square: pixels(8), sha256: "a".repeat(64), details: { model }, fingerprint: model };
    if (message.type === "sweepBegin") throw new Error("enough");
    return null;
  });
  const classifier = await Classifier.create();
  const options = { word: "iPod", labels: ["apple", "iPod"] };
  const both = [pixels(8), photo()];
  await assert.rejects(attack(classifier, both, options), /enough/);
  await assert.rejects(attack(classifier, both, { ...options, builtIn: "mini-photo" }), /enough/);
  const wishes = asked(workers[0], "sweepPicture").map(({ builtIn }) => builtIn);
  assert.deepEqual(wishes, [null, "mini", "mini-photo", "mini-photo"]);
  const models = asked(workers[0], "sweepBegin").map(({ model }) => model);
  assert.deepEqual(models, ["mini", "mini-photo"]);
  await classifier.dispose();
});

test("a canvas that is watched keeps its first frame's model, a video has that of photographs", async () => {
  class HTMLVideoElement extends EventTarget {
    HAVE_CURRENT_DATA = 2;
    readyState = 2;
    currentTime = 0;
    ended = false;
    srcObject = null;
  }
  const frames = new Set();
  const browser = {
    HTMLVideoElement,
    requestAnimationFrame: (look) => frames.add(setTimeout(look)),
    cancelAnimationFrame: () => frames.forEach(clearTimeout),
  };
  Object.assign(globalThis, browser);
  const wishes = async (source, options, auto = true) => {
    const seen = [];
    const classify = async (_, labels, { builtIn }) => {
      seen.push(builtIn ?? null);
      return { scores, model: builtIn ?? (seen.length === 1 ? "mini" : "mini-photo") };
    };
    for await (const { model } of watchFrames(source, ["a dog"], classify, () => auto, options)) {
      seen.push(model);
      if (seen.length >= 4 || source instanceof HTMLVideoElement) break;
    }
    return seen;
  };
  try {
    assert.deepEqual(await wishes({}, {}), [null, "mini", "mini", "mini"]);
    assert.deepEqual(await wishes(new HTMLVideoElement(), {}), ["mini-photo", "mini-photo"]);
    const named = { builtIn: "mini" };
    assert.deepEqual(await wishes(new HTMLVideoElement(), named), ["mini", "mini"]);
    assert.deepEqual(await wishes(new HTMLVideoElement(), {}, false), [null, "mini"]);
  } finally {
    for (const name of Object.keys(browser)) delete globalThis[name];
  }
});
