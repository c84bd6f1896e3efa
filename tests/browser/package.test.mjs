// The package's promises beside its numbers: what runs again and what does not, labels, templates, abort, dispose, progress.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { plainCheckpoint } from "./checkpoints.mjs";
import { withBrowser } from "./harness.mjs";
import { assertScores, largestDifference } from "./numbers.mjs";
import { root } from "./places.mjs";
import { sendScript } from "./server.mjs";

const world = await withBrowser();
world.server.mount("/examples/", path.join(root, "www", "examples"));
const checkpoint = plainCheckpoint();
const model = checkpoint.url;
const labels = checkpoint.expected.labels.slice(0, 3);
const [picture, other] = checkpoint.pictures;

/** Runs `body` in a page with a fresh classifier on the CPU and gives what it returns. */
async function withClassifier(body, given = {}) {
  let result;
  await world.onPage(async (page) => {
    await page.evaluate(async (url) => {
      globalThis.classifier = await harness.Classifier.create({ model: url, device: "cpu" });
    }, model);
    result = await page.evaluate(body, { model, labels, picture, other, ...given });
    await page.evaluate(() => classifier.dispose());
  });
  return result;
}

test("the built-in models work without a name, offline: each picture by its own, and info says what they are", async (t) => {
  const labels = { drawing: ["a bicycle", "a dog"], photo: ["tabby cat", "lynx", "red fox"] };
  await world.onPage(async (page) => {
    const weights = () => page.requested.filter((url) => url.endsWith("model.safetensors"));
    const seen = await page.evaluate(async (labels) => {
      globalThis.classifier = await harness.Classifier.create();
      const models = [];
      const onDecoded = ({ model }) => models.push(model);
      const drawing = await harness.picture("/examples/dog.png");
      const drawn = await classifier.classify(drawing, labels.drawing, { onDecoded });
      return { info: classifier.info, drawn, models };
    }, labels);
    assertScores(seen.drawn, labels.drawing);
    assert.deepEqual(seen.models, ["mini"]);
    assert.equal(weights().length, 1, "the other model is not asked for");
    assert.equal(seen.info.model, "auto");
    assert.equal(
      seen.info.device,
      "cpu",
      "a software adapter is slower than the CPU: auto passes it over",
    );
    assert.match(seen.info.reason, /software|swiftshader/i);
    assert.ok("adapter" in seen.info);
    const then = await page.evaluate(async (labels) => {
      const photo = await harness.picture("/examples/cat.jpg");
      const told = {};
      const onDecoded = ({ model }) => (told.model = model);
      told.scores = await classifier.classify(photo, labels.photo, { onDecoded });
      const began = performance.now();
      told.names = await classifier.suggest(photo);
      told.milliseconds = performance.now() - began;
      await classifier.dispose();
      return told;
    }, labels);
    assert.equal(then.model, "mini-photo");
    assertScores(then.scores, labels.photo);
    assert.equal(then.scores[0].label, "tabby cat");
    assert.ok(then.names.some(({ label }) => label === "tabby cat"));
    t.diagnostic(`first suggestions of a thousand names: ${then.milliseconds.toFixed()} ms`);
    assert.equal(weights().length, 2);
  });
});

test("both built-in models agree with themselves on a GPU, where each picture goes to its own as well", async () => {
  const labels = ["tabby cat", "lynx", "dog", "a red circle"];
  await world.onPage(async (page) => {
    const seen = await page.evaluate(async (labels) => {
      const names = ["cat.jpg", "dog.png"];
      const pictures = await Promise.all(names.map((name) => harness.picture(`/examples/${name}`)));
      const seen = {};
      for (const device of ["cpu", "gpu"]) {
        const classifier = await harness.Classifier.create({ device, preload: "mini-photo" });
        const results = [];
        for await (const { model, scores } of classifier.classify(pictures, labels))
          results.push({
            model,
            cosines: labels.map((each) => scores.find(({ label }) => label === each).cosine),
          });
        seen[device] = { results, device: classifier.info.device };
        await classifier.dispose();
      }
      return seen;
    }, labels);
    assert.deepEqual([seen.cpu.device, seen.gpu.device], ["cpu", "gpu"]);
    for (const [at, { model, cosines }] of seen.cpu.results.entries()) {
      const other = seen.gpu.results[at];
      assert.equal(other.model, model);
      const difference = largestDifference(cosines, other.cosines);
      assert.ok(difference < 1e-3, `${model}: off by ${difference}`);
    }
    assert.deepEqual(
      seen.cpu.results.map(({ model }) => model),
      ["mini-photo", "mini"],
    );
  });
});

