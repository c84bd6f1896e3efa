/** The model cache, mostly from the page's thread: lists the models that are offered or cached, and deletes cached ones. */

import { GlimpseError } from "../shared/errors.js";
import type { ModelReference } from "../shared/types.js";
import { OFFERED } from "./offered.js";
import { DEFAULT_HUB, resolveModel } from "./resolve-model.js";
import {
  type CachedCopy,
  cachedCommits,
  cachedCopies,
  cachedCopy,
  cachedSize,
  pathOfFolder,
  pathOfRepository,
} from "./store/cache-records.js";
import type { FileStore } from "./store/file-store.js";
import { fileStore } from "./store/open-store.js";

/** A model that is offered by name, or that is cached on this computer. */
export interface ModelEntry {
  /** What {@link CreateOptions.model} takes. */
  name: string;
  /** `owner/name` in the hub; `null` for built-in models and for folders. */
  repository: string | null;
  /** The hub's URL; `null` likewise. */
  hub: string | null;
  /** The revision that is taken; `null` likewise. */
  revision: string | null;
  /** Bytes to download (of f32 weights), or the cached bytes of a model that is not offered by name. */
  bytes: number;
  /** Its licence, as its card says it; `null` where it is not known. */
  licence: string | null;
  /** ImageNet zero-shot accuracy in percent, as published; `null` where it is not known. */
  imagenet: number | null;
  /** What to take it for; empty where it is not known. */
  goodAt: string;
  /** True for the models that come with the package. */
  builtIn: boolean;
  /** What to know before it is taken. */
  caution: string | null;
  /** What is cached of it; `null`: nothing. */
  cached: CachedModel | null;
}

/** What is cached of a model on this computer. */
export interface CachedModel {
  /** Bytes in the storage. */
  bytes: number;
  /** Whether it is complete, so that it loads offline; otherwise the next download resumes. */
  complete: boolean;
  /** The commit, 40 hexadecimal digits; `null` for a folder. */
  revision: string | null;
  /** When it was loaded last. */
  lastUsed: Date;
}

/** What the functions here take beside a model. */
export interface HubOptions {
  /** The host of models given by name or repository. Defaults to `"https://huggingface.co"`. */
  hub?: string | URL;
}

/** How long a deletion waits for the lock of a download, in milliseconds. */
const LOCK_TIMEOUT = 3000;

/**
 * The models that are offered by name, then all others that are kept on this computer, the last used first. Nothing is asked
 * of any server. Works in pages and in workers.
 *
 * @example
 * ```ts
 * for (const { name, bytes, cached } of await listModels()) {
 *   console.log(name, cached?.complete ? "is here" : `${bytes / 1e6} MB to download`);
 * }
 * ```
 */
export async function listModels({ hub = DEFAULT_HUB }: HubOptions = {}): Promise<ModelEntry[]> {
  const store = await fileStore();
  const others = store ? await cachedCopies(store) : [];
  const take = (path: string): CachedCopy[] => {
    const mine = others.filter((kept) => kept.path.startsWith(`${path}/`));
    for (const kept of mine) others.splice(others.indexOf(kept), 1);
    return mine;
  };
  const entries: ModelEntry[] = [];
  for (const { name, bytes, licence, imagenet, goodAt, caution } of OFFERED) {
    const from = resolveModel(name, hub);
    const about = { name, bytes, licence, imagenet, goodAt, caution };
    if (from.kind !== "hub") {
      const nowhere = { repository: null, hub: null, revision: null };
      entries.push({ ...about, ...nowhere, builtIn: true, cached: null });
      continue;
    }
    const kept: CachedCopy[] = [];
    for (const repository of [from.repository, from.otherwise]) {
      if (repository) kept.push(...take(await pathOfRepository(from.hub, repository)));
    }
    const best = kept.find(({ complete }) => complete) ?? kept[0];
    const place = { repository: from.repository, hub: from.hub, revision: from.revision };
    entries.push({ ...about, ...place, builtIn: false, cached: best ? cachedOf(best) : null });
  }
  return [...entries, ...others.map(entryOf)];
}

