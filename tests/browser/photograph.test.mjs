// The page knows a photograph when it sees one and offers a model for it, once a tab if it is not wanted; drawings are left in peace.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { withBrowser } from "./harness.mjs";
import { answerTo, field, firstAnswer, visit } from "./page.mjs";
import { fixturesFolder, pageFolder, sharedFolder } from "./places.mjs";

const world = await withBrowser({ folders: { "/": pageFolder } });
const url = `${world.server.origin}/`;
const examples = path.join(pageFolder, "examples");

/** How long a photograph may take to be seen, in milliseconds, where others want the processor. */
const PATIENCE = 10_000;

/**
 * Gives the page a picture of one's own and waits for its answer; says whether it was taken for a photograph. Looking takes a
 * few milliseconds; a picture that is none is told by nothing, so for `patience` it is waited whether there comes a word.
 */
async function isTaken(page, picture, patience = 150) {
  await answerTo(page, () => page.locator("image-drop input").setInputFiles(picture));
  const seen = page.locator("#photograph", { hasText: /./ });
  return seen.waitFor({ state: "attached", timeout: patience }).then(
    () => true,
    () => false,
  );
}

/**
 * Draws an example again as people have their drawings: on another ground, noisy, scaled, as a JPEG of this quality.
 * Noise comes from a fixed sequence, so that every run sees the same pictures.
 */
async function redrawn(page, file, { side = 384, noise = 0, slope = false, quality = 0.92 }) {
  const base64 = await page.evaluate(
    async ({ file, side, noise, slope, quality }) => {
      const bitmap = await createImageBitmap(await (await fetch(file)).blob());
      const canvas = new OffscreenCanvas(side, side);
      const context = canvas.getContext("2d");
      const ground = context.createLinearGradient(0, 0, side, side);
      ground.addColorStop(0, slope ? "#bcd7ee" : "#f6f1e4");
      ground.addColorStop(1, slope ? "#f3c9a5" : "#f6f1e4");
      context.fillStyle = ground;
      context.fillRect(0, 0, side, side);
      context.drawImage(bitmap, side * 0.1, side * 0.1, side * 0.8, side * 0.8);
      const picture = context.getImageData(0, 0, side, side);
      let seed = 1;
      for (let at = 0; at < picture.data.length; at += 1) {
        seed = (seed * 16807) % 2147483647;
        if (at % 4 < 3) picture.data[at] += noise * ((2 * seed) / 2147483647 - 1);
      }
      context.putImageData(picture, 0, 0);
      const jpeg = await canvas.convertToBlob({ type: "image/jpeg", quality });
      return btoa(String.fromCharCode(...new Uint8Array(await jpeg.arrayBuffer())));
    },
    { file: `examples/${file}`, side, noise, slope, quality },
  );
  return { name: `${file}.jpg`, mimeType: "image/jpeg", buffer: Buffer.from(base64, "base64") };
}

test("drawings are not taken for photographs: clean, scaled, noisy, on a slope, as JPEG", async () => {
  await visit(world.browser, url, async (page) => {
    await firstAnswer(page);
    const taken = [];
    for (const file of readdirSync(examples)) {
      const forms = [
        path.join(examples, file),
        await redrawn(page, file, { quality: 0.5 }),
        await redrawn(page, file, { side: 128, quality: 0.8 }),
        await redrawn(page, file, { side: 800, slope: true }),
        await redrawn(page, file, { noise: 10, slope: true, quality: 0.7 }),
      ];
      for (const [at, form] of forms.entries())
        if (await isTaken(page, form)) taken.push(`${file}, form ${at}`);
    }
    assert.deepEqual(taken, []);
  });
});

test("a photograph brings the offer with its size; it can be sent away for the tab, and taken", async () => {
  // Uneven everywhere and full of shades: what the rule takes for a photograph, and a picture of ours.
  const likeAPhotograph = path.join(fixturesFolder, "pictures", "noise_grey_33x45.png");
  await visit(
    world.browser,
    url,
    async (page) => {
      await firstAnswer(page);
      const offer = page.locator("#offer");
      assert.equal(await offer.isVisible(), false);
      assert.equal(await isTaken(page, likeAPhotograph, PATIENCE), true);
      assert.match(await page.locator("#offer-take").textContent(), /600\sMB/);
      assert.equal(await page.locator("dialog[open]").count(), 0);
      const typed = await answerTo(page, () => field(page, 0).fill("a pear"));
      assert.ok(
        typed.scores.some(({ label }) => label === "a pear"),
        "the page goes on meanwhile",
      );

      await page.locator("#offer-dismiss").press("Enter");
      assert.equal(await offer.isVisible(), false);
      const focused = () =>
        page.evaluate(() => document.querySelector("score-bars").shadowRoot.activeElement?.tagName);
      assert.equal(await focused(), "INPUT", "the keyboard keeps its place");
      assert.notEqual(await page.locator("#photograph").textContent(), "", "the warning stays");
      await page.reload();
      await firstAnswer(page);
      assert.equal(await isTaken(page, likeAPhotograph, PATIENCE), true);
      assert.equal(await offer.isVisible(), false, "not again in this tab");

      await page.evaluate(() => sessionStorage.clear());
      await page.reload();
      await firstAnswer(page);
      await isTaken(page, likeAPhotograph, PATIENCE);
      await page.locator("#offer-take").click();
      await page.locator("#weigh-words", { hasText: "memory" }).waitFor();
      assert.match(await page.locator("#weigh-take").textContent(), /605\sMB/);
      assert.equal(await page.locator("#model-name").textContent(), "Built-in");
      await page.locator("#weigh-take").click();
      await page.locator("html[data-state=error]").waitFor({ state: "attached" });
      assert.match(await page.locator("#model-name").textContent(), /^photo$/);
      assert.equal(await offer.isVisible(), false);
      await answerTo(page, () => page.locator("#cancel").click());
      assert.equal(await page.locator("#model-name").textContent(), "Built-in");
    },
    // There is no network here, so the model is asked for in vain; that it is asked for is what matters.
    { expected: [/huggingface\.co/, /GlimpseError/] },
  );
});

test("photographs are seen", { skip: !sharedFolder && "no shared pictures" }, async (t) => {
  const folder = path.join(sharedFolder, "assets", "photos");
  // Not photographs: a silhouette. A photographed page of text counts.
  const photographs = [
    ...readdirSync(folder).filter((name) => name.endsWith(".jpg")),
    ...readdirSync(path.join(folder, "skimage"))
      .filter((name) => /\.(png|jpg)$/.test(name) && name !== "horse.png")
      .map((name) => path.join("skimage", name)),
  ];
  await visit(world.browser, url, async (page) => {
    await firstAnswer(page);
    const missed = [];
    for (const name of photographs) {
      const buffer = readFileSync(path.join(folder, name));
      const file = { name, mimeType: "image/*", buffer };
      if (!(await isTaken(page, file, PATIENCE))) missed.push(name);
    }
    t.diagnostic(`${photographs.length - missed.length} of ${photographs.length} photographs seen`);
    assert.deepEqual(missed, []);
  });
});