test("a label edit does not run the image tower again, a new picture not the text tower", async () => {
  const seen = await withClassifier(async ({ labels, picture, other }) => {
    const stats = async () => {
      const { imageTowerRuns, textTowerRuns } = await classifier.stats();
      return [imageTowerRuns, textTowerRuns];
    };
    const [first, second] = [await harness.picture(picture), await harness.picture(other)];
    const counts = [await stats()];
    const step = async (...call) => {
      await classifier.classify(...call);
      counts.push(await stats());
    };
    await step(first, labels);
    await step(first, [...labels.slice(1), "edited"]);
    await step(second, [...labels.slice(1), "edited"]);
    await step(first, labels);
    return counts;
  });
  const images = seen.map(([runs]) => runs);
  const texts = seen.map(([, runs]) => runs);
  assert.deepEqual(
    images.map((runs) => runs - images[0]),
    [0, 1, 1, 2, 2],
  );
  assert.ok(texts[1] > texts[0], "new labels run the text tower");
  assert.ok(texts[2] > texts[1], "an edited label runs the text tower");
  assert.equal(texts[3], texts[2], "a new picture must not run the text tower");
  assert.equal(texts[4], texts[3], "known labels must not run the text tower");
});

test("the stages say how long they took, and together no longer than the call", async () => {
  const seen = await withClassifier(async ({ labels }) => {
    // Large enough for every stage to take longer than a browser's coarse clock ticks.
    const drawn = await harness.drawnPng(1, 1024);
    const none = (await classifier.stats()).stageMilliseconds;
    const began = performance.now();
    await classifier.classify(drawn, [...labels, "timed"]);
    const took = performance.now() - began;
    const first = (await classifier.stats()).stageMilliseconds;
    await classifier.classify(drawn, [...labels, "timed"]);
    const again = (await classifier.stats()).stageMilliseconds;
    await classifier.classify(new Blob([drawn]), [...labels, "timed"]);
    return { none, took, first, again, copy: (await classifier.stats()).stageMilliseconds };
  });
  const stages = ["decode", "preprocess", "imageTower", "textTower", "readback"];
  assert.deepEqual(Object.keys(seen.first), stages);
  assert.ok(Object.values(seen.none).every((milliseconds) => milliseconds === 0));
  const { readback, ...parts } = seen.first;
  for (const [stage, milliseconds] of Object.entries(parts))
    assert.ok(milliseconds > 0, `${stage} took ${milliseconds} ms`);
  assert.ok(readback <= parts.textTower);
  const sum = Object.values(parts).reduce((all, part) => all + part, 0);
  assert.ok(sum <= seen.took, `${sum} ms of ${seen.took} ms`);
  assert.deepEqual(seen.again, seen.first, "what is remembered goes through no stage");
  const towers = ({ imageTower, textTower }) => [imageTower, textTower];
  assert.deepEqual(
    towers(seen.copy),
    towers(seen.first),
    "the same picture in another Blob, no tower",
  );
});

test("a picture's bytes are read once, never copied, and a label edit reads none", async () => {
  world.server.route("/counted/worker.js", (request, response) =>
    sendScript(
      response,
      `import "/harness/counted-reads.js";\nimport "/glimpse-clip/dist/worker.js";\n`,
    ),
  );
  await world.onPage(async (page) => {
    const seen = await page.evaluate(
      async ({ model, labels, picture }) => {
        const channel = new BroadcastChannel("counted-reads");
        const bytesRead = () =>
          new Promise((resolve) => {
            channel.onmessage = ({ data }) => resolve(data.bytes);
            channel.postMessage("how many?");
          });
        // A buffer in a message is a copy unless it is handed over; a Blob crosses as a handle.
        let copied = 0;
        const post = Worker.prototype.postMessage;
        Worker.prototype.postMessage = function (message, transfer) {
          const look = (value, depth = 0) => {
            const buffer = ArrayBuffer.isView(value) ? value.buffer : value;
            if (buffer instanceof ArrayBuffer) copied += transfer?.includes(buffer) ? 0 : 1;
            else if (value && typeof value === "object" && depth < 4)
              for (const part of Object.values(value)) look(part, depth + 1);
          };
          look(message);
          return post.call(this, message, transfer);
        };
        const workerUrl = "/counted/worker.js";
        const classifier = await harness.Classifier.create({ model, device: "cpu", workerUrl });
        const blob = await harness.picture(picture);
        const reads = [];
        for (const edited of [labels, [...labels, "one more"], ["another"]]) {
          await classifier.classify(blob, edited);
          reads.push(await bytesRead());
        }
        await classifier.dispose();
        Worker.prototype.postMessage = post;
        const usable = (await blob.arrayBuffer()).byteLength;
        return { reads, copied, size: blob.size, usable };
      },
      { model, labels, picture },
    );
    assert.deepEqual(seen.reads, [seen.size, seen.size, seen.size]);
    assert.equal(seen.copied, 0);
    assert.equal(seen.usable, seen.size, "the caller's Blob must stay whole");
  });
});