/**
 * Whether a model is all on this computer, so that it loads without a network. The built-in models come with the site and are
 * not kept here: `false`.
 *
 * @throws GlimpseError `unsupported-model` where `model` is none
 * @example
 * ```ts
 * if (!(await isCached("photo"))) note.textContent = "605 MB will be downloaded, once.";
 * ```
 */
export async function isCached(
  model: ModelReference,
  { hub = DEFAULT_HUB }: HubOptions = {},
): Promise<boolean> {
  const store = await fileStore();
  const { kept, revision } = await copiesOf(model, hub, store);
  return kept.some(
    ({ complete, record }) => complete && (revision === null || isRevision(record.hub, revision)),
  );
}

/**
 * Deletes what is kept of a model, whole or not: of a repository without `@revision`, every commit. Gives the bytes that were
 * freed. A classifier that has loaded it stays as it is; rows that it fetches later (`tokenRows: "on-demand"`) then come from
 * the server.
 *
 * @throws GlimpseError `unsupported-model` where `model` is none; `aborted` where it is being downloaded in another tab
 * @example
 * ```ts
 * const freed = await deleteModel("photo");
 * console.log(`${freed / 1e6} MB are free again`);
 * ```
 */
export async function deleteModel(
  model: ModelReference,
  { hub = DEFAULT_HUB }: HubOptions = {},
): Promise<number> {
  const store = await fileStore();
  if (!store) return 0;
  const { kept, revision } = await copiesOf(model, hub, store);
  const all = typeof model !== "string" || !model.includes("@") || revision === null;
  let freed = 0;
  for (const copy of kept) {
    if (!all && !isRevision(copy.record.hub, revision)) continue;
    await remove(copy, store);
    freed += copy.bytes;
  }
  return freed;
}

/**
 * Bytes of all models that are kept on this computer.
 *
 * @example
 * ```ts
 * console.log(`${(await cachedBytes()) / 1e6} MB of models are kept`);
 * ```
 */
export async function cachedBytes(): Promise<number> {
  const store = await fileStore();
  return store ? cachedSize(store) : 0;
}

/** The cached copies of a model, and which revision of it was meant; `null` where it has none. */
async function copiesOf(
  model: ModelReference,
  hub: string | URL,
  store: FileStore | null,
): Promise<{ kept: CachedCopy[]; revision: string | null }> {
  const from = resolveModel(model, hub);
  if (!store) return { kept: [], revision: null };
  if (from.kind === "folder") {
    const kept = await cachedCopy(store, await pathOfFolder(from.base));
    return { kept: kept ? [kept] : [], revision: null };
  }
  if (from.kind !== "hub") return { kept: [], revision: null };
  const kept: CachedCopy[] = [];
  for (const repository of [from.repository, from.otherwise]) {
    if (repository === null) continue;
    kept.push(...(await cachedCommits(store, await pathOfRepository(from.hub, repository))));
  }
  return { kept, revision: from.revision };
}

function isRevision(hub: CachedCopy["record"]["hub"], revision: string): boolean {
  return hub !== null && (hub.commit === revision || hub.revisions.includes(revision));
}

async function remove({ path, record }: CachedCopy, store: FileStore): Promise<void> {
  const files = (await store.list(path)).filter(({ name }) => !name.endsWith(".json"));
  const releases: (() => void)[] = [];
  try {
    for (const { name } of files) {
      releases.push(await store.lock(`${path}/${name}`, AbortSignal.timeout(LOCK_TIMEOUT)));
    }
    await store.remove(path);
  } catch (error) {
    throw new GlimpseError(
      "aborted",
      `${record.name} is in use, most likely by a download in another tab; end that and delete it then`,
      { cause: error },
    );
  } finally {
    for (const release of releases) release();
  }
}

function entryOf(kept: CachedCopy): ModelEntry {
  const { name, hub } = kept.record;
  const [revision = null] = hub?.revisions ?? [];
  return {
    name,
    repository: hub?.repository ?? null,
    hub: hub?.url ?? null,
    revision,
    bytes: kept.bytes,
    licence: null,
    imagenet: null,
    goodAt: "",
    builtIn: false,
    caution: null,
    cached: cachedOf(kept),
  };
}

function cachedOf({ bytes, complete, record }: CachedCopy): CachedModel {
  const revision = record.hub?.commit ?? null;
  return { bytes, complete, revision, lastUsed: new Date(record.lastUsed) };
}
