/** A model that is a repository in a hub: its revision pinned to a commit, its files listed, then those that are read fetched. */

import { checkRoom } from "../download/transfer.js";
import { Arrivals, type Asked } from "../download/model-transfers.js";
import { GlimpseError } from "../../shared/errors.js";
import { planRepository } from "#glimpse";
import type { ModelSource, Opening } from "../source/model-source.js";
import type { SourceMessage } from "../../shared/protocol.js";
import type { FileStore } from "../store/file-store.js";
import {
  type HubRecord,
  type PlannedFile,
  isComplete,
  keptCommits,
  pathOfRepository,
  readRecord,
  wholeFile,
  writeRecord,
} from "../store/cache-records.js";
import type { Chunk, FileStream } from "../../shared/streams.js";
import {
  HUB_REQUEST,
  Refused,
  type Repository,
  commitOf,
  fileUrl,
  isCommit,
  listingOf,
} from "./api.js";

type HubMessage = Extract<SourceMessage, { kind: "hub" }>;

/** Opens the repository, or the one named in its place where it is gone or holds nothing that can be read. */
export async function openHub(
  message: HubMessage,
  store: FileStore | null,
  opening: Opening,
): Promise<ModelSource> {
  try {
    return await openRepository(message, message.repository, store, opening);
  } catch (error) {
    const { hub, otherwise, revision } = message;
    if (otherwise === null) throw error;
    const elsewhere =
      error instanceof Refused || (error as GlimpseError).code === "unsupported-model";
    // A hub that cannot be reached is what copies are kept for, that of the other repository too.
    const kept =
      elsewhere || (await copyOf(store, await pathOfRepository(hub, otherwise), revision));
    if (!kept) throw error;
    return openRepository(message, otherwise, store, opening);
  }
}

async function openRepository(
  { name, hub, revision }: HubMessage,
  repositoryName: string,
  store: FileStore | null,
  opening: Opening,
): Promise<ModelSource> {
  const repository = { hub: hub.replace(/\/+$/, ""), name: repositoryName };
  const kept = await pathOfRepository(repository.hub, repository.name);
  const commit = await pinned(repository, revision, store, kept);
  const path = `${kept}/${commit}`;
  const record = store && (await readRecord(store, path));
  // The list of a commit's files never changes: what was kept of it is as good as a new one.
  const files = record?.hub?.files ?? (await planned(repository, commit, opening));
  const revisions = [...new Set([...(record?.hub?.revisions ?? []), revision])];
  const place = { url: repository.hub, repository: repository.name, commit, revisions, files };
  const source = new HubSource(name, repository, place, path, store, opening, record?.needed ?? []);
  await source.begin();
  return source;
}

/** The commit that a revision is; where the hub does not answer, or refuses, the one that it was when a copy was kept. */
async function pinned(
  repository: Repository,
  revision: string,
  store: FileStore | null,
  kept: string,
): Promise<string> {
  if (isCommit(revision)) return revision;
  const copy = await copyOf(store, kept, revision);
  try {
    return await commitOf(repository, revision, copy ? 1 : undefined);
  } catch (error) {
    // A repository that is taken back, or gated, does not break a site that has the model already.
    if (copy) return copy.commit;
    throw error;
  }
}

/** The whole copy of a revision that is kept in a repository's folder; `null` where there is none. */
async function copyOf(
  store: FileStore | null,
  kept: string,
  revision: string,
): Promise<HubRecord | null> {
  const copies = store ? await keptCommits(store, kept) : [];
  const whole = copies.filter(({ complete }) => complete).map(({ record }) => record.hub);
  return whole.find((hub) => hub?.revisions.includes(revision)) ?? null;
}