test("the same label twice keeps both rows", async () => {
  const scores = await withClassifier(async ({ labels, picture }) =>
    classifier.classify(await harness.picture(picture), [labels[0], labels[1], labels[0]]),
  );
  assertScores(scores, [labels[0], labels[1], labels[0]]);
  const twins = scores.filter(({ label }) => label === labels[0]);
  assert.equal(twins[0].score, twins[1].score);
});

test("templates are filled literally, several make an ensemble, topK cuts", async () => {
  const seen = await withClassifier(async ({ picture }) => {
    const blob = await harness.picture(picture);
    const odd = ["cats", "a {} of $& and $1", 'the "quoted" 猫'];
    const hypothesisTemplate = "a photo of {}, really";
    return {
      odd,
      filled: await classifier.classify(blob, odd, { hypothesisTemplate }),
      typed: await classifier.classify(
        blob,
        odd.map((label) => hypothesisTemplate.split("{}").join(label)),
      ),
      ensemble: await classifier.classify(blob, odd, {
        hypothesisTemplate: ["a photo of {}", "{} in the snow"],
      }),
      one: await classifier.embedText("a photo of cats").then(harness.numbers),
      two: await classifier.embedText("cats in the snow").then(harness.numbers),
      image: await classifier.embedImage(blob).then(harness.numbers),
      best: await classifier.classify(blob, odd, { topK: 1 }),
      all: await classifier.classify(blob, odd),
    };
  });
  assertScores(seen.filled, seen.odd);
  const numbers = (scores) => scores.map(({ score }) => score);
  assert.ok(largestDifference(numbers(seen.filled), numbers(seen.typed)) < 1e-6);
  const mean = seen.one.map((value, at) => value + seen.two[at]);
  const length = Math.hypot(...mean);
  const expected = mean.reduce((sum, value, at) => sum + (value / length) * seen.image[at], 0);
  const cats = seen.ensemble.find(({ label }) => label === "cats");
  assert.ok(Math.abs(cats.cosine - expected) < 1e-5, `ensemble ${cats.cosine}, not ${expected}`);
  assert.deepEqual(seen.best, seen.all.slice(0, 1));
});

test("several calls at once give what one after the other gives", async () => {
  const seen = await withClassifier(async ({ labels, picture, other }) => {
    const blobs = await Promise.all([picture, other].map(harness.picture));
    const calls = Array.from({ length: 8 }, (_, at) => [
      blobs[at % 2],
      [...labels, `extra ${at % 3}`],
    ]);
    const together = await Promise.all(calls.map((call) => classifier.classify(...call)));
    const apart = [];
    for (const call of calls) apart.push(await classifier.classify(...call));
    return { together, apart };
  });
  assert.deepEqual(seen.together, seen.apart);
});

test("an aborted call is refused with its code and leaves the classifier in order", async () => {
  const seen = await withClassifier(async ({ labels, picture }) => {
    const blob = await harness.picture(picture);
    const expected = await classifier.classify(blob, labels);
    const before = await harness.attempt(
      classifier.classify(blob, labels, { signal: AbortSignal.abort() }),
    );
    const controller = new AbortController();
    const running = harness.attempt(
      classifier.classify(await harness.drawnPng(7), labels, { signal: controller.signal }),
    );
    controller.abort();
    return {
      expected,
      before,
      during: await running,
      after: await classifier.classify(blob, labels),
    };
  });
  for (const refused of [seen.before, seen.during]) {
    assert.equal(refused.code, "aborted");
    assert.equal(refused.typed, true);
  }
  assert.deepEqual(seen.after, seen.expected);
});

