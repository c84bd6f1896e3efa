// The camera: asked for by its button alone, live bars that follow the labels, a still, an end; and words where there is none.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { assertCleanInBoth } from "./axe.mjs";
import { launchBrowser } from "./chromium.mjs";
import { answerTo, example, field, firstAnswer, visit } from "./page.mjs";
import { pageFolder } from "./places.mjs";
import { startServer } from "./server.mjs";

const server = await startServer({ folders: { "/": pageFolder } });
const url = `${server.origin}/`;
after(() => server.close());

/** Chromium's own moving picture in place of a camera, and a person who says yes. */
const pretend = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"];

/** Keeps what the page asked of cameras: how often, and the tracks it was given. */
const watchCameras = () => {
  globalThis.cameras = { asked: 0, tracks: [] };
  const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = async (wish) => {
    globalThis.cameras.asked += 1;
    const stream = await ask(wish);
    globalThis.cameras.tracks.push(...stream.getTracks());
    return stream;
  };
};
const liveTracks = (page) =>
  page.evaluate(
    () => globalThis.cameras.tracks.filter(({ readyState }) => readyState === "live").length,
  );

/** Opens the page in a browser of its own with `flags`. */
async function withCamera(flags, use, options) {
  const browser = await launchBrowser(...flags);
  try {
    await visit(
      browser,
      url,
      async (page) => {
        await page.evaluate(watchCameras);
        await firstAnswer(page);
        await use(page);
      },
      options,
    );
  } finally {
    await browser.close();
  }
}

/** Waits until the camera has shown `count` frames more. */
const videoFrames = (page, count) =>
  page.locator("#camera video").evaluate(async (video, count) => {
    for (let left = count; left > 0; left -= 1)
      await new Promise((resolve) => video.requestVideoFrameCallback(resolve));
  }, count);

/** Presses what ends the camera with a picture; until that is there, answers to frames may still come. */
async function takesTheCamerasPlace(button) {
  await button.click();
  await button.page().locator("image-drop").waitFor();
}

test("live bars, new labels while it runs, a still that is classified, and the lens is let go", async () => {
  await withCamera(pretend, async (page) => {
    assert.equal(await page.evaluate(() => globalThis.cameras.asked), 0, "asked before the click");
    const live = await answerTo(page, () => page.locator("#camera-button").click());
    assert.equal(await liveTracks(page), 1);
    assert.ok(await page.locator("#camera video").isVisible());
    assert.equal(await page.locator("image-drop").isVisible(), false);
    // The picture moves: so do the answers, with nobody doing anything.
    await answerTo(page, () => {});
    const later = await answerTo(page, () => {});
    assert.ok(later.stats.imageTowerRuns > live.stats.imageTowerRuns);

    const labelled = await answerTo(page, () => field(page, 0).fill("a green circle"));
    assert.ok(labelled.scores.some(({ label }) => label === "a green circle"));
    // Without labels nothing is asked, and with the first one it goes on.
    // Live answers sort the rows meanwhile, so how many are left is asked and not counted.
    const left = () => page.locator("score-bars").evaluate(({ labels }) => labels.length);
    while ((await left()) > 0) {
      await field(page, 0).fill("");
      // An emptied row goes once it is left.
      await page.keyboard.press("ArrowDown");
    }
    await page.locator("html[data-state=ready]").waitFor({ state: "attached" });
    assert.equal(await page.locator("#problem").isVisible(), false);
    await answerTo(page, () => field(page, 0).fill("a green wedge"));

    const still = await answerTo(page, () => takesTheCamerasPlace(page.locator("#camera-still")));
    assert.equal(still.scores[0].label, "a green wedge");
    assert.equal(await liveTracks(page), 0, "the camera is still open");
    assert.ok(await page.locator("image-drop").isVisible());
    const { width, height } = await page.locator("image-drop img").evaluate(async (image) => {
      await image.decode();
      return { width: image.naturalWidth, height: image.naturalHeight };
    });
    assert.ok(width >= 320 && height >= 240, `${width} x ${height}`);

    await answerTo(page, () => page.locator("#camera-button").click());
    await answerTo(page, () => page.locator("#camera-stop").press("Enter"));
    assert.equal(await liveTracks(page), 0);
    assert.equal(await page.evaluate(() => document.activeElement.id), "camera-button");
    // An example ends it as well.
    await answerTo(page, () => page.locator("#camera-button").click());
    await answerTo(page, () => takesTheCamerasPlace(example(page, "coffee")));
    assert.equal(await liveTracks(page), 0);
    // Also the one that was there before.
    await answerTo(page, () => page.locator("#camera-button").click());
    await answerTo(page, () => takesTheCamerasPlace(example(page, "coffee")));
    assert.equal(await liveTracks(page), 0);
  });
});

test("axe finds nothing while the camera runs", async () => {
  await withCamera(pretend, async (page) => {
    await answerTo(page, () => page.locator("#camera-button").click());
    await assertCleanInBoth(page, "the camera");
  });
});

test("a hidden tab stops the bars and darkens the lens; in sight again it goes on", async () => {
  await withCamera(pretend, async (page) => {
    await answerTo(page, () => page.locator("#camera-button").click());
    const hide = (hidden) =>
      page.evaluate((hidden) => {
        Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
        document.dispatchEvent(new Event("visibilitychange"));
      }, hidden);
    const count = () => page.evaluate(() => globalThis.answers.length);
    await hide(true);
    const enabled = () => page.evaluate(() => globalThis.cameras.tracks[0].enabled);
    assert.equal(await enabled(), false);
    // An answer that was told of already may still have to be counted; the frames go on, dark as they are.
    await videoFrames(page, 2);
    const before = await count();
    await videoFrames(page, 10);
    assert.equal(await count(), before, "it looked on in a hidden tab");
    await answerTo(page, () => hide(false));
    assert.equal(await enabled(), true);
  });
});

test("a camera that is denied, absent or elsewhere in use is told in words, and the picture stays", async () => {
  await withCamera([], async (page) => {
    await page.locator("#camera-button").click();
    const note = page.locator("#camera-note", { hasText: /no camera here|blocked/ });
    await note.waitFor();
    for (const [name, words] of [
      ["NotAllowedError", /blocked for this page/],
      ["NotFoundError", /no camera/],
      ["NotReadableError", /Another program/],
    ]) {
      await page.evaluate((name) => {
        navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("", name));
      }, name);
      await page.locator("#camera-button").click();
      await page.locator("#camera-note", { hasText: words }).waitFor();
    }
    assert.ok(await page.locator("image-drop").isVisible());
    const again = await answerTo(page, () => field(page, 0).fill("a wolf cub"));
    assert.ok(again.scores.length > 1);
  });
});