async function planned(
  repository: Repository,
  commit: string,
  { wasm }: Opening,
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
  readonly #arrivals: Arrivals;
  /** The files that were asked for and are there. */
  readonly #needed = new Set<string>();
  /** Those that are whole on this computer. */
  readonly #whole = new Map<string, Blob>();

  constructor(
    readonly name: string,
    private readonly repository: Repository,
    private readonly place: HubRecord,
    private readonly path: string,
    private readonly store: FileStore | null,
    opening: Opening,
    private readonly neededBefore: readonly string[],
  ) {
    // What we keep ourselves need not lie in the browser's cache as well; only where we cannot keep, that is what is left.
    const ours = store !== null || !opening.cache;
    const init: RequestInit = ours ? { ...HUB_REQUEST, cache: "no-store" } : HUB_REQUEST;
    this.#arrivals = new Arrivals(store, opening.report, init);
  }

  get revision(): string {
    return this.place.commit;
  }

  get outdated(): boolean {
    return this.#arrivals.outdated;
  }

  /** Makes sure that there is room for what has to be downloaded, and notes what is going to be kept. */
  async begin(): Promise<void> {
    if (!this.store) return;
    const missing = await this.missing(this.store);
    if (missing > 0) await checkRoom(this.store, missing, this.name);
    await this.note(this.neededBefore);
  }

  async read(file: string): Promise<Chunk | null> {
    const asked = await this.ask(file);
    return asked && this.#arrivals.read(asked);
  }

  async open(file: string): Promise<FileStream | null> {
    const asked = await this.ask(file);
    if (!asked) return null;
    // The weights come last: now it is known what the model needs.
    await this.note([...this.#needed]);
    return this.#arrivals.open(asked);
  }

  async readRange(file: string, begin: number, end: number): Promise<Chunk | null> {
    const asked = await this.ask(file);
    return asked && this.#arrivals.range(asked, begin, end);
  }

  isHere(file: string): boolean {
    return this.#arrivals.here.has(file);
  }

  async has(file: string): Promise<boolean> {
    return this.listed(file) !== undefined;
  }

  async loaded(): Promise<boolean> {
    const { store } = this;
    const needed = [...this.#needed];
    if (!store || !(await isComplete(store, this.path, { needed }))) return false;
    // Deleted in another tab before its first byte came, it has lost its record: without one nobody would find it.
    await this.note(needed);
    await this.dropOlder(store);
    return true;
  }

  async discard(): Promise<void> {
    await this.store?.remove(this.path);
  }

  distrust(): Promise<void> {
    return this.#arrivals.distrust();
  }

  private listed(file: string): PlannedFile | undefined {
    return this.place.files.find(({ path }) => path === file);
  }

  private async ask(file: string): Promise<Asked | null> {
    const listed = this.listed(file);
    if (!listed) return null;
    this.#needed.add(file);
    const url = fileUrl(this.repository, this.place.commit, file);
    const wanted = { file, url, size: listed.size, sha256: listed.sha256, etag: null };
    if (!this.store) return { wanted, whole: null };
    const path = `${this.path}/${file}`;
    const whole = this.#whole.get(file) ?? (await wholeFile(this.store, path))?.blob ?? null;
    if (whole) this.#whole.set(file, whole);
    return { wanted: { ...wanted, path }, whole };
  }

  /** Bytes that have yet to be downloaded. Of the ways to hold a model, the largest is reckoned with that is not here already. */
  private async missing(store: FileStore): Promise<number> {
    let small = 0;
    const ways = new Map<string, number>();
    for (const { path, size } of this.place.files) {
      const whole = await wholeFile(store, `${this.path}/${path}`);
      const begun = whole ? size : ((await store.blob(`${this.path}/${path}`))?.size ?? 0);
      const rest = Math.max(0, size - begun);
      if (!path.endsWith(".safetensors")) small += rest;
      else {
        const way = path.includes("-of-") ? "shards" : path;
        ways.set(way, (ways.get(way) ?? 0) + rest);
      }
    }
    const rests = [...ways.values()];
    return small + (rests.includes(0) ? 0 : Math.max(0, ...rests));
  }

  private async note(needed: readonly string[]): Promise<void> {
    if (!this.store) return;
    const lastUsed = new Date().toISOString();
    const { name, place: hub } = this;
    const record = { name, hub, folder: null, needed, lastUsed };
    // A computer that lets nothing be written keeps nothing; the model is loaded all the same.
    await writeRecord(this.store, this.path, record).catch(() => undefined);
  }

  /** This commit took the place of those that the same revisions led to before. */
  private async dropOlder(store: FileStore): Promise<void> {
    const { url, repository, commit, revisions } = this.place;
    const kept = await pathOfRepository(url, repository);
    for (const { path, record } of await keptCommits(store, kept)) {
      if (!record.hub || record.hub.commit === commit) continue;
      const left = record.hub.revisions.filter((revision) => !revisions.includes(revision));
      if (left.length === record.hub.revisions.length) continue;
      if (left.length === 0) await store.remove(path).catch(() => undefined);
      else await writeRecord(store, path, { ...record, hub: { ...record.hub, revisions: left } });
    }
  }
}
