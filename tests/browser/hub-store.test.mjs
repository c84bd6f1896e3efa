// What is kept: a full disk, files that the browser or a person took away, two tabs at once, a page that is reloaded or closed half-way.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  assertNotWhole,
  assertRefused,
  assertRight,
  assertWhole,
  beginLoad,
  call,
  checkpoint,
  inPage,
  load,
  loaded,
  storedFile,
  untilStored,
  weights,
  withProfile,
} from "./arrival.mjs";
import { withBrowser } from "./harness.mjs";
import { beginsAt, bytesOf, downloads, fixture, hubPolicy, miniFolder, startHub } from "./hub.mjs";
import { sendScript } from "./server.mjs";

const hub = await startHub();
const world = await withBrowser({ policy: hubPolicy });
const model = "acme/clip";
const { files } = await hub.mount(model, fixture());
const { size } = files.find(({ path }) => path === weights);
const from = { model, hub: hub.url };
const { origin } = world.server;

const withCdp = async (page, use) => {
  const session = await page.context().newCDPSession(page);
  try {
    await use(session);
  } finally {
    await session.detach();
  }
};

// What `navigator.storage.estimate()` says is not what Chromium's override sets, so the question beforehand gets its answer here.
world.server.route("/small-disk/estimate.js", (request, response) =>
  sendScript(
    response,
    `StorageManager.prototype.estimate = async () => ({ quota: 1_000_000, usage: 700_000 });`,
  ),
);
world.server.route("/small-disk/worker.js", (request, response) =>
  sendScript(response, `import "./estimate.js";\nimport "/glimpse-clip/dist/worker.js";\n`),
);

test("no room: quota before a byte of the weights is asked for, and cache: false is the way around", async () => {
  await hub.reset();
  await withProfile(world, async (visit) => {
    await visit(async (page) => {
      const workerUrl = "/small-disk/worker.js";
      assertRefused(await load(page, { ...from, workerUrl }), "quota", /cache: false/, /\d/);
      assert.deepEqual(downloads(await hub.log()), []);
      await assertNotWhole(page, hub, model);
      assertRight(await load(page, { ...from, workerUrl, cache: false }));
      assertRight(await load(page, from));
      await assertWhole(page, hub, model, size);
    });
  });
});

for (const [what, onDisk] of [
  ["a profile on the disk", true],
  ["a private window", false],
]) {
  test(`the disk fills up half-way, in ${what}: quota, nothing half is left, and a later try works`, async () => {
    await hub.reset();
    // A large one: an open file is given room by the megabyte, which the override does not take back.
    const model = "acme/mini";
    const { files } = await hub.mount(model, miniFolder);
    const { size } = files.find(({ path }) => path === weights);
    const ask = { model, hub: hub.url, labels: ["a dog", "a cat"] };
    await hub.fault({ file: weights, kind: "cut", after: 2_000_000, hold: true, times: 1 });
    const use = (page) =>
      withCdp(page, async (session) => {
        const quota = (quotaSize) =>
          session.send("Storage.overrideQuotaForOrigin", { origin, quotaSize });
        await beginLoad(page, ask);
        await hub.until(({ held }) => held);
        await untilStored(page, 2_000_000);
        await quota(4_000_000);
        await hub.release();
        assertRefused(await loaded(page), "quota", /cache: false/);
        assert.equal(await storedFile(page), undefined);
        await assertNotWhole(page, hub, model);
        await quota(100_000_000);
        assert.equal((await load(page, ask)).error, undefined);
        await assertWhole(page, hub, model, size);
      });
    await withProfile(world, (visit) => visit(use), { onDisk });
  });
}

test("evicted: all at once by the browser, a file alone, a file cut short, its note alone; each is noticed and fetched anew", async () => {
  await hub.reset();
  await withProfile(
    world,
    async (visit) => {
      await visit(async (page) => {
        assertRight(await load(page, from));
        const { path } = await storedFile(page);
        /** Each loss, and how many bytes of the weights it costs. */
        const losses = {
          "all that the origin has": [
            size,
            () =>
              withCdp(page, (session) =>
                session.send("Storage.clearDataForOrigin", { origin, storageTypes: "all" }),
              ),
          ],
          "the weights": [size, () => inPage(page, "removeStored", path)],
          "the weights' end": [1, () => inPage(page, "cutStored", path, size - 1)],
          // Without it nobody knows what the bytes are.
          "the weights' note": [size, () => inPage(page, "removeStored", `${path}.json`)],
        };
        for (const [what, [cost, lose]] of Object.entries(losses)) {
          await assertWhole(page, hub, model, size);
          await lose();
          await assertNotWhole(page, hub, model);
          await hub.clearLog();
          assertRight(await load(page, from));
          await assertWhole(page, hub, model, size);
          assert.equal(bytesOf(downloads(await hub.log())), cost, what);
        }
      });
    },
    { onDisk: true },
  );
});

