// Models arrive from a hub: listed, pinned to a commit, downloaded once, kept, continued where they broke off; every byte is counted.
import assert from "node:assert/strict";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, test } from "node:test";
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
import { checkpoints } from "./checkpoints.mjs";
import { withBrowser } from "./harness.mjs";
import { beginsAt, bytesOf, downloads, fixture, hubPolicy, startHub } from "./hub.mjs";
import { fixturesFolder } from "./places.mjs";

const hub = await startHub();
const world = await withBrowser({ policy: hubPolicy });
const model = "acme/clip";
const { commit, files } = await hub.mount(model, fixture());
const { size } = files.find(({ path }) => path === weights);
const from = (name) => ({ model: name, hub: hub.url });

/** What was asked, in a word a request: "revision", "tree", a small file's name, "hub X" and "cdn X" for a large one. */
const asked = (log) =>
  log.map(({ origin, file }) => (file.endsWith(".safetensors") ? `${origin} ${file}` : file));

test("a repository: listed, pinned, each file asked for once; the next visit asks for its revision only", async () => {
  await hub.reset();
  await withProfile(world, async (visit) => {
    await visit(async (page) => {
      const seen = await load(page, from(model));
      assertRight(seen);
      assert.equal(seen.info.model, model);
      assert.equal(seen.info.revision, commit);
      assert.equal(seen.info.kept, true);
      const step = (phase, file) =>
        seen.progress.find((found) => found.phase === phase && found.file === file);
      const { last } = step("download", weights);
      assert.deepEqual([last.loaded, last.total, last.fromCache], [size, size, false]);
      assert.equal(seen.progress.at(-1).phase, "ready");
      await assertWhole(page, hub, model, size);
    });
    const log = await hub.log();
    assert.deepEqual(asked(log).slice(0, 2), ["revision", "tree"]);
    assert.deepEqual(asked(log).slice(2).sort(), [
      `cdn ${weights}`,
      "config.json",
      `hub ${weights}`,
      "preprocessor_config.json",
      "tokenizer.json",
    ]);
    assert.ok(
      log
        .filter(({ origin }) => origin === "hub")
        .slice(1)
        .every(({ path }) => path.includes(commit)),
      "everything but the revision is asked of the commit",
    );
    assert.deepEqual(log.map(({ hadAuthorization }) => hadAuthorization).filter(Boolean), []);
    assert.equal(bytesOf(downloads(log)), size);

    await hub.clearLog();
    await visit(async (page) => {
      const seen = await load(page, from(model));
      assertRight(seen);
      assert.ok(
        seen.progress.every(({ phase }) => phase !== "download"),
        JSON.stringify(seen.progress),
      );
      const { last } = seen.progress.find(({ file }) => file === weights);
      assert.deepEqual([last.phase, last.fromCache, last.loaded], ["upload", true, size]);
    });
    assert.deepEqual(asked(await hub.log()), ["revision"]);

    await hub.clearLog();
    await visit(async (page) => {
      const pinned = `${model}@${commit}`;
      assertRight(await load(page, from(pinned)));
      await assertWhole(page, hub, pinned, 0);
    });
    assert.deepEqual(asked(await hub.log()), [], "a commit is what it is: nobody need be asked");

    await visit(async (page) => {
      const kept = await call(page, "cachedBytes");
      assert.ok(kept >= size, `${kept} bytes are kept`);
      assert.ok((await call(page, "deleteModel", model, { hub: hub.url })) >= size);
      assert.equal(await call(page, "cachedBytes"), 0);
      await assertNotWhole(page, hub, model);
      assert.equal(await storedFile(page), undefined);
    });
  });
});

