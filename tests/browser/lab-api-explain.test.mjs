// Who pulled it, and what helps: exact parts of a logit on every checkpoint and device, occlusion, defences and what they cost.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { checkpoints } from "./checkpoints.mjs";
import { withBrowser } from "./harness.mjs";
import { assertClose, assertScores, inOrder } from "./numbers.mjs";
import { packageFolder, root } from "./places.mjs";

const world = await withBrowser();
world.server.mount("/examples/", path.join(root, "www", "examples"));
const labels = ["apple", "dog", "house"];

/** Runs `body` in a page with the built-in model on the CPU, the apple's square, and one that says "dog"; gives what it returns. */
async function withApple(body, expected = []) {
  let result;
  await world.onPage(
    async (page) => {
      await page.evaluate(async () => {
        globalThis.classifier = await harness.Classifier.create({ model: "mini", device: "cpu" });
        const apple = await harness.picture("/examples/apple.png");
        globalThis.square = await classifier.preprocess(apple);
        globalThis.lettered = await harness.letter(
          square,
          { word: "dog", height: 0.22, y: 0.72 },
          { classifier },
        );
      });
      result = await page.evaluate(body, { labels });
      await page.evaluate(() => classifier.dispose());
    },
    { expected },
  );
  return result;
}

// Every layout is taken apart on the GPU natively (tests/native/gpu.rs); here one of them is, since SwiftShader compiles for long.
const onGpu = "hf-quickgelu-f32";
const all = checkpoints();

for (const { name, url, pictures, expected } of all)
  for (const device of url.includes("/fixtures/") && name === onGpu ? ["cpu", "gpu"] : ["cpu"])
    test(`the parts of every logit sum to it: ${name} on ${device}`, async (t) => {
      await world.onPage(async (page) => {
        const seen = await page.evaluate(
          async ({ model, device, picture, labels }) => {
            const classifier = await harness.Classifier.create({ model, device });
            const blob = await harness.picture(picture);
            const all = await harness.explainLabels(classifier, blob, labels);
            const sizes = all.labels.map((parts) =>
              ["patches", "heat", "classToken", "mlp", "outBias"].map((each) => parts[each].length),
            );
            const heat = all.labels.map(({ patches, heat }) => {
              const sums = heat.map(() => 0);
              patches.forEach((part, at) => (sums[at % heat.length] += part));
              return Math.max(...sums.map((sum, at) => Math.abs(sum - heat[at])));
            });
            const { side, layers, heads, attention } = all;
            const seen = {
              device: classifier.info.device,
              shape: [side, layers, heads, attention.length],
              sizes,
              heat: Math.max(...heat),
              parts: all.labels.map(({ label, logit, sum, error }) => ({
                label,
                logit,
                sum,
                error,
              })),
              scores: await classifier.classify(blob, labels),
            };
            await classifier.dispose();
            return seen;
          },
          { model: url, device, picture: pictures[0], labels: expected.labels },
        );
        assert.equal(seen.device, device);
        const [side, layers, heads, looks] = seen.shape;
        const patches = side * side;
        assert.equal(looks, layers * heads * patches);
        const sizes = [layers * heads * patches, patches, layers * heads, layers, layers];
        for (const found of seen.sizes) assert.deepEqual(found, sizes);
        assert.ok(seen.heat < 1e-3, `heat is off by ${seen.heat}`);
        const largest = Math.max(...seen.parts.map(({ error }) => Math.abs(error)));
        t.diagnostic(`largest error of a sum: ${largest}`);
        assert.ok(largest <= 1e-3, `a sum is off by ${largest}`);
        for (const { logit, sum, error } of seen.parts)
          assert.ok(Math.abs(sum - logit - error) < 1e-9);
        const logits = inOrder(seen.scores, expected.labels, "logit");
        const most = device === "gpu" ? 0.1 : 0.01;
        assertClose(
          seen.parts.map(({ logit }) => logit),
          logits,
          most,
          "logits",
        );
      });
    });

