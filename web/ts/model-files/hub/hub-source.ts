/** In the worker: a model that is a repository in a hub. Its revision is pinned to a commit, its files are listed, and those that are read are downloaded. */

import { planRepository } from "#glimpse";
import { GlimpseError } from "../../shared/errors.js";
import type { SourceMessage } from "../../shared/protocol.js";
import type { Chunk, FileStream } from "../../shared/streams.js";
import { type FileLookup, ModelTransfers } from "../download/model-transfers.js";
import { checkQuota } from "../download/transfer.js";
import type { ModelSource, OpenOptions } from "../source/model-source.js";
import {
  type HubRecord,
  type PlannedFile,
  cachedCommits,
  cachedFile,
  isComplete,
  pathOfRepository,
  readModelRecord,
  writeModelRecord,
} from "../store/cache-records.js";
import type { FileStore } from "../store/file-store.js";
import {
  HUB_REQUEST,
  Refused,
  type Repository,
  commitOf,
  fileUrl,
  isCommit,
  listingOf,
} from "./api.js";

/** How the names of weights end: as Rust's `is_weights` says it. */
const WEIGHTS = /\.(?:safetensors|bin)$/;

type HubMessage = Extract<SourceMessage, { kind: "hub" }>;

/** Opens the repository, or the one named in its place where it is gone or holds nothing that can be read. */
export async function openHub(
  message: HubMessage,
  store: FileStore | null,
  options: OpenOptions,
): Promise<ModelSource> {
  try {
    return await openRepository(message, message.repository, store, options);
  } catch (error) {
    const { hub, otherwise, revision } = message;
    if (otherwise === null) throw error;
    const elsewhere =
      error instanceof Refused || (error as GlimpseError).code === "unsupported-model";
    // A hub that cannot be reached is what the cache is for, that of the other repository too.
    const cached =
      elsewhere || (await copyOf(store, await pathOfRepository(hub, otherwise), revision));
    if (!cached) throw error;
    return openRepository(message, otherwise, store, options);
  }
}

async function openRepository(
  { name, hub, revision }: HubMessage,
  repositoryName: string,
  store: FileStore | null,
  options: OpenOptions,
): Promise<ModelSource> {
  const repository = { hub: hub.replace(/\/+$/, ""), name: repositoryName };
  const folder = await pathOfRepository(repository.hub, repository.name);
  const commit = await pinned(repository, revision, store, folder);
  const path = `${folder}/${commit}`;
  const record = store && (await readModelRecord(store, path));
  // The list of a commit's files never changes: the cached one is as good as a new one.
  const files = record?.hub?.files ?? (await planned(repository, commit, options));
  const revisions = [...new Set([...(record?.hub?.revisions ?? []), revision])];
  const hubRecord = { url: repository.hub, repository: repository.name, commit, revisions, files };
  const source = new HubSource(
    name,
    repository,
    hubRecord,
    path,
    store,
    options,
    record?.needed ?? [],
  );
  await source.begin();
  return source;
}

/** The commit that a revision is; where the hub does not answer, or refuses, the one that it was when a copy was cached. */
async function pinned(
  repository: Repository,
  revision: string,
  store: FileStore | null,
  folder: string,
): Promise<string> {
  if (isCommit(revision)) return revision;
  const copy = await copyOf(store, folder, revision);
  try {
    return await commitOf(repository, revision, copy ? 1 : undefined);
  } catch (error) {
    // A repository that is taken back, or gated, does not break a site that has the model already.
    if (copy) return copy.commit;
    throw error;
  }
}

/** The complete copy of a revision in a repository's folder of the cache; `null` where there is none. */
async function copyOf(
  store: FileStore | null,
  folder: string,
  revision: string,
): Promise<HubRecord | null> {
  const copies = store ? await cachedCommits(store, folder) : [];
  const complete = copies.filter(({ complete }) => complete).map(({ record }) => record.hub);
  return complete.find((hub) => hub?.revisions.includes(revision)) ?? null;
}

async function planned(
  repository: Repository,
  commit: string,
  { wasm }: OpenOptions,
): Promise<readonly PlannedFile[]> {
  const [listing] = await Promise.all([listingOf(repository, commit), wasm]);
  try {
    return planRepository(repository.name, listing).files;
  } catch (error) {
    const { code, message } = error as GlimpseError;
    throw new GlimpseError(code, message);
  }
}

class HubSource implements ModelSource {
  readonly #transfers: ModelTransfers;
  /** The files that were asked for and are there. */
  readonly #needed = new Set<string>();
  /** Those that are cached completely. */
  readonly #cached = new Map<string, Blob>();

