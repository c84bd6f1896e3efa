// Every kind of picture a page can hold is taken, and equal pixels give equal embeddings, whoever decoded them.
import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { plainCheckpoint } from "./checkpoints.mjs";
import { withBrowser } from "./harness.mjs";
import { embedNatively } from "./native.mjs";
import { assertClose, assertScores, cosine, largestDifference, tolerance } from "./numbers.mjs";
import { filesUnder, fixturesFolder, sharedFolder } from "./places.mjs";

const world = await withBrowser();
const { url: model, expected } = plainCheckpoint();
const labels = expected.labels.slice(0, 3);

/** Codes that a file which is no readable picture may end in. */
const pictureCodes = ["decode", "too-large", "out-of-memory"];

test("Blob, File, bytes, URL, ImageBitmap, VideoFrame, ImageData, img and canvases of the same pixels give the same embedding", async () => {
  await world.onPage(async (page) => {
    const seen = await page.evaluate(async (model) => {
      const classifier = await harness.Classifier.create({ model, device: "cpu" });
      const canvas = harness.drawing(3);
      const blob = await harness.drawnPng(3);
      const address = URL.createObjectURL(blob);
      const img = Object.assign(new Image(), { src: address });
      await img.decode();
      const bitmap = await createImageBitmap(canvas);
      const offscreen = new OffscreenCanvas(96, 96);
      offscreen.getContext("2d").drawImage(canvas, 0, 0);
      const inputs = {
        blob,
        file: new File([blob], "drawing.png", { type: "image/png" }),
        mislabelled: new Blob([blob], { type: "image/jpeg" }),
        url: new URL(address),
        address,
        data: `data:image/png;base64,${btoa(String.fromCharCode(...new Uint8Array(await blob.arrayBuffer())))}`,
        bytes: await blob.arrayBuffer(),
        view: new Uint8Array(await blob.arrayBuffer()),
        bitmap,
        frame: new VideoFrame(canvas, { timestamp: 0 }),
        pixels: canvas.getContext("2d").getImageData(0, 0, 96, 96),
        img,
        canvas,
        offscreen,
      };
      const embeddings = {};
      const decoders = {};
      for (const [name, image] of Object.entries(inputs)) {
        const onDecoded = (details) => (decoders[name] = details);
        embeddings[name] = harness.numbers(await classifier.embedImage(image, { onDecoded }));
      }
      const usable = { bitmap: bitmap.width, pixels: inputs.pixels.data.length };
      await classifier.dispose();
      return { embeddings, decoders, usable };
    }, model);
    for (const [name, embedding] of Object.entries(seen.embeddings)) {
      const difference = largestDifference(embedding, seen.embeddings.blob);
      assert.ok(difference < 1e-6, `${name} differs from the Blob by ${difference}`);
    }
    assert.deepEqual(seen.usable, { bitmap: 96, pixels: 96 * 96 * 4 }, "the caller's stay whole");
    assert.deepEqual(seen.decoders.mislabelled, { format: "PNG", decodedBy: "glimpse", model });
    assert.deepEqual(seen.decoders.canvas, { format: "pixels", decodedBy: "browser", model });
  });
});

test("a relative URL is the page's, and a playing video gives its present frame", async () => {
  await world.onPage(async (page) => {
    const seen = await page.evaluate(async (model) => {
      const classifier = await harness.Classifier.create({ model, device: "cpu" });
      const relative = "../fixtures/pictures/gradient_97x64.png";
      const canvas = harness.drawing(4);
      const video = Object.assign(document.createElement("video"), {
        muted: true,
        srcObject: canvas.captureStream(10),
      });
      const drawer = setInterval(
        () => canvas.getContext("2d").drawImage(harness.drawing(4), 0, 0),
        50,
      );
      await video.play();
      const embed = async (image) => harness.numbers(await classifier.embedImage(image));
      const seen = {
        relative: await embed(relative),
        fetched: await embed(await harness.picture(relative)),
        video: await embed(video),
        canvas: await embed(canvas),
      };
      clearInterval(drawer);
      await classifier.dispose();
      return seen;
    }, model);
    assert.ok(largestDifference(seen.relative, seen.fetched) < 1e-6);
    const similarity = cosine(seen.video, seen.canvas);
    assert.ok(similarity > 0.99, `video and canvas have a cosine of ${similarity}`);
  });
});

