// Everything that can go wrong between a hub and a page: what passes is waited for, what does not ends in its error, and no half file counts as whole.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  assertNotWhole,
  assertRefused,
  assertRight,
  assertWhole,
  beginLoad,
  inPage,
  load,
  loaded,
  storedFile,
  untilStored,
  weights,
  withProfile,
} from "./arrival.mjs";
import { withBrowser } from "./harness.mjs";
import { beginsAt, bytesOf, corsNoise, downloads, fixture, hubPolicy, startHub } from "./hub.mjs";

const hub = await startHub();
const world = await withBrowser({ policy: hubPolicy });
const model = "acme/clip";
const { files } = await hub.mount(model, fixture());
const { size } = files.find(({ path }) => path === weights);
const from = { model, hub: hub.url };

/** Loads under `faults`, hands what was seen to `check(seen, page, log)`, and asserts that a later try without them works. */
async function under(faults, check, more) {
  await hub.reset();
  for (const fault of faults) await hub.fault(fault);
  await withProfile(world, async (visit) => {
    await visit(async (page) => {
      const seen = await load(page, from);
      await check(seen, page, await hub.log());
      await hub.reset();
      assertRight(await load(page, from));
      await assertWhole(page, hub, model, size);
    }, more);
  });
}

/** Faults that end in an error: its code, words of its message, and how many bytes are kept for the next try. */
const refusals = [
  [
    "404 of the weights",
    [{ file: weights, kind: "status", status: 404 }],
    "network",
    [/404/, /model\.safetensors/],
    0,
  ],
  [
    "403 of the CDN",
    [{ file: weights, origin: "cdn", kind: "status", status: 403 }],
    "network",
    [/403/],
    0,
  ],
  ["403 of the hub", [{ kind: "status", origin: "hub", status: 403 }], "network", [/403/], 0],
  [
    "404 of a small file",
    [{ file: "config.json", kind: "status", status: 404 }],
    "network",
    [/404/, /config\.json/],
    0,
  ],
  [
    "a wrong byte",
    [{ file: weights, kind: "corrupt", at: size - 100 }],
    "integrity",
    [/model\.safetensors/, /SHA-256|hash/i],
    0,
  ],
  [
    "a wrong byte in the header",
    [{ file: weights, kind: "corrupt", at: 20 }],
    "integrity",
    [/model\.safetensors/],
    0,
  ],
  [
    "another file of the same length",
    [{ file: weights, kind: "changed" }],
    "integrity",
    [/model\.safetensors/],
    0,
  ],
  [
    "a file that is too short",
    [{ file: weights, kind: "length", bytes: size - 1000 }],
    "integrity",
    [/model\.safetensors/],
    0,
  ],
];
for (const [what, faults, code, words, kept] of refusals) {
  test(`${what}: ${code}, nothing half is left, and the next try works`, async () => {
    await under(faults, async (seen, page, log) => {
      assertRefused(seen, code, ...words);
      await assertNotWhole(page, hub, model);
      assert.equal((await storedFile(page))?.bytes ?? 0, kept);
      // What is refused or wrong is not asked for again and again.
      assert.ok(downloads(log, weights).length <= 1, JSON.stringify(log));
    });
  });
}

test("a Content-Length that is too large: the rest is asked for in vain, and no file is kept as whole", async () => {
  await under([{ file: weights, kind: "content-length", add: 7 }], async (seen, page) => {
    assertRefused(seen, "integrity", /model\.safetensors/);
    await assertNotWhole(page, hub, model);
  });
});

test("a connection that breaks at once, always: the tries end, and say so", async () => {
  await under([{ file: weights, kind: "cut", after: 0 }], async (seen, page, log) => {
    assertRefused(seen, "network", /model\.safetensors|repos/, /try again/);
    await assertNotWhole(page, hub, model);
    const tries = downloads(log, weights).length;
    assert.ok(tries >= 2 && tries <= 8, `${tries} tries`);
  });
});

test("no CORS at the hub, or at the CDN: network, and the error names it", async () => {
  for (const origin of ["hub", "cdn"]) {
    await under(
      [{ kind: "no-cors", origin }],
      async (seen, page) => {
        assertRefused(seen, "network", /CORS/);
        await assertNotWhole(page, hub, model);
      },
      [corsNoise],
    );
  }
});

/** Faults that pass: the model comes, in one call. */
const passing = [
  ["500, then fine", [{ file: weights, kind: "status", status: 500, times: 2 }]],
  [
    "503 of the hub's own answers, then fine",
    [{ origin: "hub", kind: "status", status: 503, times: 2 }],
  ],
  [
    "500 of a small file, then fine",
    [{ file: "tokenizer.json", kind: "status", status: 500, times: 1 }],
  ],
  [
    "429 with Retry-After",
    [{ file: weights, kind: "status", status: 429, retryAfter: 1, times: 1 }],
  ],
  ["a connection closed without an answer", [{ file: weights, kind: "refuse", times: 1 }]],
  ["a small file cut", [{ file: "tokenizer.json", kind: "cut", after: 100, times: 1 }]],
  ["late answers", [{ kind: "latency", milliseconds: 100 }]],
  ["slow bytes", [{ file: weights, kind: "slow", bytesPerSecond: 400_000 }]],
];
for (const [what, faults] of passing) {
  test(`${what}: the model comes`, async () => {
    await under(faults, async (seen, page) => {
      assertRight(seen);
      await assertWhole(page, hub, model, size);
    });
  });
}

