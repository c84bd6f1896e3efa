// pipeline() gives what transformers.js' zero-shot image classification gives in form, and the classifier's own numbers.
import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { withBrowser } from "./harness.mjs";
import { root } from "./places.mjs";

const world = await withBrowser();
world.server.mount("/examples/", path.join(root, "www", "examples"));
const labels = ["dog", "cat", "a red star"];

test("one picture gives a list, an array a list of lists, with transformers.js' template unless told", async () => {
  await world.onPage(async (page) => {
    const seen = await page.evaluate(async (labels) => {
      const pipe = await harness.pipeline("zero-shot-image-classification", "mini", {
        device: "wasm",
        dtype: "q8",
      });
      const blobs = [await harness.drawnPng(1), await harness.drawnPng(2)];
      const canvas = harness.drawing(1);
      const { data } = canvas.getContext("2d").getImageData(0, 0, 96, 96);
      const rgb = data.filter((_, at) => at % 4 < 3);
      const raw = { data: rgb, width: 96, height: 96, channels: 3 };
      const own = (image, hypothesisTemplate) =>
        pipe.classifier.classify(image, labels, { hypothesisTemplate });
      const url = URL.createObjectURL(blobs[0]);
      const seen = {
        task: pipe.task,
        device: pipe.classifier.info.device,
        one: await pipe(blobs[0], labels),
        expected: await own(blobs[0], "This is a photo of {}"),
        many: await pipe(blobs, labels),
        single: await pipe([blobs[1]], labels),
        template: await pipe(url, labels, { hypothesis_template: "a drawing of a {}" }),
        own: await own(blobs[0], "a drawing of a {}"),
        raw: await pipe(raw, labels),
        canvas: await pipe(canvas, labels),
        broken: await harness.attempt(pipe([blobs[0], new Blob(["no"])], labels)),
        size: await harness.attempt(pipe({ ...raw, width: 95 }, labels)),
      };
      await pipe.dispose();
      return { ...seen, disposed: await harness.attempt(pipe(blobs[0], labels)) };
    }, labels);
    const plain = (scores) => scores.map(({ score, label }) => ({ score, label }));
    assert.equal(seen.task, "zero-shot-image-classification");
    assert.equal(seen.device, "cpu");
    assert.deepEqual(seen.one, plain(seen.expected));
    assert.deepEqual(Object.keys(seen.one[0]), ["score", "label"]);
    assert.equal(seen.many.length, 2);
    assert.deepEqual(seen.many[0], seen.one);
    assert.deepEqual(seen.single, [seen.many[1]]);
    assert.deepEqual(seen.template, plain(seen.own));
    assert.deepEqual(seen.raw, seen.canvas);
    assert.equal(seen.broken.code, "decode");
    assert.equal(seen.size.code, "decode");
    assert.equal(seen.disposed.code, "aborted");
  });
});

test("progress comes in transformers.js' words, and other tasks and models are refused", async () => {
  await world.onPage(async (page) => {
    const seen = await page.evaluate(async () => {
      const infos = [];
      const progress_callback = (info) => infos.push(info);
      const options = { device: "cpu", progress_callback };
      const pipe = await harness.pipeline("zero-shot-image-classification", null, options);
      const created = [...infos];
      await pipe("/examples/dog.png", ["a bicycle", "a dog"]);
      await pipe.dispose();
      const { attempt, pipeline } = harness;
      const task = "zero-shot-image-classification";
      return {
        created,
        infos,
        model: pipe.classifier.info.model,
        task: await attempt(pipeline("depth-estimation")),
        name: await attempt(pipeline(task, "no such model")),
        local: await attempt(pipeline(task, "owner/name", { local_files_only: true })),
      };
    });
    assert.equal(seen.model, "auto", "without a model nothing is downloaded from elsewhere");
    const ready = { status: "ready", task: "zero-shot-image-classification", model: "auto" };
    assert.deepEqual(seen.created, [ready]);
    const weights = seen.infos.filter(({ file }) => file === "model.safetensors");
    assert.deepEqual(
      weights.slice(0, 2).map(({ status }) => status),
      ["initiate", "download"],
    );
    assert.equal(weights.at(-1).status, "done");
    const steps = weights.filter(({ status }) => status === "progress");
    assert.ok(steps.length > 0);
    assert.equal(steps.at(-1).progress, 100);
    assert.equal(steps.at(-1).loaded, steps.at(-1).total);
    const totals = seen.infos.filter(({ status }) => status === "progress_total");
    assert.ok(totals.at(-1).files["model.safetensors"].total > 10_000_000);
    assert.deepEqual(seen.infos.at(-1), ready, "and so ends the loading for the first picture");
    assert.match(seen.task.message, /Unsupported pipeline/);
    assert.equal(seen.name.code, "unsupported-model");
    assert.match(seen.local.message, /local_files_only/);
  });
});