  constructor(
    readonly name: string,
    private readonly repository: Repository,
    private readonly hubRecord: HubRecord,
    private readonly path: string,
    private readonly store: FileStore | null,
    options: OpenOptions,
    private readonly neededBefore: readonly string[],
  ) {
    // What is in our cache need not be in the HTTP cache as well; that one is used only where we have none.
    const ours = store !== null || !options.cache;
    const init: RequestInit = ours ? { ...HUB_REQUEST, cache: "no-store" } : HUB_REQUEST;
    this.#transfers = new ModelTransfers(store, options.report, init);
  }

  get revision(): string {
    return this.hubRecord.commit;
  }

  get stale(): boolean {
    return this.#transfers.stale;
  }

  /** Checks the quota for what has to be downloaded, and writes the record of what is going to be cached. */
  async begin(): Promise<void> {
    if (!this.store) return;
    const missing = await this.missing(this.store);
    if (missing > 0) await checkQuota(this.store, missing, this.name);
    await this.writeRecord(this.neededBefore);
  }

  async read(file: string): Promise<Chunk | null> {
    const lookup = await this.lookUp(file);
    return lookup && this.#transfers.read(lookup);
  }

  async open(file: string): Promise<FileStream | null> {
    const lookup = await this.lookUp(file);
    if (!lookup) return null;
    // The weights come last: now it is known what the model needs.
    await this.writeRecord([...this.#needed]);
    return this.#transfers.open(lookup);
  }

  async readRange(file: string, begin: number, end: number): Promise<Chunk | null> {
    const lookup = await this.lookUp(file);
    return lookup && this.#transfers.range(lookup, begin, end);
  }

  isLocal(file: string): boolean {
    return this.#transfers.local.has(file);
  }

  async markLoaded(): Promise<boolean> {
    const { store } = this;
    const needed = [...this.#needed];
    if (!store || !(await isComplete(store, this.path, { needed }))) return false;
    // Deleted in another tab before its first byte came, it has lost its record: without one nobody would find it.
    await this.writeRecord(needed);
    await this.dropOlder(store);
    return true;
  }

  async evict(): Promise<void> {
    await this.store?.remove(this.path);
  }

  invalidate(): Promise<void> {
    return this.#transfers.invalidate();
  }

  private listed(file: string): PlannedFile | undefined {
    return this.hubRecord.files.find(({ path }) => path === file);
  }

  private async lookUp(file: string): Promise<FileLookup | null> {
    const listed = this.listed(file);
    if (!listed) return null;
    this.#needed.add(file);
    const url = fileUrl(this.repository, this.hubRecord.commit, file);
    const expected = { file, url, size: listed.size, sha256: listed.sha256, etag: null };
    if (!this.store) return { expected, cached: null };
    const path = `${this.path}/${file}`;
    const cached = this.#cached.get(file) ?? (await cachedFile(this.store, path))?.blob ?? null;
    if (cached) this.#cached.set(file, cached);
    return { expected: { ...expected, path }, cached };
  }

  /** Bytes that have yet to be downloaded. Of several layouts of the weights, the largest that is not cached already counts. */
  private async missing(store: FileStore): Promise<number> {
    let small = 0;
    const layouts = new Map<string, number>();
    for (const { path, size } of this.hubRecord.files) {
      const cached = await cachedFile(store, `${this.path}/${path}`);
      const present = cached ? size : ((await store.blob(`${this.path}/${path}`))?.size ?? 0);
      const rest = Math.max(0, size - present);
      if (!WEIGHTS.test(path)) small += rest;
      else {
        const layout = path.includes("-of-") ? "shards" : path;
        layouts.set(layout, (layouts.get(layout) ?? 0) + rest);
      }
    }
    const rests = [...layouts.values()];
    return small + (rests.includes(0) ? 0 : Math.max(0, ...rests));
  }

  private async writeRecord(needed: readonly string[]): Promise<void> {
    if (!this.store) return;
    const lastUsed = new Date().toISOString();
    const { name, hubRecord: hub } = this;
    const record = { name, hub, folder: null, needed, lastUsed };
    // Where nothing can be written, nothing is cached; the model is loaded all the same.
    await writeModelRecord(this.store, this.path, record).catch(() => undefined);
  }

  /** Evicts the commits that the same revisions led to before. */
  private async dropOlder(store: FileStore): Promise<void> {
    const { url, repository, commit, revisions } = this.hubRecord;
    const folder = await pathOfRepository(url, repository);
    for (const { path, record } of await cachedCommits(store, folder)) {
      if (!record.hub || record.hub.commit === commit) continue;
      const left = record.hub.revisions.filter((revision) => !revisions.includes(revision));
      if (left.length === record.hub.revisions.length) continue;
      if (left.length === 0) await store.remove(path).catch(() => undefined);
      else
        await writeModelRecord(store, path, { ...record, hub: { ...record.hub, revisions: left } });
    }
  }
}
