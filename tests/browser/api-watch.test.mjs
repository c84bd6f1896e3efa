// Live pictures: a video and a canvas are classified frame after frame, newest first, until they end or are left.
import assert from "node:assert/strict";
import { test } from "node:test";
import { withBrowser } from "./harness.mjs";
import { assertScores } from "./numbers.mjs";

const world = await withBrowser();
const labels = ["a red circle", "a blue square"];

/** A page with `classifier`, and `live(draw)`: a playing video of a canvas that `draw` paints many times a second. */
async function onLivePage(body) {
  let result;
  await world.onPage(async (page) => {
    await page.evaluate(async () => {
      globalThis.classifier = await harness.Classifier.create({ model: "mini", device: "cpu" });
      globalThis.figures = {
        circle: (context) => {
          context.fillStyle = "white";
          context.fillRect(0, 0, 96, 96);
          context.fillStyle = "#d22";
          context.beginPath();
          context.arc(48, 48, 36, 0, 7);
          context.fill();
        },
        square: (context) => {
          context.fillStyle = "white";
          context.fillRect(0, 0, 96, 96);
          context.fillStyle = "#22d";
          context.fillRect(16, 16, 64, 64);
        },
      };
      globalThis.live = async () => {
        const canvas = Object.assign(document.createElement("canvas"), { width: 96, height: 96 });
        const context = canvas.getContext("2d");
        const scene = { draw: figures.circle, stop: () => clearInterval(timer) };
        const paint = () => scene.draw(context);
        paint();
        const timer = setInterval(paint, 20);
        const video = Object.assign(document.createElement("video"), { muted: true });
        video.srcObject = canvas.captureStream(30);
        document.body.append(canvas, video);
        await video.play();
        return { canvas, video, scene };
      };
    });
    result = await page.evaluate(body, { labels });
    await page.evaluate(() => classifier.dispose());
  });
  return result;
}

test("a video is followed: scores change with it, labels are asked anew, frames count up", async () => {
  const seen = await onLivePage(async ({ labels }) => {
    const { video, scene } = await live();
    const results = [];
    let asked = 0;
    const current = () => (asked++, results.length < 4 ? labels : [...labels, "a dog"]);
    let changedAt = null;
    for await (const result of classifier.watch(video, current)) {
      results.push(result);
      if (results.length === 3) scene.draw = figures.square;
      if (changedAt === null && result.scores[0].label === labels[1]) changedAt = results.length;
      if ((changedAt && results.length > 8) || results.length === 200) break;
    }
    scene.stop();
    return { results, asked, changedAt };
  });
  assert.equal(seen.results[0].scores[0].label, labels[0]);
  assert.ok(seen.changedAt > 3, `the other figure was seen after ${seen.changedAt} frames`);
  assert.equal(seen.results.at(-1).scores[0].label, labels[1]);
  assert.equal(seen.asked, seen.results.length, "labels are asked once a frame");
  assertScores(seen.results[0].scores, labels);
  assertScores(seen.results.at(-1).scores, [...labels, "a dog"]);
  for (const [at, { frame, milliseconds, mediaTime }] of seen.results.entries()) {
    assert.ok(milliseconds > 0 && mediaTime >= 0);
    assert.ok(at === 0 || frame > seen.results[at - 1].frame, "the same frame twice");
  }
});

test("a slow reader gets the latest frame and not a queue of old ones", async () => {
  const seen = await onLivePage(async ({ labels }) => {
    const { video, scene } = await live();
    const frames = [];
    const best = [];
    for await (const { frame, scores } of classifier.watch(video, labels)) {
      frames.push(frame);
      best.push(scores[0].label);
      if (frames.length === 4) break;
      // Long enough for a dozen frames, and for the last of them to show the other figure.
      if (frames.length === 2) scene.draw = figures.square;
      await new Promise((resolve) => setTimeout(resolve, 800));
    }
    scene.stop();
    return { frames, best };
  });
  assert.equal(seen.best[2], labels[1], "the frame of before the wait was classified");
  assert.ok(seen.frames[2] - seen.frames[1] > 2, `frames ${seen.frames} were not passed over`);
});

test("watching ends with the video, by signal, and by leaving; a canvas is watched too", async () => {
  const seen = await onLivePage(async ({ labels }) => {
    const { canvas, video, scene } = await live();
    const calls = { asked: 0, cancelled: 0 };
    const { cancelVideoFrameCallback } = HTMLVideoElement.prototype;
    HTMLVideoElement.prototype.cancelVideoFrameCallback = function (handle) {
      calls.cancelled += 1;
      return cancelVideoFrameCallback.call(this, handle);
    };
    const controller = new AbortController();
    const byS = async () => {
      for await (const result of classifier.watch(video, labels, { signal: controller.signal })) {
        void result;
        controller.abort();
      }
    };
    const bySignal = await harness.attempt(byS());
    const cancelled = calls.cancelled;
    let ofCanvas = 0;
    const start = performance.now();
    for await (const { scores, mediaTime } of classifier.watch(canvas, labels, {
      framesPerSecond: 20,
      noneOfThese: ["a dog", "a cat"],
    })) {
      if (scores.length === 3 && mediaTime === 0) ofCanvas += 1;
      if (ofCanvas === 5) break;
    }
    const paced = performance.now() - start;
    const ending = (async () => {
      let count = 0;
      for await (const result of classifier.watch(video, labels)) {
        void result;
        count += 1;
        if (count === 2) video.srcObject.getTracks().forEach((track) => track.stop());
      }
      return count;
    })();
    const count = await ending;
    let again = 0;
    for await (const result of classifier.watch(video, labels)) again += result ? 1 : 0;
    scene.stop();
    const speed = await harness.attempt(
      classifier.watch(canvas, labels, { framesPerSecond: 0 }).next(),
    );
    return { bySignal, cancelled, ofCanvas, paced, count, again, speed };
  });
  assert.equal(seen.bySignal.code, "aborted");
  assert.equal(seen.cancelled, 1, "the video's callbacks go on");
  assert.equal(seen.ofCanvas, 5);
  assert.ok(seen.paced >= 190, `5 frames at 20 a second took ${seen.paced} ms`);
  assert.ok(seen.count >= 2, "a stream that ends, ends the loop");
  assert.equal(seen.again, 1, "of an ended video there is one frame");
  assert.equal(seen.speed.name, "TypeError");
});

test("without requestVideoFrameCallback the page's repaints are looked at", async () => {
  const seen = await onLivePage(async ({ labels }) => {
    delete HTMLVideoElement.prototype.requestVideoFrameCallback;
    const { video, scene } = await live();
    const results = [];
    for await (const { frame, mediaTime, scores } of classifier.watch(video, labels)) {
      results.push({ frame, mediaTime, best: scores[0].label });
      if (results.length === 4) break;
    }
    scene.stop();
    return results;
  });
  assert.deepEqual(
    seen.map(({ best }) => best),
    Array(4).fill(labels[0]),
  );
  assert.ok(seen.every(({ mediaTime }, at) => at === 0 || mediaTime > seen[at - 1].mediaTime));
});
