// What the tests of model arrival share: profiles that are visited more than once, and what is asserted of a model that came or did not.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { plainCheckpoint } from "./checkpoints.mjs";
import { launchProfile } from "./chromium.mjs";
import { PATIENCE, hubNoise } from "./hub.mjs";
import { assertClose, inOrder, tolerance } from "./numbers.mjs";

/** The small checkpoint that most of these tests download, with PyTorch's numbers. */
export const checkpoint = plainCheckpoint();
export const weights = "model.safetensors";

/**
 * A profile: what one visit keeps, the next finds. `visit(use, more)` opens a page in it and closes it after `use(page)`; `more`
 * are patterns of further problems that the page may report. It is a private window's, in memory, unless it is asked to be on
 * the disk.
 */
export async function withProfile(world, use, { onDisk = false } = {}) {
  const folder = onDisk ? mkdtempSync(path.join(os.tmpdir(), "glimpse-profile-")) : null;
  const context = await (folder ? launchProfile(folder) : world.browser.newContext());
  const visit = (look, more = []) =>
    world.onPage(look, { context, expected: [...hubNoise, ...more] });
  try {
    await use(visit, context);
  } finally {
    await context.close();
    if (folder) rmSync(folder, { recursive: true });
  }
}

/** Calls a function of site/arrival.js in the page. */
export const inPage = (page, name, ...call) =>
  page.evaluate(
    async ([name, call]) => (await import("/harness/arrival.js"))[name](...call),
    [name, call],
  );

/** Loads a model in the page, and classifies the checkpoint's first picture by its labels. */
export const load = (page, options) =>
  inPage(page, "load", {
    picture: checkpoint.pictures[0],
    labels: checkpoint.expected.labels,
    ...options,
  });

/** Begins to load without waiting for it; `loaded(page)` waits. */
export const beginLoad = (page, options) =>
  page.evaluate(
    async (options) => {
      const { load } = await import("/harness/arrival.js");
      globalThis.loading = load(options);
    },
    { picture: checkpoint.pictures[0], labels: checkpoint.expected.labels, ...options },
  );
export const loaded = (page) => page.evaluate(() => globalThis.loading);

/** Calls an export of the package in the page. */
export const call = (page, name, ...args) =>
  page.evaluate(([name, args]) => harness[name](...args), [name, args]);

/** Asserts that the model came and computes what PyTorch does. */
export function assertRight(seen, { expected } = checkpoint) {
  assert.equal(seen.error, undefined, JSON.stringify(seen.error));
  const row = inOrder(seen.scores, expected.labels, "score");
  assertClose(row, expected.probabilities[0], tolerance.cpu, "probabilities");
}

/** Asserts that it did not come: by a GlimpseError of this code, whose message has these words. */
export function assertRefused({ error }, code, ...words) {
  assert.equal(error?.typed, true, `no GlimpseError: ${JSON.stringify(error)}`);
  assert.equal(error.code, code, error.message);
  for (const word of words) assert.match(error.message, word);
}

/** What is stored of one file of a model: its path and bytes, or undefined. */
export async function storedFile(page, file = weights) {
  const files = await inPage(page, "storedFiles");
  const found = Object.entries(files).find(([path]) => path.endsWith(`/${file}`));
  return found && { path: found[0], bytes: found[1] };
}

/** Asserts that nothing counts as a whole model, whatever there is of it. */
export async function assertNotWhole(page, hub, model) {
  assert.equal(await call(page, "isCached", model, { hub: hub.url }), false);
  const entry = await entryOf(page, hub, model);
  assert.equal(entry?.cached?.complete ?? false, false, JSON.stringify(entry));
}

/** Asserts that the model is kept as a whole, as one of these bytes at least. */
export async function assertWhole(page, hub, model, bytes) {
  assert.equal(await call(page, "isCached", model, { hub: hub.url }), true);
  const entry = await entryOf(page, hub, model);
  assert.equal(entry?.cached?.complete, true, JSON.stringify(entry));
  assert.ok(entry.cached.bytes >= bytes, `${entry.cached.bytes} bytes are kept of ${bytes}`);
}

/** The model's row of `listModels()`. */
export async function entryOf(page, hub, model) {
  const entries = await call(page, "listModels", { hub: hub.url });
  return entries.find(({ name, repository }) => name === model || repository === model);
}

/** Waits until the page's `file` has `bytes` stored. */
export async function untilStored(page, bytes, file = weights) {
  for (const end = Date.now() + PATIENCE; ;) {
    const stored = await storedFile(page, file);
    if (stored?.bytes === bytes) return stored;
    const told = `${stored?.bytes} bytes of ${bytes} are stored`;
    assert.ok(!stored || stored.bytes < bytes, told);
    assert.ok(Date.now() < end, `still ${told}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
