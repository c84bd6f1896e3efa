// The package's worker in Chromium gives PyTorch's numbers for every checkpoint, on the CPU and on WebGPU.
import assert from "node:assert/strict";
import { test } from "node:test";
import { checkpoints } from "./checkpoints.mjs";
import { withBrowser } from "./harness.mjs";
import { assertClose, assertScores, inOrder, tolerance } from "./numbers.mjs";

const world = await withBrowser();

/** Every number of one checkpoint that the public interface gives. */
const numbersOf = (page, checkpoint, device) =>
  page.evaluate(
    async ({ model, device, pictures, labels }) => {
      const classifier = await harness.Classifier.create({ model, device });
      const seen = { info: classifier.info, texts: [], images: [], scores: [] };
      for (const label of labels)
        seen.texts.push(harness.numbers(await classifier.embedText(label)));
      for (const url of pictures) {
        const picture = await harness.picture(url);
        seen.images.push(harness.numbers(await classifier.embedImage(picture)));
        seen.scores.push(await classifier.classify(picture, labels));
      }
      await classifier.dispose();
      return seen;
    },
    {
      model: checkpoint.url,
      device,
      pictures: checkpoint.pictures,
      labels: checkpoint.expected.labels,
    },
  );

for (const checkpoint of checkpoints()) {
  for (const device of ["cpu", "gpu"]) {
    test(`${checkpoint.name} on ${device}`, async () => {
      await world.onPage(async (page) => {
        const { expected } = checkpoint;
        const { info, texts, images, scores } = await numbersOf(page, checkpoint, device);
        assert.equal(info.device, device, info.reason);
        const most = tolerance[device];
        const largest = { probability: 0, cosine: 0 };
        const note = (name, difference) => (largest[name] = Math.max(largest[name], difference));
        for (const [at, label] of expected.labels.entries())
          assertClose(texts[at], expected.text_embeds[at], most, `text embedding of ${label}`);
        for (const [at, url] of checkpoint.pictures.entries()) {
          assertClose(images[at], expected.image_embeds[at], most, `image embedding of ${url}`);
          assertScores(scores[at], expected.labels);
          const column = (name) => inOrder(scores[at], expected.labels, name);
          const probabilities = expected.probabilities[at];
          note(
            "probability",
            assertClose(column("score"), probabilities, most, `probabilities of ${url}`),
          );
          const cosines = expected.text_embeds.map((text) =>
            text.reduce((sum, value, place) => sum + value * expected.image_embeds[at][place], 0),
          );
          note("cosine", assertClose(column("cosine"), cosines, most, `cosines of ${url}`));
          // A logit is a cosine times the scale, which is far above one; the tolerance grows with it.
          const scale = Math.max(
            ...expected.logits_per_image[at].map((logit, label) =>
              Math.abs(logit / cosines[label]),
            ),
          );
          assertClose(
            column("logit"),
            expected.logits_per_image[at],
            most * Math.max(1, scale),
            `logits of ${url}`,
          );
        }
        console.log(`${checkpoint.name} on ${device}: largest errors ${JSON.stringify(largest)}`);
      });
    });
  }
}
