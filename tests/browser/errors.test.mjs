// Whatever is wrong with a picture, a label or a checkpoint ends in a GlimpseError with its code, and nothing breaks after it.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { plainCheckpoint } from "./checkpoints.mjs";
import { withBrowser } from "./harness.mjs";
import { assertScores } from "./numbers.mjs";
import { sendScript } from "./server.mjs";

const world = await withBrowser();
const { url: model, pictures, expected } = plainCheckpoint();
const [picture] = pictures;
const labels = expected.labels.slice(0, 3);

/** Asserts one refusal: typed, with this code, and with a message that has these words. */
function assertRefused(seen, code, ...words) {
  assert.equal(seen.typed, true, `no GlimpseError: ${JSON.stringify(seen)}`);
  assert.equal(seen.code, code, seen.message);
  for (const word of words) assert.match(seen.message, word);
}

test("pictures that cannot be read, and labels that cannot be used", async () => {
  await world.onPage(
    async (page) => {
      const seen = await page.evaluate(
        async ({ model, picture, labels }) => {
          const { pngHeader } = await import("/harness/hostile.js");
          const classifier = await harness.Classifier.create({ model, device: "cpu" });
          const blob = await harness.picture(picture);
          const classify = (...call) => harness.attempt(classifier.classify(...call));
          const random = new Uint8Array(5000).map((_, at) => (at * 7919 + 13) % 251);
          const seen = {
            empty: await classify(new Blob([]), labels),
            random: await classify(new Blob([random]), labels),
            text: await classify(new Blob(["<!doctype html><p>not a picture"]), labels),
            cut: await classify(blob.slice(0, 60), labels),
            bomb: await classify(pngHeader(60000, 60000), labels),
            most: await classify(pngHeader(0x7fffffff, 0x7fffffff), labels),
            missing: await classify("/fixtures/pictures/none.png", labels),
            noServer: await classify("http://127.0.0.1:9/picture.png", labels),
            noLabels: await classify(blob, []),
            emptyLabel: await classify(blob, [labels[0], "", labels[1]]),
            blankLabel: await classify(blob, [labels[0], labels[1], " \t\n"]),
            noPlace: await classify(blob, labels, { hypothesisTemplate: "a photo" }),
          };
          const scores = await classifier.classify(blob, labels);
          await classifier.dispose();
          return { seen, scores };
        },
        { model, picture, labels },
      );
      const refused = seen.seen;
      for (const name of ["empty", "random", "text", "cut"]) assertRefused(refused[name], "decode");
      assertRefused(refused.bomb, "too-large", /60000/);
      assertRefused(refused.most, "too-large");
      assertRefused(refused.missing, "network", /none\.png/);
      assertRefused(refused.noServer, "network");
      for (const name of ["noLabels", "noPlace"]) assertRefused(refused[name], "no-labels");
      assertRefused(refused.emptyLabel, "no-labels", /2/);
      assertRefused(refused.blankLabel, "no-labels", /3/);
      assertScores(seen.scores, labels);
    },
    { expected: [/none\.png/, /127\.0\.0\.1:9/] },
  );
});