test("every layout: shards, f16, open_clip's names", async () => {
  await hub.reset();
  const others = checkpoints().filter(
    ({ folder, name }) => folder.startsWith(fixturesFolder) && name !== checkpoint.name,
  );
  assert.equal(others.length, 3);
  for (const { name, folder } of others) await hub.mount(`layouts/${name}`, folder);
  await withProfile(world, async (visit) => {
    for (const other of others) {
      const name = `layouts/${other.name}`;
      const { pictures, expected } = other;
      const ask = { ...from(name), picture: pictures[0], labels: expected.labels };
      await hub.clearLog();
      await visit(async (page) => assertRight(await load(page, ask), other));
      const weightFiles = downloads(await hub.log());
      assert.equal(weightFiles.length, other.name.includes("shards") ? 3 : 1);
      assert.ok(weightFiles.every(({ file }) => !file.startsWith("pixel_values")));
      await hub.clearLog();
      await visit(async (page) => assertRight(await load(page, ask), other));
      assert.deepEqual(asked(await hub.log()), ["revision"]);
    }
  });
});

test("cut at ten places: each part begins where the last one ended, and no byte is asked for twice", async () => {
  await hub.reset();
  // In the length word, the header, single bytes, whole tensors, and right before the end.
  const ends = [1, 5, 8, 1000, 65_536, 65_537, 200_000, 399_999, size - 8, size - 1];
  const parts = ends.map((end, at) => end - (ends[at - 1] ?? 0));
  for (const after of parts)
    await hub.fault({ file: weights, kind: "cut", after, hold: true, times: 1, skip: 0 });
  await withProfile(world, async (visit) => {
    await visit(async (page) => {
      await beginLoad(page, from(model));
      for (const end of ends) {
        // A browser throws away what it has not handed out when a connection breaks: the cut waits until all of it is stored.
        await hub.until(({ held, ...entry }) => held && beginsAt(entry) + entry.bytesSent === end);
        await untilStored(page, end);
        await assertNotWhole(page, hub, model);
        await hub.release();
      }
      assertRight(await loaded(page));
      await assertWhole(page, hub, model, size);
    });
  });
  const log = downloads(await hub.log(), weights);
  assert.deepEqual(log.map(beginsAt), [0, ...ends]);
  assert.deepEqual(
    log.map(({ status }) => status),
    [200, ...ends.map(() => 206)],
  );
  assert.equal(bytesOf(log), size, "the parts' bytes are the file's");
});

test("the revision moves: the new commit is loaded, and the old one still comes by its name", async () => {
  await hub.reset();
  const moving = "acme/moving";
  const first = await hub.mount(moving, fixture());
  await withProfile(world, async (visit) => {
    await visit(async (page) => assertRight(await load(page, from(moving))));
    const other = checkpoints().find(({ name }) => name === "hf-gelu-neweos-f16");
    const second = await hub.mount(moving, other.folder);
    assert.notEqual(second.commit, first.commit);
    const ask = { picture: other.pictures[0], labels: other.expected.labels };
    await visit(async (page) => {
      const seen = await load(page, { ...from(moving), ...ask });
      assertRight(seen, other);
      assert.equal(seen.info.revision, second.commit);
    });
    await visit(async (page) => assertRight(await load(page, from(`${moving}@${first.commit}`))));
  });
});

test("no weights that are read, no such repository, and a gated one: the error says what to do", async () => {
  await hub.reset();
  const folder = mkdtempSync(path.join(os.tmpdir(), "glimpse-other-weights-"));
  after(() => rmSync(folder, { recursive: true }));
  for (const file of ["config.json", "preprocessor_config.json", "tokenizer.json"])
    copyFileSync(path.join(fixture(), file), path.join(folder, file));
  copyFileSync(path.join(fixture(), weights), path.join(folder, "flax_model.msgpack"));
  await hub.mount("acme/flax", folder);
  await hub.mount("acme/gated", fixture(), "hf_token");
  await withProfile(world, async (visit) => {
    await visit(async (page) => {
      const flax = await load(page, from("acme/flax"));
      assertRefused(flax, "unsupported-model", /flax_model\.msgpack/, /photo/, /safetensors/);
      assertRefused(await load(page, from("acme/none")), "network", /acme\/none/);
      assertRefused(await load(page, from("acme/gated")), "network", /gated|permission|public/);
      assert.equal(await call(page, "cachedBytes"), 0);
    });
  });
  assert.deepEqual(downloads(await hub.log()), [], "no large file was asked for");
});