test("formats that only the browser reads are read by it, and it is said", async () => {
  await world.onPage(async (page) => {
    const pictures = sharedFolder
      ? {
          AVIF: "/shared/assets/formats/pillow/avif_hopper.avif",
          PNG: "/shared/assets/formats/pillow/hopper.png",
        }
      : {};
    const seen = await page.evaluate(
      async ({ model, pictures }) => {
        const classifier = await harness.Classifier.create({ model, device: "cpu" });
        const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><rect width="8" height="8" fill="#fff"/>
          <rect width="4" height="8" fill="#d22"/></svg>`;
        const halves = harness.drawing(0);
        const context = halves.getContext("2d");
        context.fillStyle = "#fff";
        context.fillRect(0, 0, 96, 96);
        context.fillStyle = "#d22";
        context.fillRect(0, 0, 48, 96);
        const images = { SVG: new Blob([svg], { type: "image/svg+xml" }), halves };
        for (const [name, url] of Object.entries(pictures))
          images[name] = await harness.picture(url);
        const seen = {};
        for (const [name, image] of Object.entries(images)) {
          const onDecoded = (details) => (seen[name].details = details);
          seen[name] = {};
          seen[name].embedding = harness.numbers(await classifier.embedImage(image, { onDecoded }));
        }
        await classifier.dispose();
        return seen;
      },
      { model, pictures },
    );
    assert.deepEqual(seen.SVG.details, { format: "SVG", decodedBy: "browser", model });
    const drawn = cosine(seen.SVG.embedding, seen.halves.embedding);
    assert.ok(drawn > 0.99, `SVG and the same drawing have a cosine of ${drawn}`);
    if (!sharedFolder) return;
    assert.deepEqual(seen.AVIF.details, { format: "AVIF", decodedBy: "browser", model });
    assert.deepEqual(seen.PNG.details, { format: "PNG", decodedBy: "glimpse", model });
    const same = cosine(seen.AVIF.embedding, seen.PNG.embedding);
    assert.ok(same > 0.99, `AVIF and PNG of one picture have a cosine of ${same}`);
  });
});

/** Embeds pictures one after the other; each gives `{ value }` or a typed refusal within 30 seconds. */
const embedAll = (page, urls) =>
  page.evaluate(
    async ({ model, urls, labels }) => {
      const classifier = await harness.Classifier.create({ model, device: "cpu" });
      const seen = [];
      for (const url of urls) {
        const blob = await harness.picture(url);
        const late = new Promise((resolve) => setTimeout(resolve, 30_000, { code: "hangs" }));
        const work = async () => ({
          embedding: harness.numbers(await classifier.embedImage(blob)),
          scores: await classifier.classify(blob, labels),
        });
        seen.push(await Promise.race([harness.attempt(work()), late]));
      }
      const after = await classifier.classify(await harness.drawnPng(1), labels);
      await classifier.dispose();
      return { seen, after };
    },
    { model, urls, labels },
  );

const sets = [["pictures", fixturesFolder, "/fixtures/"]];
if (sharedFolder) sets.push(["assets/formats", sharedFolder, "/shared/"]);
for (const [name, folder, prefix] of sets) {
  test(`every file of ${name} ends in scores or a typed error`, async () => {
    const files = filesUnder(path.join(folder, name));
    await world.onPage(async (page) => {
      const { seen, after } = await embedAll(
        page,
        files.map((file) => `${prefix}${name}/${file}`),
      );
      for (const [at, { value, ...refused }] of seen.entries()) {
        if (value) assertScores(value.scores, labels);
        else
          assert.ok(
            refused.typed && pictureCodes.includes(refused.code),
            `${files[at]}: ${JSON.stringify(refused)}`,
          );
      }
      const read = seen.filter(({ value }) => value).length;
      assert.ok(read >= files.length / 2, `only ${read} of ${files.length} were read`);
      assertScores(after, labels);
    });
  });
}

test("all EXIF orientations of pictures/exif are one picture", async () => {
  const { files, embeddings } = await turnedPictures(fixturesFolder, "/fixtures/", "pictures/exif");
  const upright = embeddings[files.indexOf("orientation_1.jpg")];
  for (const [at, embedding] of embeddings.entries()) {
    const similarity = cosine(embedding, upright);
    assert.ok(similarity > 0.999, `${files[at]} has a cosine of ${similarity}`);
  }
});

// These were saved anew for each orientation, with losses that random weights see: native/exif.rs compares their pixels.
if (sharedFolder) {
  test("all EXIF orientations of assets/exif are what they are natively", async () => {
    const { folder, files, embeddings } = await turnedPictures(
      sharedFolder,
      "/shared/",
      "assets/exif",
    );
    const pictures = files.map((file) => path.join(folder, file));
    const native = embedNatively(pictures, "--model", plainCheckpoint().folder);
    for (const [at, embedding] of embeddings.entries())
      assertClose(embedding, native[at], tolerance.cpu, files[at]);
  });
}

/** Embeds the eight or more turned pictures of a folder. */
async function turnedPictures(root, prefix, name) {
  const folder = path.join(root, name);
  const files = filesUnder(folder).filter((file) => file.endsWith(".jpg"));
  assert.ok(files.length >= 8);
  let embeddings;
  await world.onPage(async (page) => {
    const { seen } = await embedAll(
      page,
      files.map((file) => `${prefix}${name}/${file}`),
    );
    embeddings = seen.map(({ value }) => value.embedding);
  });
  return { folder, files, embeddings };
}
