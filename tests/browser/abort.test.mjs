// An AbortSignal ends whatever a classifier is at within 100 ms, leaves what was downloaded to be continued, and a later call works.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  assertNotWhole,
  assertWhole,
  inPage,
  load,
  storedFile,
  untilStored,
  weights,
  withProfile,
} from "./arrival.mjs";
import { withBrowser } from "./harness.mjs";
import { beginsAt, bytesOf, downloads, fixture, hubPolicy, miniFolder, startHub } from "./hub.mjs";
import { assertScores } from "./numbers.mjs";

/** How long anything may go on after it was given up, in milliseconds. */
const MOST = 100;

const hub = await startHub();
const world = await withBrowser({ policy: hubPolicy });
// The built-in model, since it is large enough to be caught at whatever it is being put through.
const model = "acme/mini";
const { files } = await hub.mount(model, miniFolder);
const { size } = files.find(({ path }) => path === weights);
const from = { model, hub: hub.url };
const labels = ["a red circle", "a dog", "a house"];
const ask = { ...from, labels, picture: "/fixtures/pictures/shapes_61x90.jpg" };

/**
 * Begins to create a classifier, aborts at the first progress of `phase` that has at least `bytes`, and gives what it ended in,
 * after how many milliseconds, and all phases that were seen.
 */
const abortAt = (page, phase, { bytes = 0, ...options } = {}) =>
  page.evaluate(
    async ({ options, phase, bytes }) => {
      const phases = [];
      const controller = new AbortController();
      let aborted = null;
      const onProgress = (told) => {
        if (phases.at(-1) !== told.phase) phases.push(told.phase);
        if (aborted !== null || told.phase !== phase || told.loaded < bytes) return;
        aborted = performance.now();
        controller.abort();
      };
      const ended = await harness.attempt(
        harness.Classifier.create({
          device: "cpu",
          ...options,
          onProgress,
          signal: controller.signal,
        }),
      );
      return { ...ended, took: aborted === null ? null : performance.now() - aborted, phases };
    },
    { options: { ...from, ...options }, phase, bytes },
  );

/** The same, aborted from outside when `when()` says so. */
async function abortWhen(page, when) {
  await page.evaluate(async (from) => {
    globalThis.controller = new AbortController();
    const { signal } = controller;
    globalThis.ended = harness.attempt(
      harness.Classifier.create({ ...from, device: "cpu", signal }),
    );
  }, from);
  await when();
  return page.evaluate(async () => {
    const aborted = performance.now();
    controller.abort();
    return { ...(await ended), took: performance.now() - aborted };
  });
}

function assertAborted(seen) {
  assert.equal(seen.typed, true, JSON.stringify(seen));
  assert.equal(seen.code, "aborted", seen.message);
  assert.ok(seen.took !== null && seen.took <= MOST, `it took ${seen.took} ms to end`);
}

async function assertWorks(page, options = {}) {
  const seen = await load(page, { ...ask, ...options });
  assert.equal(seen.error, undefined, JSON.stringify(seen.error));
  assertScores(seen.scores, labels);
  return seen;
}

test("while it downloads: ended at once, what came is kept, and the next call asks for the rest alone", async () => {
  await hub.reset();
  const cutAt = 4_000_000;
  await hub.fault({ file: weights, kind: "cut", after: cutAt, hold: true, times: 1 });
  await withProfile(world, async (visit) => {
    await visit(async (page) => {
      const seen = await abortWhen(page, async () => {
        await hub.until(({ held }) => held);
        await untilStored(page, cutAt);
      });
      assertAborted(seen);
      await assertNotWhole(page, hub, model);
      assert.equal((await storedFile(page)).bytes, cutAt);
      await assertWorks(page);
      await assertWhole(page, hub, model, size);
    });
  });
  const log = downloads(await hub.log());
  assert.deepEqual(log.map(beginsAt), [0, cutAt]);
  assert.equal(bytesOf(log), size);
});

test("while the hub does not answer, and between two tries", async () => {
  await withProfile(world, async (visit) => {
    for (const fault of [
      { kind: "latency", milliseconds: 3000, times: 1 },
      { kind: "status", status: 503, times: 50 },
    ]) {
      await hub.reset();
      await hub.fault(fault);
      await visit(async (page) => {
        assertAborted(await abortWhen(page, () => hub.until(({ method }) => method === "GET")));
        await hub.reset();
        await assertWorks(page, { cache: false });
      });
    }
  });
});

