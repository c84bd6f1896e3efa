// A checkpoint of ViT-B/32's size, 605 MB, loads and classifies in a tab on both devices, within the memory it may take; from a hub it is
// downloaded once.
import assert from "node:assert/strict";
import { statSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { assertWhole, inPage, load, storedFile, weights, withProfile } from "./arrival.mjs";
import { withBrowser } from "./harness.mjs";
import { bytesOf, downloads, hubPolicy, startHub } from "./hub.mjs";
import { classifyNatively, writeFullSize } from "./native.mjs";
import { assertClose, assertScores, inOrder, tolerance } from "./numbers.mjs";
import { fixturesFolder, targetFolder } from "./places.mjs";
import { sendScript } from "./server.mjs";

const sound = path.join(targetFolder, "full-size", "b32");
const wrong = path.join(targetFolder, "full-size", "b32-wrong");
const picture = "pictures/shapes_61x90.jpg";
const labels = ["two cats", "a red circle", "a street at night"];

/** 0.9 GB: 605 MB of weights, the token embedding's copy, and room for a picture. */
const mostMemory = 0.9e9;

/** How often it is started where others on this machine are in the way of a fair time. */
const MOST_STARTS = 6;

writeFullSize(sound);
writeFullSize(wrong, "--wrong");
const native = classifyNatively(path.join(fixturesFolder, picture), labels, "--model", sound);
const world = await withBrowser({
  mounts: { "/sound/": sound, "/wrong/": wrong },
  policy: hubPolicy,
});

/** Asserts a start's numbers beside the command line's, and its memory. */
function assertSound(scores, wasmMemoryBytes, device) {
  assert.ok(wasmMemoryBytes < mostMemory, `${wasmMemoryBytes} bytes of wasm memory`);
  console.log(`B/32 on ${device}: ${wasmMemoryBytes / 1e6} MB of wasm memory`);
  assertScores(scores, labels);
  for (const name of ["score", "cosine"]) {
    const [ours, theirs] = [scores, native].map((rows) => inOrder(rows, labels, name));
    assertClose(ours, theirs, tolerance[device], `${name} beside the command line's`);
  }
}

for (const device of ["cpu", "gpu"]) {
  test(`B/32 on ${device}`, async () => {
    await world.onPage(async (page) => {
      const seen = await page.evaluate(
        async ({ device, picture, labels }) => {
          const steps = new Set();
          const onProgress = ({ phase }) => steps.add(phase);
          const classifier = await harness.Classifier.create({
            model: "/sound/",
            device,
            onProgress,
          });
          const scores = await classifier.classify(await harness.picture(picture), labels);
          const { wasmMemoryBytes } = await classifier.stats();
          await classifier.dispose();
          return { info: classifier.info, steps: [...steps], scores, wasmMemoryBytes };
        },
        { device, picture: `/fixtures/${picture}`, labels },
      );
      assert.equal(seen.info.device, device, seen.info.reason);
      assertSound(seen.scores, seen.wasmMemoryBytes, device);
    });
  });
}

for (const device of ["cpu", "gpu"]) {
  test(`a wrong tensor in it is named, on ${device}`, async () => {
    await world.onPage(async (page) => {
      const seen = await page.evaluate(
        (device) => harness.attempt(harness.Classifier.create({ model: "/wrong/", device })),
        device,
      );
      assert.equal(seen.typed, true, JSON.stringify(seen));
      assert.equal(seen.code, "unsupported-model", seen.message);
      for (const part of [/visual_projection\.weight/, /512/, /768/])
        assert.match(seen.message, part);
    });
  });
}

world.server.route("/counted/worker.js", (request, response) =>
  sendScript(
    response,
    `import "/harness/counted-reads.js";\nimport "/glimpse-clip/dist/worker.js";\n`,
  ),
);

test("from a hub: downloaded once; the second visit asks for the revision alone and reads what is kept", async () => {
  const hub = await startHub();
  const model = "acme/b32";
  await hub.mount(model, sound);
  const { size } = statSync(path.join(sound, weights));
  const ask = { model, hub: hub.url, picture: `/fixtures/${picture}`, labels };
  let first;
  await withProfile(
    world,
    async (visit) => {
      await visit(async (page) => {
        const seen = await load(page, ask);
        assert.equal(seen.error, undefined, JSON.stringify(seen.error));
        assertSound(seen.scores, seen.stats.wasmMemoryBytes, "cpu");
        first = seen.started;
        await assertWhole(page, hub, model, size);
      });
      const log = downloads(await hub.log());
      assert.deepEqual([log.length, bytesOf(log)], [1, size], "the weights are downloaded once");

      await hub.clearLog();
      const starts = { kept: [], picked: [] };
      const best = () => [starts.kept, starts.picked].map((times) => Math.min(...times));
      const alike = () => {
        const [kept, picked] = best();
        return kept < 2 * picked && kept < first;
      };
      await visit(async (page) => {
        const { path } = await storedFile(page);
        while (starts.kept.length < 2 || (!alike() && starts.kept.length < MOST_STARTS)) {
          const seen = await load(page, { ...ask, counted: true });
          assert.equal(seen.error, undefined, JSON.stringify(seen.error));
          assertSound(seen.scores, seen.stats.wasmMemoryBytes, "cpu");
          // The small files and the notes beside them are the little more; a second reading would be 605 MB.
          const more = seen.bytesRead - size;
          assert.ok(more >= 0 && more < 100_000, `${more} bytes are read beside the weights`);
          const phases = seen.progress.map(({ phase }) => phase);
          assert.ok(!phases.includes("download") && !phases.includes("verify"), phases.join());
          starts.kept.push(seen.started);
          // Beside it in the same run: the same bytes as picked files, which are read into the model and nothing else.
          starts.picked.push((await inPage(page, "loadStored", path, { picture: null })).started);
        }
      });
      assert.deepEqual(
        (await hub.log()).map(({ file }) => file),
        starts.kept.map(() => "revision"),
      );
      const [kept, picked] = best();
      const told = `first start ${first.toFixed(0)} ms, kept ${kept.toFixed(0)} ms, reading alone ${picked.toFixed(0)} ms`;
      console.log(`B/32 from a hub: ${told}`);
      // The bytes above are the promise; the times, which others on this machine change, are told and held to be alike.
      assert.ok(alike(), told);
    },
    { onDisk: true },
  );
});
