// "None of these": how the fillers are weighed, and that the built-in model tells known from unknown with them.
import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { plainCheckpoint } from "./checkpoints.mjs";
import { withBrowser } from "./harness.mjs";
import { classifyNatively } from "./native.mjs";
import { inOrder } from "./numbers.mjs";
import { root } from "./places.mjs";

const world = await withBrowser();
world.server.mount("/examples/", path.join(root, "www", "examples"));
const none = "none of these";
const template = "a drawing of a {}";

/** Runs `body` in a page with the built-in model on the CPU as `classifier`, and gives what it returns. */
async function withMini(body, given = {}) {
  let result;
  await world.onPage(async (page) => {
    await page.evaluate(async () => {
      globalThis.classifier = await harness.Classifier.create({ model: "mini", device: "cpu" });
    });
    result = await page.evaluate(body, { template, ...given });
    await page.evaluate(() => classifier.dispose());
  });
  return result;
}

test("the score is the fillers' share of one softmax, weighed as the labels together", async () => {
  const labels = ["dog", "cat", "horse"];
  const fillers = ["house", "tree", "car", "boat", "moon", "dog"];
  const seen = await withMini(
    async ({ labels, fillers, template: hypothesisTemplate }) => {
      const blob = await harness.picture("/examples/dog.png");
      const classify = (list, options) =>
        classifier.classify(blob, list, { hypothesisTemplate, ...options });
      return {
        plain: await classify(labels),
        off: await classify(labels, { noneOfThese: false }),
        folded: await classify(labels, { noneOfThese: fillers }),
        top: await classify(labels, { noneOfThese: fillers, topK: 2 }),
        few: await classify(labels, { noneOfThese: ["house"] }),
        all: await classify([...labels, ...fillers.slice(0, 5)]),
        useless: await harness.attempt(classify(labels, { noneOfThese: ["cat", "dog"] })),
        name: harness.NONE_OF_THESE,
      };
    },
    { labels, fillers },
  );
  assert.equal(seen.name, none);
  assert.deepEqual(seen.off, seen.plain);
  assert.deepEqual(seen.top, seen.folded.slice(0, 2));
  assert.equal(seen.useless.name, "TypeError");
  const others = fillers.slice(0, 5);
  const logits = inOrder(seen.all, [...labels, ...others], "logit");
  const powers = logits.map((logit) => Math.exp(logit - Math.max(...logits)));
  const sum = (list) => list.reduce((total, value) => total + value, 0);
  const weighed = sum(powers.slice(3)) * (3 / 5);
  const total = sum(powers.slice(0, 3)) + weighed;
  const expected = [...powers.slice(0, 3), weighed].map((power) => power / total);
  const found = inOrder(seen.folded, [...labels, none], "score");
  found.forEach((score, at) =>
    assert.ok(Math.abs(score - expected[at]) < 1e-5, `${at}: ${score}, not ${expected[at]}`),
  );
  const [cosine] = inOrder(seen.folded, [none], "cosine");
  assert.ok(Math.abs(cosine - Math.max(...inOrder(seen.all, others, "cosine"))) < 1e-6);
  // Fewer fillers than labels weigh what a label weighs.
  const few = inOrder(
    seen.few,
    ["house"].map(() => none),
    "logit",
  )[0];
  assert.ok(Math.abs(few - logits[3]) < 1e-5);
});

test("the page's drawings: a label that is right wins, and without it none of these does", async () => {
  const pictures = { dog: "dog", bicycle: "bicycle", apple: "apple" };
  const seen = await withMini(
    async ({ pictures, template: hypothesisTemplate }) => {
      const seen = {};
      const others = ["piano", "castle", "whale", "umbrella"];
      for (const [name, label] of Object.entries(pictures)) {
        const blob = await harness.picture(`/examples/${name}.png`);
        const options = { hypothesisTemplate, noneOfThese: true, topK: 1 };
        const [right] = await classifier.classify(blob, [label, ...others], options);
        const [wrong] = await classifier.classify(blob, others, options);
        seen[name] = [right.label, wrong.label];
      }
      return seen;
    },
    { pictures },
  );
  for (const [name, label] of Object.entries(pictures))
    assert.deepEqual(seen[name], [label, none], name);
});

test("the command says the same, with the fillers of each built-in model and with common things for another", async () => {
  const other = plainCheckpoint();
  const asked = [
    { model: "mini", picture: "dog.png", labels: ["dog", "a red star", "piano"], template },
    { model: "auto", picture: "apple.png", labels: ["This is a pear", "two dogs"] },
    { model: "auto", picture: "coffee.jpg", labels: ["a cup", "cats"], template: "a photo of {}" },
    { model: other.url, picture: "cat.jpg", labels: ["a cat", "a dog"], template: "imagenet" },
  ];
  await world.onPage(async (page) => {
    const seen = await page.evaluate(async (asked) => {
      const seen = [];
      for (const { model, picture, labels, template } of asked) {
        const classifier = await harness.Classifier.create({ model, device: "cpu" });
        const options = { noneOfThese: true, ...(template && { hypothesisTemplate: template }) };
        const blob = await harness.picture(`/examples/${picture}`);
        seen.push(await classifier.classify(blob, labels, options));
        await classifier.dispose();
      }
      return seen;
    }, asked);
    for (const [at, { model, picture, labels, template }] of asked.entries()) {
      const options = ["--model", model === other.url ? other.folder : model, "--none-of-these"];
      if (template) options.push("--template", template);
      const file = path.join(root, "www", "examples", picture);
      const native = classifyNatively(file, labels, ...options);
      for (const figure of ["score", "logit", "cosine"]) {
        const [here, there] = [seen[at], native].map((scores) =>
          inOrder(scores, [...labels, none], figure),
        );
        const off = Math.max(...here.map((value, row) => Math.abs(value - there[row])));
        assert.ok(off < (figure === "logit" ? 1e-3 : 1e-4), `${picture}: ${figure} off by ${off}`);
      }
    }
  });
});