test("a label against another: the map is the difference, and says where the word is", async () => {
  const seen = await withApple(async () => {
    const plain = (map) => Array.from(map);
    const picture = lettered.image;
    const both = await harness.explain(classifier, picture, "dog", "apple");
    const dog = await harness.explain(classifier, picture, "dog");
    const apple = await harness.explain(classifier, picture, "apple", null);
    return {
      side: both.side,
      both: plain(both.heat),
      dog: plain(dog.heat),
      apple: plain(apple.heat),
      own: plain(both.against.heat),
      none: dog.against,
      logits: [both.logit, dog.logit, apple.logit],
      error: both.error - (both.sum - both.logit),
      corners: lettered.corners[0],
      noLabel: await harness.attempt(harness.explain(classifier, picture, "")),
      aborted: await harness.attempt(
        harness.explain(classifier, picture, "dog", null, { signal: AbortSignal.abort() }),
      ),
    };
  });
  assertClose(
    seen.both,
    seen.dog.map((value, at) => value - seen.apple[at]),
    1e-4,
    "the difference of the maps",
  );
  assertClose(seen.own, seen.apple, 1e-5, "the other label's own map");
  assert.equal(seen.none, null);
  const [difference, dog, apple] = seen.logits;
  assert.ok(Math.abs(difference - (dog - apple)) < 1e-4);
  assert.ok(Math.abs(seen.error) < 1e-9);
  assert.equal(seen.noLabel.code, "no-labels");
  assert.equal(seen.aborted.code, "aborted");
  const [left, top, right, bottom] = [
    Math.min(...seen.corners.map(([x]) => x)),
    Math.min(...seen.corners.map(([, y]) => y)),
    Math.max(...seen.corners.map(([x]) => x)),
    Math.max(...seen.corners.map(([, y]) => y)),
  ];
  const under = (patch) => {
    const [x, y] = [patch % seen.side, Math.floor(patch / seen.side)].map(
      (place) => (place + 0.5) / seen.side,
    );
    return x >= left && x <= right && y >= top && y <= bottom;
  };
  const mean = (list) => list.reduce((sum, value) => sum + value, 0) / list.length;
  const inside = mean(seen.both.filter((_, patch) => under(patch)));
  const outside = mean(seen.both.filter((_, patch) => !under(patch)));
  assert.ok(inside > outside, `under the word ${inside}, elsewhere ${outside}`);
});

test("occlusion: progress, one number a square, the difference of two labels, an abort, other calls in between", async () => {
  const seen = await withApple(async () => {
    const picture = lettered.image;
    const progress = [];
    const occlude = (label, against, options) =>
      harness.occlude(classifier, picture, label, against, { cell: 2, ...options });
    const both = await occlude("dog", "apple", { onProgress: (told) => progress.push(told) });
    const dog = await occlude("dog");
    const apple = await occlude("apple");
    const whole = await occlude("dog", null, { cell: both.side });
    const ending = new AbortController();
    const told = [];
    const cut = await harness.attempt(
      occlude("dog", null, {
        cell: 1,
        signal: ending.signal,
        onProgress: ({ done }) => {
          told.push(done);
          if (done > 0) ending.abort();
        },
      }),
    );
    // A call that is made while patches are greyed is answered before all are.
    const order = [];
    const long = occlude("dog", null, { cell: 1 }).then(() => order.push("occlusion"));
    await new Promise((resolve) => setTimeout(resolve, 20));
    await classifier.embedText("a word").then(() => order.push("text"));
    await long;
    return {
      side: both.side,
      progress,
      both: Array.from(both.drop),
      dog: Array.from(dog.drop),
      apple: Array.from(apple.drop),
      whole: Array.from(whole.drop),
      cut,
      told,
      order,
      after: await classifier.classify(picture, ["apple", "dog"], { preprocessed: true }),
    };
  });
  const { side } = seen;
  const squares = Math.ceil(side / 2) ** 2;
  assert.deepEqual(seen.progress[0], { done: 0, expected: squares });
  assert.deepEqual(seen.progress.at(-1), { done: squares, expected: squares });
  assert.ok(seen.progress.every(({ done }, at) => at === 0 || done > seen.progress[at - 1].done));
  assert.equal(seen.both.length, side * side);
  assert.equal(new Set(seen.both).size <= squares, true, "patches of a square share a number");
  assert.equal(seen.both[0], seen.both[side + 1]);
  assert.ok(new Set(seen.both).size > squares / 2);
  assertClose(
    seen.both,
    seen.dog.map((value, at) => value - seen.apple[at]),
    1e-4,
    "the difference of the drops",
  );
  assert.equal(new Set(seen.whole).size, 1, "one square over all");
  assert.equal(seen.cut.code, "aborted");
  assert.ok(Math.max(...seen.told) < side * side, `${seen.told} of ${side * side}`);
  assert.deepEqual(seen.order, ["text", "occlusion"]);
  assertScores(seen.after, ["apple", "dog"]);
});

