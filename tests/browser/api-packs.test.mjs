// Label packs equal their labels, travel as files, and work without the text tower; what does not fit is refused.
import assert from "node:assert/strict";
import { test } from "node:test";
import { plainCheckpoint } from "./checkpoints.mjs";
import { withBrowser } from "./harness.mjs";
import { assertScores, largestDifference } from "./numbers.mjs";

const world = await withBrowser();
const labels = ["dog", "a cat, asleep", 'the "quoted" 猫'];
const hypothesisTemplate = ["a drawing of a {}", "{}, in colour"];

/** Runs `body` in a page with two built-in models on the CPU: `classifier`, and `towerless` without its text tower. */
async function withMini(body, given = {}) {
  let result;
  await world.onPage(
    async (page) => {
      await page.evaluate(async () => {
        globalThis.classifier = await harness.Classifier.create({ model: "mini", device: "cpu" });
        const options = { model: "mini", device: "cpu", loadTextTower: false };
        globalThis.towerless = await harness.Classifier.create(options);
      });
      result = await page.evaluate(body, { labels, hypothesisTemplate, ...given });
      await page.evaluate(() => Promise.all([classifier.dispose(), towerless.dispose()]));
    },
    { expected: [/404 \(Not Found\).*missing\.safetensors/] },
  );
  return result;
}

const numbers = (scores) => scores.flatMap(({ score, logit, cosine }) => [score, logit, cosine]);

test("a pack gives what its labels give, as it was made, from bytes, files and addresses, without a text tower", async () => {
  const seen = await withMini(async ({ labels, hypothesisTemplate }) => {
    const blob = await harness.drawnPng(1);
    const pack = await classifier.embedLabels(labels, { hypothesisTemplate });
    const file = pack.toBlob();
    const bytes = await file.arrayBuffer();
    const address = URL.createObjectURL(file);
    const { LabelPack } = harness;
    const packs = {
      made: pack,
      blob: await LabelPack.load(file),
      file: await LabelPack.load(new File([file], "pets.safetensors")),
      buffer: await LabelPack.load(bytes),
      view: await LabelPack.load(new Uint8Array(bytes)),
      address: await LabelPack.load(address),
      url: await LabelPack.load(new URL(address)),
    };
    const scores = {};
    for (const [name, each] of Object.entries(packs)) {
      scores[name] = await classifier.classify(blob, each);
      scores[`${name}, towerless`] = await towerless.classify(blob, each);
    }
    const runs = (await towerless.stats()).textTowerRuns;
    const batch = [];
    for await (const result of towerless.classify([blob, blob], pack)) batch.push(result.scores);
    return {
      pack: { ...pack, frozen: Object.isFrozen(pack.labels) },
      read: { ...packs.url },
      infos: [classifier.info, towerless.info],
      expected: await classifier.classify(blob, labels, { hypothesisTemplate }),
      best: await towerless.classify(blob, pack, { topK: 1 }),
      scores,
      batch,
      runs,
    };
  });
  assertScores(seen.expected, labels);
  for (const [name, scores] of Object.entries({ ...seen.scores, ...seen.batch })) {
    assert.deepEqual(
      scores.map(({ label }) => label),
      seen.expected.map(({ label }) => label),
      name,
    );
    const difference = largestDifference(numbers(scores), numbers(seen.expected));
    assert.ok(difference < 1e-6, `${name}: off by ${difference}`);
  }
  assert.equal(seen.runs, 0);
  assert.equal(seen.best.length, 1);
  const [{ fingerprint }, other] = seen.infos;
  assert.match(fingerprint, /^[0-9a-f]{64}$/);
  assert.equal(other.fingerprint, fingerprint, "the text tower does not change the fingerprint");
  assert.deepEqual([seen.infos[0].textTower, other.textTower], [true, false]);
  const expected = { labels, templates: hypothesisTemplate, model: "mini", fingerprint };
  assert.deepEqual(seen.pack, { ...expected, frozen: true });
  assert.deepEqual(seen.read, expected);
});

