// What a model's name means, what is kept of models, and that both doors offer the same ones; with a store in memory.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import path from "node:path";
import { before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { BUILT_INS } from "../../web/build/shared/built-ins.js";
import { setHost } from "../../web/build/shared/host.js";
import {
  cachedBytes,
  deleteModel,
  isCached,
  listModels,
} from "../../web/build/model-files/model-cache.js";
import { resolveModel } from "../../web/build/model-files/resolve-model.js";
import { OFFERED } from "../../web/build/model-files/offered.js";
import { useFileStore } from "../../web/build/model-files/store/open-store.js";
import { pathOfFolder, pathOfRepository } from "../../web/build/model-files/store/cache-records.js";
import { packageFolder, readJson, root } from "../browser/places.mjs";
import { asBundled } from "./as-bundled.mjs";

const commit = "0123456789abcdef0123456789abcdef01234567";
const other = commit.replaceAll("0", "f");
const huggingFace = "https://huggingface.co";

/** The paths of a store that keeps what it is given. */
const files = new Map();
const under = (folder) => [...files.keys()].filter((name) => name.startsWith(`${folder}/`));
const memory = {
  blob: async (name) => files.get(name) ?? null,
  remove: async (name) => [name, ...under(name)].forEach((one) => files.delete(one)),
  lock: async () => () => undefined,
  freeBytes: async () => null,
  async list(folder) {
    const inside = under(folder).map((name) => name.slice(folder.length + 1));
    const names = new Set(inside.map((name) => name.split("/")[0]));
    return [...names].map((name) => ({ name, isFolder: !inside.includes(name) }));
  },
};
before(() => {
  setHost({ baseUrl: () => "https://example.org/shop/", fetch, startWorker: null });
  useFileStore(async () => memory);
});

/** Keeps a model of one weight file, whole or not, and gives the bytes of all that. */
function keep(folder, record, { whole = true, lastUsed = "2026-01-01T00:00:00Z" } = {}) {
  const note = { size: 100, sha256: null, etag: null, url: "", verified: whole };
  const written = {
    "model.json": JSON.stringify({ hub: null, folder: null, ...record, lastUsed }),
    "model.safetensors": "x".repeat(whole ? 100 : 40),
    "model.safetensors.json": JSON.stringify(note),
  };
  for (const [name, text] of Object.entries(written))
    files.set(`${folder}/${name}`, new Blob([text]));
  return Object.values(written).join("").length;
}
const inHub = (repository, at, revisions, url = huggingFace) => ({
  name: repository,
  needed: ["model.safetensors"],
  hub: { url, repository, commit: at, revisions, files: [] },
});

test("names, repositories with and without a revision, folders, files", () => {
  const hub = (repository, revision) => ({
    kind: "hub",
    name: revision === "main" ? repository : `${repository}@${revision}`,
    hub: huggingFace,
    repository,
    revision,
    otherwise: null,
  });
  assert.deepEqual(resolveModel("acme/clip"), hub("acme/clip", "main"));
  for (const revision of ["v1.0", "refs/pr/5", commit])
    assert.deepEqual(resolveModel(`acme/clip@${revision}`), hub("acme/clip", revision));
  assert.equal(resolveModel("photo").repository, "laion/CLIP-ViT-B-32-256x256-DataComp-s34B-b86K");
  assert.equal(resolveModel("openai-b32").otherwise, "openai/clip-vit-base-patch32");
  assert.equal(resolveModel("acme/clip", "/mirror/").hub, "https://example.org/mirror");
  for (const name of ["mini", "mini-photo"]) {
    const { urls, taught, ...rest } = resolveModel(name);
    assert.deepEqual(rest, { kind: "urls", name });
    for (const url of [...Object.values(urls), taught])
      assert.ok(existsSync(fileURLToPath(asBundled(url))), url);
  }
  const { kind, models } = resolveModel("auto");
  assert.equal(kind, "auto");
  assert.deepEqual(models, {
    mini: resolveModel("mini"),
    "mini-photo": resolveModel("mini-photo"),
  });
  const folder = { kind: "folder", name: "./model", base: "https://example.org/shop/model/" };
  assert.deepEqual(resolveModel("./model"), folder);
  assert.deepEqual(Object.keys(resolveModel({ files: { "a/config.json": new Blob() } }).files), [
    "config.json",
  ]);
  assert.throws(() => resolveModel("nobody"), {
    message: /give "auto", "mini", "mini-photo", "photo"/,
  });
  for (const wrong of ["", "nobody", "a/b/c", "..b/c", "a/..", "a/.b", "a b/c", "a/b?x", "a/b@"])
    assert.throws(() => resolveModel(wrong), {
      code: "unsupported-model",
    });
});

test("what is known of the built-in models before they are loaded is what their files say", () => {
  const read = (...file) => readJson(packageFolder, "models", ...file);
  const mini = read("mini", "config.json");
  assert.deepEqual(
    [BUILT_INS.mini.imageSize, BUILT_INS.mini.contextLength],
    [mini.vision_config.image_size, mini.text_config.max_position_embeddings],
  );
  const { vision_cfg, text_cfg } = read("mini-photo", "open_clip_config.json").model_cfg;
  assert.deepEqual(
    [BUILT_INS["mini-photo"].imageSize, BUILT_INS["mini-photo"].contextLength],
    [vision_cfg.image_size, text_cfg.context_length],
  );
});

test("offers are Rust's table, and names of repositories are read as Rust reads them", () => {
  const { offered, ids } = readJson(root, "crates/classifier/src/hub/models.json");
  const theirs = offered.map(({ size_mb, good_at, layout, revision, ...model }) => {
    assert.ok(["hugging-face", "open-clip"].includes(layout) && [null, "main"].includes(revision));
    return { ...model, bytes: size_mb * 1e6, goodAt: good_at };
  });
  assert.deepEqual(OFFERED, theirs);
  for (const { id, ...right } of ids.right) {
    const { repository, revision } = resolveModel(id);
    assert.deepEqual({ repository, revision }, right, id);
  }
  for (const wrong of ids.wrong)
    assert.throws(() => resolveModel(wrong), { code: "unsupported-model" }, wrong);
});

test("kept models are listed, asked after and deleted by what they are called", async () => {
  const photo = OFFERED.find(({ name }) => name === "photo").repository;
  const photoBytes = keep(
    `${await pathOfRepository(huggingFace, photo)}/${commit}`,
    inHub(photo, commit, ["main"]),
  );
  const clip = await pathOfRepository(huggingFace, "acme/clip");
  const old = keep(`${clip}/${commit}`, inHub("acme/clip", commit, ["v1"]));
  const newer = keep(`${clip}/${other}`, inHub("acme/clip", other, ["main"]), {
    whole: false,
    lastUsed: "2026-02-01T00:00:00Z",
  });
  const mirror = "https://mirror.example.org/hub";
  const mirrored = keep(
    `${await pathOfRepository(mirror, "acme/clip")}/${commit}`,
    inHub("acme/clip", commit, ["main"], mirror),
  );
  const url = `https://example.org/${"deep/".repeat(60)}`;
  const folder = keep(await pathOfFolder(url), {
    name: url,
    folder: url,
    needed: ["model.safetensors"],
  });

  const all = photoBytes + old + newer + mirrored + folder;
  assert.equal(await cachedBytes(), all);
  const entries = await listModels();
  assert.deepEqual(
    entries.slice(0, OFFERED.length).map(({ name }) => name),
    OFFERED.map(({ name }) => name),
  );
  const builtIn = entries.filter((entry) => entry.builtIn).map(({ name }) => name);
  assert.deepEqual(builtIn, ["mini", "mini-photo"]);
  const named = (name) => entries.find((entry) => entry.name === name);
  const lastUsed = new Date("2026-01-01T00:00:00Z");
  const kept = { bytes: photoBytes, complete: true, revision: commit, lastUsed };
  assert.deepEqual(named("photo").cached, kept);
  assert.deepEqual(named("photo-small").cached, null);
  const rest = entries
    .slice(OFFERED.length)
    .map(({ name, hub, cached }) => [name, hub, cached.complete]);
  assert.deepEqual(rest[0], ["acme/clip", huggingFace, false], "the last used first");
  assert.deepEqual(
    rest.slice(1).sort(),
    [
      ["acme/clip", huggingFace, true],
      ["acme/clip", mirror, true],
      [url, null, true],
    ].sort(),
  );

  assert.equal(await isCached("photo"), true);
  assert.equal(await isCached("acme/clip"), false, "main is not whole");
  assert.equal(await isCached("acme/clip@v1"), true);
  assert.equal(await isCached(`acme/clip@${commit}`), true);
  assert.equal(await isCached("acme/clip", { hub: mirror }), true);
  assert.equal(await isCached(url), true);
  for (const name of ["mini", "mini-photo", "auto"]) assert.equal(await isCached(name), false);

  assert.equal(await deleteModel("acme/clip@v1"), old);
  assert.equal(await isCached("acme/clip@v1"), false);
  assert.equal(await deleteModel("acme/clip"), newer);
  assert.equal(await deleteModel("acme/clip"), 0);
  assert.equal(await deleteModel(url), folder);
  assert.equal(await deleteModel("acme/clip", { hub: mirror }), mirrored);
  assert.equal(await cachedBytes(), photoBytes);
  await assert.rejects(isCached("nobody"), { code: "unsupported-model" });
});