test("every defence answers, says what it costs, and does what it says", async () => {
  const seen = await withApple(async ({ labels }) => {
    const picture = lettered.image;
    const defend = async (defence, options) => {
      const { image, ...defended } = await harness.defend(
        classifier,
        picture,
        labels,
        defence,
        options,
      );
      return { ...defended, image: image && Array.from(image.data) };
    };
    const box = { left: 0.25, top: 0.5, right: 0.75, bottom: 1 };
    const basis = await harness.textDirections(classifier, square, ["dog", "car", "tree"], {
      count: 2,
    });
    const shares = await harness.headShares(classifier, picture, lettered.corners);
    const heads = shares.slice(0, 2).map(({ layer, head }) => [layer, head]);
    const { layers, heads: perLayer } = await harness.explain(classifier, picture, "dog");
    const attempt = (defence) =>
      harness.attempt(harness.defend(classifier, picture, labels, defence));
    return {
      side: square.width,
      square: Array.from(picture.data),
      plain: await classifier.classify(picture, labels, { preprocessed: true }),
      none: await defend({ kind: "none" }),
      erase: await defend({ kind: "erase" }),
      never: await defend({ kind: "erase", gate: -1 }),
      always: await defend({ kind: "erase", gate: 1.01 }),
      oracle: await defend({ kind: "erase", boxes: [box] }),
      mirror: await defend({ kind: "mirror" }),
      noHeads: await defend({ kind: "heads", heads: [] }),
      heads: await defend({ kind: "heads", heads, alpha: 1 }),
      away: await defend({ kind: "explain-away", words: ["dog", "iPod"] }),
      phrased: await defend(
        { kind: "explain-away", words: ["dog"], phrase: "{label} beside the word {word}" },
        { hypothesisTemplate: "a drawing of {}" },
      ),
      project: await defend({ kind: "project", basis }),
      basis: basis.map((row) => Array.from(row)),
      shares,
      layers,
      perLayer,
      noHead: await attempt({ kind: "heads", heads: [[99, 0]] }),
      noBasis: await attempt({ kind: "project", basis: [[1, 0]] }),
      noBox: await attempt({ kind: "erase", boxes: [{ left: 0 }] }),
      noCorners: await harness.attempt(harness.headShares(classifier, picture, [[1, 2]])),
    };
  });
  const scores = (list) => inOrder(list, labels, "score");
  for (const [name, { scores: list }] of Object.entries(seen).filter(([, each]) => each?.scores)) {
    const sum = scores(list).reduce((total, score) => total + score, 0);
    assert.ok(Math.abs(sum - 1) < 1e-4, `${name}: the probabilities sum to ${sum}`);
  }
  assertClose(scores(seen.none.scores), scores(seen.plain), 1e-6, "no defence");
  assertClose(scores(seen.noHeads.scores), scores(seen.plain), 1e-3, "no head held back");
  assertClose(scores(seen.never.scores), scores(seen.plain), 1e-6, "a gate that never opens");
  assertClose(scores(seen.always.scores), scores(seen.erase.scores), 1e-6, "one that always does");
  const costs = ({ passes, prompts }) => [passes, prompts];
  assert.deepEqual(costs(seen.none), [1, 0]);
  assert.deepEqual(costs(seen.erase), [2, 0]);
  assert.deepEqual(costs(seen.mirror), [2, 0]);
  assert.deepEqual(costs(seen.heads), [1, 0]);
  assert.deepEqual(costs(seen.away), [1, 6]);
  assert.deepEqual(costs(seen.phrased), [1, 3]);
  assert.deepEqual(costs(seen.project), [1, 0]);
  for (const { alarm } of [seen.mirror, seen.never, seen.always])
    assert.ok(alarm > -1 && alarm <= 1, `${alarm}`);
  assert.deepEqual([seen.none.alarm, seen.erase.alarm, seen.heads.alarm], [null, null, null]);
  assert.deepEqual([seen.none.image, seen.never.image, seen.never.boxes], [null, null, []]);
  assert.ok(seen.erase.boxes.length >= 1 && seen.erase.boxes.length <= 2);
  const { side, square } = seen;
  const [box] = seen.oracle.boxes;
  assert.deepEqual(box, { left: 0.25, top: 0.5, right: 0.75, bottom: 1 });
  const changed = seen.oracle.image.filter((value, at) => value !== square[at]).length;
  assert.ok(changed > 0);
  for (let pixel = 0; pixel < side * side; pixel += 1) {
    const [x, y] = [pixel % side, Math.floor(pixel / side)].map((at) => (at + 0.5) / side);
    const inside = box.left <= x && x < box.right && box.top <= y && y < box.bottom;
    const found = seen.oracle.image.slice(4 * pixel, 4 * pixel + 4);
    assert.deepEqual(found, inside ? [0, 0, 0, 255] : square.slice(4 * pixel, 4 * pixel + 4));
  }
  const dot = (one, other) => one.reduce((sum, value, at) => sum + value * other[at], 0);
  assert.equal(seen.basis.length, 2);
  assert.ok(Math.abs(dot(seen.basis[0], seen.basis[0]) - 1) < 1e-4);
  assert.ok(Math.abs(dot(seen.basis[0], seen.basis[1])) < 1e-4);
  assert.equal(seen.shares.length, seen.layers * seen.perLayer);
  assert.ok(seen.shares.every(({ share }, at) => at === 0 || share <= seen.shares[at - 1].share));
  assert.ok(seen.shares.every(({ share }) => share >= 0 && share <= 1));
  assert.equal(seen.noHead.code, "unsupported-model");
  assert.match(seen.noHead.message, /no head 0 in layer 99/);
  assert.equal(seen.noBasis.code, "decode");
  assert.deepEqual([seen.noBox.code, seen.noCorners.code], ["lettering", "lettering"]);
});

