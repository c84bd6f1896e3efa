// Measures "none of these" of the built-in model on drawings it never saw, for the numbers in web/README.md: no test, run by hand.
//
//   cargo xtask studio, or npm install @iconify-json/openmoji@1.2.29 anywhere; then, in tests/:
//   node browser/measure-none-of-these.mjs FOLDER_OF_THE_NPM_PACKAGE
import path from "node:path";
import { readFileSync } from "node:fs";
import { launchBrowser, openPage } from "./chromium.mjs";
import { packageFolder, readJson, root } from "./places.mjs";
import { startServer } from "./server.mjs";

const art = process.argv[2];
const taught = readJson(packageFolder, "models/mini/labels.json").concepts;
const drawings = drawingsOf(taught);
const { images, texts, scale } = await embedAll(drawings, taught);
console.log(
  `${drawings.length} drawings of ${new Set(drawings.map(({ thing }) => thing)).size} things`,
);

/** A generator of the same numbers every time (Park and Miller). */
let state = 7;
const chance = () => (state = (state * 48271) % 2147483647) / 2147483647;

for (const count of [2, 4, 8]) {
  const known = { none: [], best: [], first: 0 };
  const unknown = { none: [], best: [], first: 0 };
  for (const [at, { thing }] of drawings.entries()) {
    for (let trial = 0; trial < 8; trial += 1) {
      const others = sample(
        taught.filter((name) => name !== thing),
        count,
      );
      const [seen, labels] = trial % 2 ? [unknown, others] : [known, [thing, ...others.slice(1)]];
      const scores = scoresOf(at, labels);
      const fillers = scoresOf(
        at,
        taught.filter((name) => !labels.includes(name)),
      );
      const none = noneLogit(scores, fillers);
      const best = Math.max(...scores.map(({ logit }) => logit));
      seen.none.push(1 / (1 + scores.reduce((sum, { logit }) => sum + Math.exp(logit - none), 0)));
      seen.best.push(1 - foldless(scores));
      seen.first += none > best ? 1 : 0;
    }
  }
  const percent = (share) => `${(100 * share).toFixed(1)} %`;
  console.log(
    `${count} labels: wrongly first ${percent(known.first / known.none.length)}, missed ` +
      `${percent(1 - unknown.first / unknown.none.length)}, AUROC ${percent(auroc(unknown.none, known.none))}, ` +
      `of 1 - best probability ${percent(auroc(unknown.best, known.best))} (${known.none.length} trials each)`,
  );
}

/** The logit of "none of these", as crates/classifier/src/none_of_these.rs has it: the fillers weigh as much as the labels. */
function noneLogit(scores, fillers) {
  const largest = Math.max(...fillers.map(({ logit }) => logit));
  const sum = fillers.reduce((sum, { logit }) => sum + Math.exp(logit - largest), 0);
  return largest + Math.log(sum) - Math.log(Math.max(1, fillers.length / scores.length));
}

/** The best label's probability without fillers. */
function foldless(scores) {
  const largest = Math.max(...scores.map(({ logit }) => logit));
  return 1 / scores.reduce((sum, { logit }) => sum + Math.exp(logit - largest), 0);
}

function scoresOf(picture, labels) {
  return labels.map((label) => {
    const cosine = images[picture].reduce((sum, value, at) => sum + value * texts[label][at], 0);
    return { label, score: 0, cosine, logit: scale * cosine };
  });
}

function sample(list, count) {
  const left = [...list];
  return Array.from({ length: count }, () => left.splice(Math.floor(chance() * left.length), 1)[0]);
}

/** How often one of `above` is larger than one of `below`; ties count half. */
function auroc(above, below) {
  const wins = (one) =>
    below.reduce((sum, other) => sum + (one > other ? 1 : one === other ? 0.5 : 0), 0);
  return above.reduce((sum, one) => sum + wins(one), 0) / (above.length * below.length);
}

/** OpenMoji's drawings of the things that the model was taught. */
function drawingsOf(things) {
  const { icons } = readJson(art, "icons.json");
  const names = readJson(art, "chars.json");
  const lines = readFileSync(path.join(root, "crates/studio/concepts.txt"), "utf8").split("\n");
  return lines.flatMap((line) => {
    const [thing, emoji = ""] = line.split(":").map((part) => part.trim());
    if (!things.includes(thing)) return [];
    return emoji.split(/\s+/).flatMap((character) => {
      const codes = [...character].map((letter) => letter.codePointAt(0).toString(16));
      const icon = icons[names[codes.filter((code) => code !== "fe0f").join("-")]];
      return icon ? [{ thing, body: icon.body }] : [];
    });
  });
}

/** Draws each on a ground of its own and embeds it; embeds the labels in their template. */
async function embedAll(drawings, labels) {
  const server = await startServer();
  const browser = await launchBrowser();
  const page = await openPage(browser, `${server.origin}/harness/index.html`);
  await page.waitForFunction(() => document.documentElement.dataset.ready === "yes");
  const embedded = await page.evaluate(
    async ({ drawings, labels }) => {
      const classifier = await harness.Classifier.create({ model: "mini", device: "cpu" });
      const canvas = new OffscreenCanvas(256, 256);
      const context = canvas.getContext("2d");
      let state = 1;
      const chance = () => (state = (state * 16807) % 2147483647) / 2147483647;
      const images = [];
      for (const { body } of drawings) {
        const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="256" height="256" viewBox="0 0 72 72">${body}</svg>`;
        const image = new Image();
        image.src = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
        await image.decode();
        const tint = `hsl(${chance() * 360} ${chance() * 60}% ${75 + chance() * 20}%)`;
        context.fillStyle = chance() < 0.4 ? "white" : tint;
        context.fillRect(0, 0, 256, 256);
        const side = 150 + chance() * 90;
        const [left, top] = [(256 - side) * chance(), (256 - side) * chance()];
        context.drawImage(image, left, top, side, side);
        images.push(harness.numbers(await classifier.embedImage(canvas)));
      }
      const texts = {};
      for (const label of labels)
        texts[label] = harness.numbers(await classifier.embedText(`a drawing of a ${label}`));
      const [{ logit, cosine }] = await classifier.classify(canvas, ["dog"]);
      return { images, texts, scale: logit / cosine };
    },
    { drawings, labels },
  );
  await browser.close();
  await server.close();
  return embedded;
}