test("evicted while the model is at work: it goes on", async () => {
  await hub.reset();
  await withProfile(world, async (visit) => {
    await visit(async (page) => {
      const ask = { from, picture: checkpoint.pictures[0], labels: checkpoint.expected.labels };
      await page.evaluate(async ({ from }) => {
        globalThis.classifier = await harness.Classifier.create({ ...from, device: "cpu" });
      }, ask);
      await withCdp(page, (session) =>
        session.send("Storage.clearDataForOrigin", { origin, storageTypes: "all" }),
      );
      const scores = await page.evaluate(async ({ picture, labels }) => {
        const scores = await classifier.classify(await harness.picture(picture), labels);
        await classifier.dispose();
        return scores;
      }, ask);
      assertRight({ scores });
      await assertNotWhole(page, hub, model);
    });
  });
});

test("two tabs at once: each file is downloaded once, and both work", async () => {
  await hub.reset();
  await hub.fault({ file: weights, kind: "slow", bytesPerSecond: 1_000_000 });
  await withProfile(world, async (visit) => {
    await visit(async (one) => {
      await visit(async (other) => {
        await Promise.all([beginLoad(one, from), beginLoad(other, from)]);
        for (const seen of await Promise.all([loaded(one), loaded(other)])) assertRight(seen);
        await assertWhole(one, hub, model, size);
      });
    });
  });
  const log = await hub.log();
  assert.equal(bytesOf(downloads(log)), size);
  assert.equal(downloads(log).length, 1);
});

test("a record that is deleted in another tab while the files come is there again with them", async () => {
  await hub.reset();
  await hub.fault({ file: weights, kind: "cut", after: 250_000, hold: true, times: 1 });
  await withProfile(world, async (visit) => {
    await visit(async (page) => {
      await beginLoad(page, from);
      await hub.until(({ held }) => held);
      await untilStored(page, 250_000);
      const { path } = await storedFile(page, "model.json");
      await inPage(page, "removeStored", path);
      await hub.release();
      assertRight(await loaded(page));
      await assertWhole(page, hub, model, size);
      assert.ok((await call(page, "deleteModel", model, { hub: hub.url })) >= size);
      assert.equal(await call(page, "cachedBytes"), 0);
    });
  });
});

test("the tab that downloads is closed: the one that waited goes on where it was", async () => {
  await hub.reset();
  await hub.fault({ file: weights, kind: "cut", after: 250_000, hold: true, times: 1 });
  await withProfile(world, async (visit) => {
    await visit(async (waiting) => {
      await visit(async (closed) => {
        await beginLoad(closed, from);
        await hub.until(({ held }) => held);
        await untilStored(closed, 250_000);
        await beginLoad(waiting, from);
      });
      await assertNotWhole(waiting, hub, model);
      assertRight(await loaded(waiting));
      await assertWhole(waiting, hub, model, size);
    });
  });
  const log = downloads(await hub.log());
  assert.deepEqual(log.map(beginsAt), [0, 250_000]);
  assert.equal(bytesOf(log), size);
});

for (const [what, leave] of [
  ["reloaded", (page) => page.reload()],
  ["closed and opened again", null],
]) {
  test(`a page that is ${what} half-way: what is there is checked, the rest is asked for, no byte twice`, async () => {
    await hub.reset();
    await hub.fault({ file: weights, kind: "cut", after: 310_001, hold: true, times: 1 });
    await withProfile(world, async (visit) => {
      const begin = async (page) => {
        await beginLoad(page, from);
        await hub.until(({ held }) => held);
        await untilStored(page, 310_001);
      };
      const end = async (page) => {
        await page.waitForFunction(() => document.documentElement.dataset.ready === "yes");
        await assertNotWhole(page, hub, model);
        const seen = await load(page, from);
        assertRight(seen);
        const verified = seen.progress.find(
          ({ phase, file }) => phase === "verify" && file === weights,
        );
        assert.equal(verified?.last.loaded, 310_001, JSON.stringify(seen.progress));
        await assertWhole(page, hub, model, size);
      };
      if (leave)
        await visit(async (page) => {
          await begin(page);
          await leave(page);
          await end(page);
        });
      else {
        await visit(begin);
        await visit(end);
      }
    });
    const log = downloads(await hub.log());
    assert.deepEqual(log.map(beginsAt), [0, 310_001]);
    assert.equal(bytesOf(log), size);
  });
}

test("a damaged note, or a half-written record, is as good as none", async () => {
  await hub.reset();
  await withProfile(world, async (visit) => {
    await visit(async (page) => {
      assertRight(await load(page, from));
      for (const path of Object.keys(await inPage(page, "storedFiles")).filter((path) =>
        path.endsWith(".json"),
      ))
        await inPage(page, "cutStored", path, 5);
      await assertNotWhole(page, hub, model);
      assertRight(await load(page, from));
      await assertWhole(page, hub, model, size);
      assert.ok((await call(page, "deleteModel", model, { hub: hub.url })) >= size);
      assert.equal(await call(page, "cachedBytes"), 0);
    });
  });
});