test("a square is neither resized nor cropped again, where that is asked for", async () => {
  const seen = await withApple(async ({ labels }) => {
    const classify = (image, options) => classifier.classify(image, labels, options);
    const blob = await harness.picture("/examples/apple.png");
    const numbers = async (image, options) =>
      harness.numbers(await classifier.embedImage(image, options));
    return {
      blob: await numbers(blob),
      square: await numbers(square, { preprocessed: true }),
      scores: await classify(lettered.image, { preprocessed: true, queue: "newest" }),
      size: await harness.attempt(classify(new ImageData(9, 9), { preprocessed: true })),
      noPixels: await harness.attempt(classify(blob, { preprocessed: true })),
    };
  });
  assertClose(seen.square, seen.blob, 1e-6, "the square's embedding");
  assertScores(seen.scores, labels);
  assert.deepEqual([seen.size.code, seen.size.typed], ["decode", true]);
  assert.equal(seen.noPixels.name, "TypeError");
});

test("what was measured with the built-in model is that model's", async () => {
  const there = existsSync(path.join(packageFolder, "models", "mini", "defences.json"));
  const seen = await withApple(
    async () => ({
      measured: await harness.builtInDefences(),
      fingerprint: classifier.info.fingerprint,
    }),
    [/404 \(Not Found\).*defences\.json/],
  );
  assert.equal(seen.measured !== null, there);
  if (!there) return;
  assert.equal(seen.measured.format, "glimpse-defences/1");
  assert.equal(seen.measured.fingerprint, seen.fingerprint);
  assert.ok(seen.measured.cases >= 200);
});
