// What a classification costs, told by counts that no busy machine changes: GPU work, tower runs, bytes of the wasm.
import assert from "node:assert/strict";
import { readFileSync, statSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { plainCheckpoint } from "./checkpoints.mjs";
import { withBrowser } from "./harness.mjs";
import { packageFolder, readJson } from "./places.mjs";
import { sendScript } from "./server.mjs";

const world = await withBrowser();
const checkpoint = plainCheckpoint();
const layersOf = (tower) =>
  readJson(checkpoint.folder, "config.json")[`${tower}_config`].num_hidden_layers;

// Static imports run in order: calls are counted before the first line of the package's worker.
world.server.route("/counted/worker.js", (request, response) =>
  sendScript(
    response,
    `import "/harness/counted-gpu.js";\nimport "/glimpse-clip/dist/worker.js";\n`,
  ),
);

/** What the wasm may have: a little more than it had when it was 2.4 MB by brotli 11, of the 2.7 MB that all code together may be. */
const mostBytes = 13_300_000;

/** Two norms, six linear layers and attention. */
const launchesOfLayer = 9;
/** Behind the last layer's attention, what was seen and what it is added to are cut to the rows that leave the tower. */
const launchesOfPicking = 2;
/** Rows that labels share are laid out for attention's three parts, and brought back behind it. */
const launchesOfSharing = 4;
/** A norm and a projection. */
const launchesOfEnd = 2;

/** Classifies on the GPU, again and again, and gives what each call asked of it. */
async function costs() {
  let seen;
  await world.onPage(async (page) => {
    seen = await page.evaluate(
      async ({ model, pictures, labels }) => {
        const classifier = await harness.Classifier.create({
          model,
          device: "gpu",
          workerUrl: "/counted/worker.js",
        });
        const channel = new BroadcastChannel("counted-gpu");
        const counts = () =>
          new Promise((resolve) => {
            channel.onmessage = ({ data }) => resolve(data);
            channel.postMessage("count");
          });
        const [first, second] = await Promise.all(pictures.map((url) => harness.picture(url)));
        const calls = {
          warm: [first, labels],
          "the same again": [first, labels],
          "another picture": [second, labels],
          "another label": [second, [...labels.slice(1), "edited"]],
          "labels that begin alike": [second, ["new one", "new other"]],
        };
        const seen = {};
        for (const [name, [picture, candidates]] of Object.entries(calls)) {
          const [before, ran] = [await counts(), await classifier.stats()];
          await classifier.classify(picture, candidates);
          const [after, runs] = [await counts(), await classifier.stats()];
          seen[name] = Object.fromEntries(
            Object.keys(after).map((what) => [what, after[what] - before[what]]),
          );
          seen[name].imageTowerRuns = runs.imageTowerRuns - ran.imageTowerRuns;
          seen[name].textTowerRuns = runs.textTowerRuns - ran.textTowerRuns;
        }
        channel.close();
        await classifier.dispose();
        return seen;
      },
      {
        model: checkpoint.url,
        pictures: checkpoint.pictures.slice(0, 2),
        labels: checkpoint.expected.labels,
      },
    );
  });
  return seen;
}

/** What was launched, and the copy of what is read back. */
const submissions = 2;

test("a picture is a launch for each step of the image tower, handed over at once, and one readback; labels the same of the text tower", async () => {
  const seen = await costs();
  console.log(JSON.stringify(seen));
  const nothing = { dispatches: 0, submissions: 0, readbacks: 0, pipelines: 0 };
  assert.deepEqual(seen["the same again"], { ...nothing, imageTowerRuns: 0, textTowerRuns: 0 });

  // Patches with what is added to them, and a norm, before the layers.
  const launchesOfImage =
    2 + layersOf("vision") * launchesOfLayer + launchesOfPicking + launchesOfEnd;
  assert.deepEqual(seen["another picture"], {
    dispatches: launchesOfImage,
    submissions,
    readbacks: 1,
    pipelines: 0,
    imageTowerRuns: 1,
    textTowerRuns: 0,
  });

  const launchesOfText = layersOf("text") * launchesOfLayer + launchesOfPicking + launchesOfEnd;
  assert.deepEqual(seen["another label"], {
    dispatches: launchesOfText,
    submissions,
    readbacks: 1,
    pipelines: 0,
    imageTowerRuns: 0,
    textTowerRuns: 1,
  });

  // In the last layer, what is brought back is what leaves the tower.
  assert.deepEqual(seen["labels that begin alike"], {
    dispatches: launchesOfText + layersOf("text") * launchesOfSharing - 1,
    submissions,
    readbacks: 1,
    pipelines: 0,
    imageTowerRuns: 0,
    textTowerRuns: 1,
  });
});

test("every pipeline is compiled while the weights are still on their way", async () => {
  const file = path.join(checkpoint.folder, "model.safetensors");
  const weights = readFileSync(file);
  let release;
  const released = new Promise((resolve) => (release = resolve));
  world.server.route("/held/release", (request, response) => {
    release();
    response.end();
  });
  world.server.route("/held/model.safetensors", async (request, response) => {
    response.writeHead(200, { "Content-Length": weights.length });
    response.write(weights.subarray(0, -1));
    await released;
    response.end(weights.subarray(-1));
  });
  world.server.mount("/held/", checkpoint.folder);
  await world.onPage(async (page) => {
    const { ahead, later } = await page.evaluate(
      async ({ picture, labels }) => {
        const channel = new BroadcastChannel("counted-gpu");
        const pipelines = () =>
          new Promise((resolve) => {
            channel.onmessage = ({ data }) => resolve(data.pipelines);
            channel.postMessage("count");
          });
        let told;
        const weightsCome = new Promise((resolve) => (told = resolve));
        const loading = harness.Classifier.create({
          model: "/held/",
          device: "gpu",
          workerUrl: "/counted/worker.js",
          onProgress: ({ file, loaded }) => file === "model.safetensors" && loaded > 0 && told(),
        });
        await weightsCome;
        const ahead = await pipelines();
        await (await fetch("/held/release")).text();
        const classifier = await loading;
        await classifier.classify(await harness.picture(picture), labels);
        const later = (await pipelines()) - ahead;
        channel.close();
        await classifier.dispose();
        return { ahead, later };
      },
      { picture: checkpoint.pictures[0], labels: checkpoint.expected.labels },
    );
    console.log(`${ahead} pipelines ahead, ${later} later`);
    assert.ok(ahead > 0);
    assert.equal(later, 0);
  });
});

test("the wasm is no larger than it was", () => {
  const { size } = statSync(path.join(packageFolder, "dist/glimpse_bg.wasm"));
  console.log(`${size} bytes`);
  assert.ok(size <= mostBytes, `${size} bytes of wasm, more than ${mostBytes}`);
});
