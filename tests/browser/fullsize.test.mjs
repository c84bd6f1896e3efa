// A checkpoint of ViT-B/32's size, 605 MB, loads and classifies in a tab on both devices, within the memory it may take.
import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { withBrowser } from "./harness.mjs";
import { classifyNatively, writeFullSize } from "./native.mjs";
import { assertClose, assertScores, inOrder, tolerance } from "./numbers.mjs";
import { fixturesFolder, targetFolder } from "./places.mjs";

const sound = path.join(targetFolder, "full-size", "b32");
const wrong = path.join(targetFolder, "full-size", "b32-wrong");
const picture = "pictures/shapes_61x90.jpg";
const labels = ["two cats", "a red circle", "a street at night"];

/** 0.9 GB: 605 MB of weights, the token embedding's copy, and room for a picture. */
const mostMemory = 0.9e9;

writeFullSize(sound);
writeFullSize(wrong, "--wrong");
const native = classifyNatively(path.join(fixturesFolder, picture), labels, "--model", sound);
const world = await withBrowser({ mounts: { "/sound/": sound, "/wrong/": wrong } });

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
      assert.ok(seen.wasmMemoryBytes < mostMemory, `${seen.wasmMemoryBytes} bytes of wasm memory`);
      console.log(`B/32 on ${device}: ${seen.wasmMemoryBytes / 1e6} MB of wasm memory`);
      assertScores(seen.scores, labels);
      for (const name of ["score", "cosine"]) {
        const [ours, theirs] = [seen.scores, native].map((rows) => inOrder(rows, labels, name));
        assertClose(ours, theirs, tolerance[device], `${name} beside the command line's`);
      }
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