test("folders and files that are no checkpoint, or a damaged one", async () => {
  world.server.route("/broken/config.json", (request, response) => response.writeHead(500).end());
  world.server.route("/bert/config.json", (request, response) =>
    response
      .writeHead(200, { "Content-Type": "application/json" })
      .end(JSON.stringify({ model_type: "bert", architectures: ["BertModel"], hidden_size: 8 })),
  );
  await world.onPage(
    async (page) => {
      const seen = await page.evaluate(
        async ({ model }) => {
          const { withHeader } = await import("/harness/hostile.js");
          const create = (source) =>
            harness.attempt(
              harness.Classifier.create({ model: source, device: "cpu" }).then((it) =>
                it.dispose(),
              ),
            );
          const read = async (name) => [name, await harness.picture(model + name)];
          const whole = Object.fromEntries(
            await Promise.all(
              [
                "config.json",
                "preprocessor_config.json",
                "tokenizer.json",
                "model.safetensors",
              ].map(read),
            ),
          );
          const weights = whole["model.safetensors"];
          const withFiles = (changed) => create({ files: { ...whole, ...changed } });
          const { "model.safetensors": _, ...withoutWeights } = whole;
          const header = (change) =>
            withHeader(weights, change).then((blob) => withFiles({ "model.safetensors": blob }));
          const key = "visual_projection.weight";
          const json = (value) => new Blob([JSON.stringify(value)]);
          return {
            nothing: await create("/nowhere/"),
            serverError: await create("/broken/"),
            bert: await create("/bert/"),
            noFiles: await create({ files: {} }),
            noWeights: await create({ files: withoutWeights }),
            badJson: await withFiles({ "config.json": new Blob(["{"]) }),
            badTokenizer: await withFiles({ "tokenizer.json": json({ model: 1 }) }),
            cut: await withFiles({ "model.safetensors": weights.slice(0, weights.size - 1000) }),
            cutHeader: await withFiles({ "model.safetensors": weights.slice(0, 100) }),
            noise: await withFiles({
              "model.safetensors": new Blob([new Uint8Array(9000).fill(0xff)]),
            }),
            missing: await header((tensors) => void delete tensors[key]),
            misshapen: await header((tensors) => void tensors[key].shape.reverse()),
            beyond: await header((tensors) => void (tensors[key].data_offsets[1] += 1e9)),
            dtype: await header((tensors) => void (tensors[key].dtype = "I16")),
            whole: await withFiles({}),
          };
        },
        { model },
      );
      assertRefused(seen.serverError, "network", /config\.json/);
      for (const name of ["nothing", "bert", "noFiles", "noWeights", "badJson", "badTokenizer"])
        assertRefused(seen[name], "unsupported-model");
      assertRefused(seen.bert, "unsupported-model", /bert/i);
      for (const name of ["cut", "cutHeader", "noise", "beyond"])
        assert.ok(
          seen[name].typed && ["integrity", "unsupported-model"].includes(seen[name].code),
          `${name}: ${JSON.stringify(seen[name])}`,
        );
      for (const name of ["missing", "misshapen", "dtype"])
        assertRefused(seen[name], "unsupported-model", /visual_projection/);
      assert.deepEqual(seen.whole, { value: undefined }, "the whole checkpoint loads");
    },
    { expected: [/500 \(/, /\/(nowhere|bert)\//] },
  );
});

test("a download that breaks off, and a worker or wasm that is not there", async () => {
  const { folder } = plainCheckpoint();
  const weights = await readFile(join(folder, "model.safetensors"));
  await world.onPage(
    async (page) => {
      // What arrives before the break is right, so that the break alone can be refused.
      world.server.route("/breaks/model.safetensors", (request, response) => {
        response.writeHead(200, { "Content-Length": weights.length });
        response.write(weights.subarray(0, 4096), () => response.destroy());
      });
      world.server.mount("/breaks/", folder);
      const seen = await page.evaluate(
        async ({ model }) => {
          const create = (options) =>
            harness.attempt(harness.Classifier.create({ device: "cpu", ...options }).then(() => 0));
          return {
            breaks: await create({ model: "/breaks/" }),
            worker: await create({ model, workerUrl: "/nowhere/worker.js" }),
            wasm: await create({ model, wasmUrl: "/nowhere/glimpse_bg.wasm" }),
          };
        },
        { model },
      );
      assertRefused(seen.breaks, "network", /model\.safetensors/);
      assertRefused(seen.worker, "network", /worker/);
      assertRefused(seen.wasm, "network", /wasm/);
    },
    { expected: [/\/breaks\//, /\/nowhere\//] },
  );
});

test("a worker that stops while it loads: tried again on the CPU only where it was on the GPU", async () => {
  world.server.route("/stopping/worker.js", (request, response, url) =>
    sendScript(
      response,
      `const error = { code: "out-of-memory", message: "no more memory" };
      const onGpu = ${url.searchParams.get("onGpu")};
      onmessage = ({ data: { id, gpuFailure } }) =>
        postMessage(
          gpuFailure === null
            ? { type: "crashed", error, onGpu }
            : { type: "done", id, value: { reason: gpuFailure } },
        );
      postMessage({ type: "started" });`,
    ),
  );
  await world.onPage(async (page) => {
    const [onGpu, onCpu] = await page.evaluate(async () => {
      const create = (onGpu) =>
        harness.attempt(
          harness.Classifier.create({
            device: "auto",
            workerUrl: `/stopping/worker.js?onGpu=${onGpu}`,
          }).then(({ info }) => info.reason),
        );
      return [await create(true), await create(false)];
    });
    assert.equal(onGpu.value, "no more memory");
    assertRefused(onCpu, "out-of-memory", /no more memory/);
  });
});
