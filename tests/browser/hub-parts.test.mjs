// Parts of a model: without its text tower, with labels from a pack; and with only those rows of the token embedding that labels need.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { assertRefused, assertRight, checkpoint, load, weights, withProfile } from "./arrival.mjs";
import { withBrowser } from "./harness.mjs";
import { bytesOf, downloads, fixture, hubPolicy, miniFolder, startHub } from "./hub.mjs";

const hub = await startHub();
const world = await withBrowser({ policy: hubPolicy });
const model = "acme/clip";
await hub.mount(model, fixture());
const from = { model, hub: hub.url };
const { labels } = checkpoint.expected;

/** The built-in model, which is large enough for its parts to be told apart. */
const mini = {
  from: { model: "acme/mini", hub: hub.url },
  size: (await hub.mount("acme/mini", miniFolder)).files.find(({ path }) => path === weights).size,
  /** Bytes of the tensors whose names fit, by the file's header. */
  bytesOf(pattern) {
    const file = readFileSync(path.join(miniFolder, weights));
    const header = JSON.parse(file.subarray(8, 8 + Number(file.readBigUInt64LE(0))).toString());
    return Object.entries(header)
      .filter(([name]) => pattern.test(name))
      .reduce((sum, [, { data_offsets }]) => sum + data_offsets[1] - data_offsets[0], 0);
  },
};

/** The labels' pack by a model, as the bytes of its file. */
const makePack = (page, from) =>
  page.evaluate(
    async ({ from, labels }) => {
      const classifier = await harness.Classifier.create({ ...from, device: "cpu" });
      const pack = await classifier.embedLabels(labels);
      const bytes = new Uint8Array(await pack.toBlob().arrayBuffer());
      await classifier.dispose();
      return [...bytes];
    },
    { from, labels },
  );

test("a page with a label pack classifies without the text tower", async () => {
  await withProfile(world, async (visit) => {
    await visit(async (page) => {
      const pack = await makePack(page, from);
      const whole = await load(page, { ...from, pack });
      assertRight(whole);
      const seen = await load(page, { ...from, pack, loadTextTower: false });
      assertRight(seen);
      assert.equal(seen.info.textTower, false);
      assert.equal(seen.info.fingerprint, whole.info.fingerprint);
      assert.equal(seen.stats.textTowerRuns, 0);
      assertRefused(
        await load(page, { ...from, loadTextTower: false }),
        "no-labels",
        /label pack/i,
      );
    });
  });
});

/**
 * Loads the built-in model from the hub without keeping it, and gives what was seen and the requests for its weights. The first
 * answer comes slowly: what a browser has taken in before it is told to stop is then little beside what is passed over.
 */
async function loadParts(page, options) {
  await hub.reset();
  await hub.fault({ file: weights, kind: "slow", bytesPerSecond: 200_000, times: 1 });
  const seen = await load(page, { ...mini.from, labels, ...options, cache: false });
  assert.equal(seen.error, undefined, JSON.stringify(seen.error));
  return { seen, log: downloads(await hub.log(), weights) };
}

test("without the text tower, its bytes are never asked for", async () => {
  await withProfile(world, async (visit) => {
    await visit(async (page) => {
      const pack = await makePack(page, mini.from);
      const { log } = await loadParts(page, { pack, loadTextTower: false });
      const text = mini.bytesOf(/^text_/);
      const asked = bytesOf(log);
      assert.ok(
        asked < mini.size - 0.9 * text && asked > mini.size - text,
        `${asked} of ${mini.size} bytes, of which the text tower has ${text}`,
      );
      assert.deepEqual(
        log.map(({ status }) => status),
        [200, 206],
      );
    });
  });
});

test("token rows on demand: the same numbers, and the table's other rows are never asked for", async () => {
  await withProfile(world, async (visit) => {
    await visit(async (page) => {
      const ask = { tokenRows: "on-demand" };
      const { seen, log } = await loadParts(page, ask);
      const table = mini.bytesOf(/token_embedding\.weight$/);
      const asked = bytesOf(log);
      assert.ok(
        asked < mini.size - 0.8 * table,
        `${asked} of ${mini.size} bytes, of which the table has ${table}`,
      );
      assert.ok(
        log.slice(1).every(({ status }) => status === 206),
        "rows come as parts",
      );
      const whole = await load(page, { ...mini.from, labels, cache: false });
      assert.deepEqual(seen.scores, whole.scores);
      assert.equal(seen.info.fingerprint, whole.info.fingerprint);

      // Where the server gives no parts the table is loaded with the rest.
      await hub.reset();
      await hub.fault({ file: weights, kind: "no-range" });
      const without = await load(page, { ...mini.from, labels, ...ask, cache: false });
      assert.deepEqual(without.scores, whole.scores);
    });
  });
});