test("slow bytes are told of while they come", async () => {
  await hub.reset();
  await hub.fault({ file: weights, kind: "slow", bytesPerSecond: 500_000 });
  await withProfile(world, async (visit) => {
    await visit(async (page) => {
      const told = await page.evaluate(async (from) => {
        const told = [];
        const onProgress = ({ phase, file, loaded, total }) => {
          if (phase === "download" && file === "model.safetensors") told.push({ loaded, total });
        };
        const classifier = await harness.Classifier.create({ ...from, device: "cpu", onProgress });
        await classifier.dispose();
        return told;
      }, from);
      assert.ok(told.length >= 4, `${told.length} reports`);
      assert.ok(told.every(({ total }) => total === size));
      const loads = told.map(({ loaded }) => loaded);
      assert.deepEqual(
        loads,
        loads.toSorted((one, other) => one - other),
      );
      assert.equal(loads.at(-1), size);
    });
  });
});

/** Cuts at `cutAt`, goes on under `fault`, and hands the CDN's log to `check`. */
async function resumedUnder(fault, check, cutAt = 300_000) {
  await hub.reset();
  await hub.fault({ file: weights, kind: "cut", after: cutAt, hold: true, times: 1 });
  await hub.fault({ file: weights, ...fault, skip: 1 });
  await withProfile(world, async (visit) => {
    await visit(async (page) => {
      await beginLoad(page, from);
      await hub.until(({ held }) => held);
      await untilStored(page, cutAt);
      await hub.release();
      await check(await loaded(page), downloads(await hub.log(), weights), page);
      await hub.reset();
      assertRight(await load(page, from));
      await assertWhole(page, hub, model, size);
    });
  });
}

test("no ranges: the file comes from its beginning again, and is right", async () => {
  await resumedUnder({ kind: "no-range" }, async (seen, log) => {
    assertRight(seen);
    assert.deepEqual(log.map(beginsAt), [0, 300_000]);
    assert.deepEqual(
      log.map(({ status }) => status),
      [200, 200],
    );
    assert.equal(bytesOf(log), 300_000 + size);
  });
});

test("another file between the parts: they are never joined, and the same call fetches it anew", async () => {
  await resumedUnder({ kind: "changed", times: 1 }, async (seen, log) => {
    assertRight(seen);
    assert.deepEqual(log.map(beginsAt), [0, 300_000, 0]);
    assert.deepEqual(
      log.map(({ status }) => status),
      [200, 206, 200],
    );
    assert.equal(log.at(-1).bytesSent, size);
  });
});

test("another file between two visits: what was kept is thrown away, and the file fetched anew", async () => {
  await hub.reset();
  await hub.fault({ file: weights, kind: "cut", after: 300_000, hold: true, times: 1 });
  await withProfile(world, async (visit) => {
    await visit(async (page) => {
      await beginLoad(page, from);
      await hub.until(({ held }) => held);
      await untilStored(page, 300_000);
    });
    await hub.clearFaults();
    await hub.fault({ file: weights, kind: "changed", times: 1 });
    await visit(async (page) => {
      assertRight(await load(page, from));
      await assertWhole(page, hub, model, size);
    });
  });
  const log = downloads(await hub.log(), weights);
  assert.deepEqual(log.map(beginsAt), [0, 300_000, 0]);
  assert.equal(log.at(-1).bytesSent, size);
});

test("a wrong byte in the second part: integrity, and the first part goes with it", async () => {
  await resumedUnder({ kind: "corrupt", at: 400_000, times: 1 }, async (seen, log, page) => {
    assertRefused(seen, "integrity", /model\.safetensors/);
    assert.deepEqual(log.map(beginsAt), [0, 300_000]);
    assert.equal(await storedFile(page), undefined);
    await assertNotWhole(page, hub, model);
  });
});

test("a kept part with a wrong byte: what was kept before is no shortcut past the check", async () => {
  await hub.reset();
  const damaged = "acme/damaged";
  await hub.mount(damaged, fixture());
  // In a tensor: a damaged header would be found out at once.
  await hub.fault({ file: weights, kind: "corrupt", at: 200_000, times: 1 });
  await hub.fault({ file: weights, kind: "cut", after: 300_000, hold: true, times: 1 });
  await withProfile(world, async (visit) => {
    await visit(async (page) => {
      await beginLoad(page, { model: damaged, hub: hub.url });
      await hub.until(({ held }) => held);
      await untilStored(page, 300_000);
    });
    await hub.clearFaults();
    // The second visit goes on with a part that was wrong from the beginning, and finds it out at the end.
    await visit(async (page) => {
      assertRefused(await load(page, { model: damaged, hub: hub.url }), "integrity");
      await assertNotWhole(page, hub, damaged);
      assert.equal(await storedFile(page), undefined);
      assertRight(await load(page, { model: damaged, hub: hub.url }));
      const stored = Object.keys(await inPage(page, "storedFiles"));
      assert.equal(stored.filter((path) => path.endsWith(`/${weights}`)).length, 1);
    });
  });
});