test("loading can be aborted while the weights are on their way", async () => {
  world.server.route("/stalled/model.safetensors", (request, response) => {
    response.writeHead(200, { "Content-Length": 552324 });
    // The header's length and its first bytes, and then nothing.
    response.write(readFileSync(path.join(checkpoint.folder, "model.safetensors")).subarray(0, 16));
  });
  world.server.mount("/stalled/", checkpoint.folder);
  await world.onPage(
    async (page) => {
      const seen = await page.evaluate(async () => {
        const controller = new AbortController();
        const onProgress = ({ phase, file }) => {
          if (phase === "download" && file?.endsWith(".safetensors")) controller.abort();
        };
        setTimeout(() => controller.abort(), 5000);
        const options = {
          model: "/stalled/",
          device: "cpu",
          signal: controller.signal,
          onProgress,
        };
        return harness.attempt(harness.Classifier.create(options));
      });
      assert.equal(seen.code, "aborted");
      assert.equal(seen.typed, true);
    },
    { expected: [/\/stalled\/.*(ERR_ABORTED|404)/] },
  );
});

test("progress goes from download to ready and never back", async () => {
  await world.onPage(async (page) => {
    const steps = await page.evaluate(async (url) => {
      const steps = [];
      const onProgress = ({ phase, file, loaded, total }) =>
        steps.push({ phase, file, loaded, total });
      const classifier = await harness.Classifier.create({ model: url, device: "cpu", onProgress });
      await classifier.dispose();
      return steps;
    }, model);
    assert.equal(steps.at(-1).phase, "ready");
    const downloads = steps.filter(({ phase }) => phase === "download");
    const weights = downloads.filter(({ file }) => file === "model.safetensors");
    assert.ok(weights.length > 0, "no progress for the weights");
    assert.equal(weights.at(-1).loaded, 552324);
    assert.ok(weights.every(({ loaded }, at) => at === 0 || loaded >= weights[at - 1].loaded));
    const order = ["download", "compile", "ready"];
    assert.ok(steps.every(({ phase }) => order.includes(phase)));
  });
});

test("disposed means over, and a new classifier gives the same scores", async () => {
  await world.onPage(async (page) => {
    const seen = await page.evaluate(
      async ({ model, labels, picture }) => {
        const blob = await harness.picture(picture);
        const rounds = [];
        for (let round = 0; round < 3; round += 1) {
          const classifier = await harness.Classifier.create({ model, device: "cpu" });
          rounds.push(await classifier.classify(blob, labels));
          const pending = harness.attempt(
            classifier.classify(await harness.drawnPng(round), labels),
          );
          await classifier.dispose();
          await classifier.dispose();
          rounds.push((await pending).typed ?? true);
          rounds.push((await harness.attempt(classifier.classify(blob, labels))).typed);
        }
        return rounds;
      },
      { model, labels, picture },
    );
    assert.deepEqual(seen.slice(3, 6), seen.slice(0, 3));
    assert.deepEqual(seen.slice(6), seen.slice(0, 3));
    assert.deepEqual(seen.slice(1, 3), [true, true]);
  });
});

test("files that the user picked load as a folder does", async () => {
  await world.onPage(async (page) => {
    const seen = await page.evaluate(
      async ({ model, labels, picture }) => {
        const names = [
          "config.json",
          "preprocessor_config.json",
          "tokenizer.json",
          "model.safetensors",
        ];
        const blobs = await Promise.all(names.map((name) => harness.picture(model + name)));
        const files = blobs.map((blob, at) => new File([blob], names[at]));
        const record = { files: Object.fromEntries(names.map((name, at) => [name, blobs[at]])) };
        const all = [];
        for (const source of [model, files, record]) {
          const classifier = await harness.Classifier.create({ model: source, device: "cpu" });
          all.push(await classifier.classify(await harness.picture(picture), labels));
          await classifier.dispose();
        }
        return all;
      },
      { model, labels, picture },
    );
    assert.deepEqual(seen[1], seen[0]);
    assert.deepEqual(seen[2], seen[0]);
  });
});