test("PyTorch's own container is streamed, checked and kept; one that would run something is refused", async () => {
  await hub.reset();
  const folder = mkdtempSync(path.join(os.tmpdir(), "glimpse-pytorch-"));
  after(() => rmSync(folder, { recursive: true }));
  const mount = async (name, pickle) => {
    mkdirSync(path.join(folder, name));
    for (const file of ["config.json", "preprocessor_config.json", "tokenizer.json"])
      copyFileSync(path.join(fixture(), file), path.join(folder, name, file));
    copyFileSync(fixture(pickle), path.join(folder, name, "pytorch_model.bin"));
    await hub.mount(`acme/${name}`, path.join(folder, name));
  };
  await mount("pickle", "pytorch/hf-quickgelu-f32.bin");
  await mount("hostile", "pytorch/hostile/system.bin");
  await withProfile(world, async (visit) => {
    for (const kept of [false, true]) {
      await visit(async (page) => {
        const before = (await hub.log()).length;
        assertRight(await load(page, from("acme/pickle")));
        const asked = (await hub.log()).slice(before).map(({ file }) => file);
        assert.equal(asked.includes("pytorch_model.bin"), !kept);
      });
    }
    await visit(async (page) => {
      const hostile = await load(page, from("acme/hostile"));
      assertRefused(
        hostile,
        "unsupported-model",
        /pytorch_model\.bin/,
        /posix\.system/,
        /never run/,
      );
    });
  });
});

test("cache: false keeps nothing", async () => {
  await hub.reset();
  await withProfile(world, async (visit) => {
    for (let visits = 1; visits <= 2; visits += 1) {
      await visit(async (page) => {
        const seen = await load(page, { ...from(model), cache: false });
        assertRight(seen);
        assert.equal(seen.info.kept, false);
        assert.deepEqual(await inPage(page, "storedFiles"), {});
      });
      assert.equal(bytesOf(downloads(await hub.log())), visits * size);
    }
  });
});

test("a folder on a server that names versions is kept, and asked about by one HEAD", async () => {
  await hub.reset();
  const served = "acme/folder";
  await hub.mount(served, fixture());
  const url = `${hub.url}/${served}/resolve/main/`;
  await withProfile(world, async (visit) => {
    await visit(async (page) => assertRight(await load(page, { model: url })));
    assert.equal(bytesOf(downloads(await hub.log())), size);
    await hub.clearLog();
    await visit(async (page) => {
      assertRight(await load(page, { model: url }));
      assert.equal(await call(page, "isCached", url), true);
    });
    const log = await hub.log();
    assert.deepEqual(downloads(log), []);
    const heads = log.filter(({ origin, method }) => origin === "cdn" && method === "HEAD");
    assert.deepEqual(
      heads.map(({ file }) => file),
      [weights],
    );

    // The folder's owner puts other files there.
    const other = checkpoints().find(({ name }) => name === "hf-gelu-neweos-f16");
    const { files: changed } = await hub.mount(served, other.folder);
    await hub.clearLog();
    const ask = { picture: other.pictures[0], labels: other.expected.labels };
    await visit(async (page) => assertRight(await load(page, { model: url, ...ask }), other));
    const bytes = changed.find(({ path }) => path === weights).size;
    assert.equal(bytesOf(downloads(await hub.log())), bytes);
  });
});

test("a kept model works when its hub refuses it from now on", async () => {
  await hub.reset();
  await withProfile(world, async (visit) => {
    await visit(async (page) => assertRight(await load(page, from(model))));
    for (const status of [401, 403, 404, 500]) {
      await hub.clearFaults();
      await hub.fault({ origin: "hub", kind: "status", status });
      await visit(async (page) => {
        const seen = await load(page, from(model));
        assertRight(seen);
        assert.equal(seen.info.revision, commit);
      });
    }
  });
  assert.equal(downloads(await hub.log()).length, 1);
});

test("a kept model works when its hub is gone, and another one's error says that nobody answers", async () => {
  const short = await startHub();
  await short.mount(model, fixture());
  await withProfile(world, async (visit) => {
    const ask = { model, hub: short.url };
    await visit(async (page) => assertRight(await load(page, ask)));
    await short.stop();
    await visit(async (page) => {
      assertRight(await load(page, ask));
      assertRefused(await load(page, { ...ask, model: "acme/other" }), "network", /acme\/other/);
    });
  });
});