test("while what was kept before is checked", async () => {
  await hub.reset();
  const cutAt = size - 1000;
  await hub.fault({ file: weights, kind: "cut", after: cutAt, hold: true, times: 1 });
  await withProfile(world, async (visit) => {
    await visit(async (page) => {
      assertAborted(
        await abortWhen(page, async () => {
          await hub.until(({ held }) => held);
          await untilStored(page, cutAt);
        }),
      );
      const seen = await abortAt(page, "verify");
      assertAborted(seen);
      assert.equal((await storedFile(page)).bytes, cutAt);
      await assertNotWhole(page, hub, model);
      await assertWorks(page);
    });
  });
  assert.equal(bytesOf(downloads(await hub.log())), size);
});

test("while a kept model goes to the device", async () => {
  await hub.reset();
  await withProfile(world, async (visit) => {
    await visit(async (page) => {
      await assertWorks(page);
      await hub.clearLog();
      const seen = await abortAt(page, "upload");
      assertAborted(seen);
      await assertWhole(page, hub, model, size);
      await assertWorks(page);
    });
  });
  assert.deepEqual(downloads(await hub.log()), []);
});

test("while the GPU's programs are compiled", async () => {
  await hub.reset();
  // On a software adapter a small model is enough to keep it busy.
  const small = { model: "acme/clip", device: "gpu" };
  await hub.mount(small.model, fixture());
  await withProfile(world, async (visit) => {
    await visit(async (page) => {
      assertAborted(await abortAt(page, "compile", small));
      await assertWhole(page, hub, small.model, 0);
      const { info } = await assertWorks(page, small);
      assert.equal(info.device, "gpu", info.reason);
    });
  });
});

test("when it is all but ready", async () => {
  await hub.reset();
  await withProfile(world, async (visit) => {
    await visit(async (page) => {
      await assertWorks(page);
      await hub.clearLog();
      assertAborted(await abortAt(page, "ready"));
      await assertWhole(page, hub, model, size);
      await assertWorks(page);
    });
  });
  assert.deepEqual(downloads(await hub.log()), []);
});

test("while a picture is classified, and while calls wait behind it", async () => {
  await hub.reset();
  await withProfile(world, async (visit) => {
    await visit(async (page) => {
      const seen = await page.evaluate(async ({ from, labels }) => {
        const classifier = await harness.Classifier.create({ ...from, device: "cpu" });
        const abortAfter = async (milliseconds, begin) => {
          const controller = new AbortController();
          const ended = harness.attempt(begin(controller.signal));
          await new Promise((resolve) => setTimeout(resolve, milliseconds));
          const aborted = performance.now();
          controller.abort();
          return { ...(await ended), took: performance.now() - aborted };
        };
        // Pictures as large as a camera's: decoding alone takes longer than any of the pauses.
        const pictures = [];
        for (const seed of [1, 2, 3, 4]) pictures.push(await harness.drawnPng(seed, 3000));
        const ends = [];
        for (const [at, pause] of [0, 20, 60].entries())
          ends.push(
            await abortAfter(pause, (signal) =>
              classifier.classify(pictures[at], labels, { signal }),
            ),
          );
        const texts = Array.from({ length: 400 }, (_, at) => `a picture of thing number ${at}`);
        ends.push(
          await abortAfter(30, (signal) => classifier.classify(pictures[3], texts, { signal })),
        );
        // A call that waits its turn is ended as soon, and the one before it is not.
        const first = classifier.classify(await harness.drawnPng(5, 2000), labels);
        ends.push(
          await abortAfter(5, (signal) => classifier.classify(pictures[0], labels, { signal })),
        );
        const scores = [await first, await classifier.classify(pictures[0], labels)];
        await classifier.dispose();
        return { ends, scores };
      }, ask);
      for (const end of seen.ends) assertAborted(end);
      for (const scores of seen.scores) assertScores(scores, labels);
    });
  });
});

test("a signal that fired before: nothing is asked for and nothing is kept", async () => {
  await hub.reset();
  await withProfile(world, async (visit) => {
    await visit(async (page) => {
      const seen = await page.evaluate(
        (from) =>
          harness.attempt(
            harness.Classifier.create({ ...from, device: "cpu", signal: AbortSignal.abort() }),
          ),
        from,
      );
      assert.equal(seen.code, "aborted");
      assert.deepEqual(await inPage(page, "storedFiles"), {});
    });
  });
  assert.deepEqual(await hub.log(), []);
});