test("without the text tower texts are refused in words that name the way out", async () => {
  const seen = await withMini(async ({ labels }) => {
    const blob = await harness.drawnPng(1);
    const pack = await classifier.embedLabels(labels);
    return {
      texts: await harness.attempt(towerless.classify(blob, labels)),
      embed: await harness.attempt(towerless.embedText("dog")),
      none: await harness.attempt(towerless.classify(blob, pack, { noneOfThese: true })),
      templates: await harness.attempt(
        classifier.classify(blob, pack, { hypothesisTemplate: "a {}" }),
      ),
      fillers: await towerless.classify(blob, pack, {
        noneOfThese: await classifier.embedLabels(["house", "tree"]),
      }),
      expected: await classifier.classify(blob, labels, { noneOfThese: ["house", "tree"] }),
      after: (await towerless.classify(blob, pack)).length,
    };
  });
  for (const refused of [seen.texts, seen.embed, seen.none]) {
    assert.equal(refused.code, "no-labels");
    assert.match(refused.message, /label pack/i);
  }
  assert.equal(seen.templates.name, "TypeError");
  assert.ok(largestDifference(numbers(seen.fillers), numbers(seen.expected)) < 1e-6);
  assert.equal(seen.after, labels.length);
});

test("another model's pack, damaged packs and other files are refused, each with its code", async () => {
  const seen = await withMini(
    async ({ labels, model }) => {
      const { LabelPack, attempt } = harness;
      const blob = await harness.drawnPng(1);
      const other = await harness.Classifier.create({ model, device: "cpu" });
      const foreign = await other.embedLabels(labels);
      await other.dispose();
      const bytes = new Uint8Array(
        await (await classifier.embedLabels(labels)).toBlob().arrayBuffer(),
      );
      const text = new TextDecoder().decode(bytes);
      const edited = (from, to) => {
        const at = text.indexOf(from);
        const copy = bytes.slice();
        copy.set(new TextEncoder().encode(to), at);
        return copy;
      };
      const load = (source) => attempt(LabelPack.load(source));
      const cut = await LabelPack.load(bytes.slice(0, -4));
      return {
        foreign: await attempt(classifier.classify(blob, foreign)),
        cut: await attempt(classifier.classify(blob, cut)),
        empty: await load(new Blob([])),
        header: await load(bytes.slice(0, 40)),
        length: await load(new Uint8Array(16).fill(255)),
        format: await load(edited("glimpse.label-pack", "glimpse.label-pick")),
        json: await load(edited("__metadata__", '__meta"ata__')),
        weights: await load("/glimpse-clip/models/mini/model.safetensors"),
        missing: await load("/harness/missing.safetensors"),
        after: (await classifier.classify(blob, labels)).length,
      };
    },
    { model: plainCheckpoint().url },
  );
  assert.equal(seen.foreign.code, "unsupported-model");
  assert.match(seen.foreign.message, /mini/);
  assert.equal(seen.missing.code, "network");
  for (const name of ["cut", "empty", "header", "length", "format", "json", "weights"]) {
    assert.equal(seen[name].code, "integrity", `${name}: ${seen[name].message}`);
    assert.equal(seen[name].typed, true);
  }
  assert.equal(seen.after, labels.length);
});

test("more packs than stay open are opened again", async () => {
  const seen = await withMini(async () => {
    const blob = await harness.drawnPng(1);
    const packs = [];
    for (let at = 0; at < 20; at += 1) packs.push(await classifier.embedLabels([`label ${at}`]));
    const round = async () => {
      const names = [];
      for (const pack of packs) names.push((await towerless.classify(blob, pack))[0].label);
      return names;
    };
    return [await round(), await round()];
  });
  const expected = Array.from({ length: 20 }, (_, at) => `label ${at}`);
  assert.deepEqual(seen, [expected, expected]);
});
