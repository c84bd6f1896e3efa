/** In the worker: a model that is a folder on a plain server. Known file names are tried; files with a version are cached and revalidated. */

import { contentLength, etagOf, httpError, isEncoded, isWebPage } from "../../shared/fetching.js";
import type { SourceMessage } from "../../shared/protocol.js";
import type { Chunk, FileStream } from "../../shared/streams.js";
import { Unanswered, firstAnswer } from "../download/download.js";
import { type FileLookup, ModelTransfers } from "../download/model-transfers.js";
import { checkQuota } from "../download/transfer.js";
import {
  type FileRecord,
  cachedFile,
  isComplete,
  pathOfFolder,
  readModelRecord,
  removeFile,
  writeModelRecord,
} from "../store/cache-records.js";
import type { FileStore } from "../store/file-store.js";
import type { ModelSource, OpenOptions } from "./model-source.js";

type FolderMessage = Extract<SourceMessage, { kind: "folder" }>;

/** Opens the folder. */
export async function openFolder(
  message: FolderMessage,
  store: FileStore | null,
  options: OpenOptions,
): Promise<ModelSource> {
  const path = await pathOfFolder(message.base);
  const record = store && (await readModelRecord(store, path));
  const complete = store && record ? await isComplete(store, path, record) : false;
  const copy = complete && record ? record.needed : null;
  return new FolderSource(message, path, store, options, copy);
}

class FolderSource implements ModelSource {
  readonly revision = null;
  readonly name: string;
  readonly #transfers: ModelTransfers;
  /** The files that were asked for and are there. */
  readonly #needed = new Set<string>();
  /** What was found of each file when it was first asked for, for range requests. */
  readonly #lookups = new Map<string, FileLookup>();
  readonly #base: string;

  constructor(
    { name, base }: FolderMessage,
    private readonly path: string,
    private readonly store: FileStore | null,
    options: OpenOptions,
    /** The files of the complete copy in the cache; `null` where there is none. */
    private readonly copy: readonly string[] | null,
  ) {
    this.name = name;
    this.#base = base;
    this.#transfers = new ModelTransfers(store, options.report, {});
  }

  get stale(): boolean {
    return this.#transfers.stale;
  }

  async read(file: string): Promise<Chunk | null> {
    const lookup = await this.lookUp(file);
    if (!lookup) return null;
    return this.#transfers.read(lookup);
  }

  async open(file: string): Promise<FileStream | null> {
    const lookup = await this.lookUp(file);
    if (!lookup) return null;
    const { expected, cached } = lookup;
    if (this.store && !cached && "path" in expected) {
      const begun = (await this.store.blob(expected.path))?.size ?? 0;
      await checkQuota(this.store, Math.max(0, expected.size - begun), file);
    }
    if (this.store && (cached || "path" in expected)) await this.writeRecord(this.store);
    return this.#transfers.open(lookup);
  }

  async readRange(file: string, begin: number, end: number): Promise<Chunk | null> {
    const known = this.#lookups.get(file);
    if (!known) return null;
    const found = this.store && (await cachedFile(this.store, `${this.path}/${file}`));
    const cached = found && found.record.etag === known.expected.etag ? found.blob : known.cached;
    return this.#transfers.range({ ...known, cached }, begin, end);
  }

  isLocal(file: string): boolean {
    return this.#transfers.local.has(file);
  }

  async markLoaded(): Promise<boolean> {
    const { store } = this;
    if (!store || !(await isComplete(store, this.path, { needed: [...this.#needed] })))
      return false;
    // Deleted in another tab before its first byte came, it has lost its record: without one nobody would find it.
    await this.writeRecord(store);
    return true;
  }

  async evict(): Promise<void> {
    await this.store?.remove(this.path);
  }

  invalidate(): Promise<void> {
    return this.#transfers.invalidate();
  }

  private async lookUp(file: string): Promise<FileLookup | null> {
    const path = `${this.path}/${file}`;
    const cached = this.store && (await cachedFile(this.store, path));
    const lookup = cached
      ? await this.revalidated(file, path, cached)
      : await this.fresh(file, path);
    if (!lookup) return null;
    this.#needed.add(file);
    this.#lookups.set(file, { expected: lookup.expected, cached: lookup.cached });
    return lookup;
  }

  /** A cached file: a HEAD request tells whether the server still has the same version. */
  private async revalidated(
    file: string,
    path: string,
    { blob, record }: { blob: Blob; record: FileRecord },
  ): Promise<FileLookup | null> {
    const { url, size, etag } = record;
    const same: FileLookup = {
      expected: { file, url, size, sha256: null, etag, path },
      cached: blob,
    };
    let response: Response | null;
    try {
      response = await this.request(file, "HEAD");
    } catch (error) {
      // A server that cannot be reached is what the cache is for.
      if (this.copy?.includes(file) && error instanceof Unanswered) return same;
      throw error;
    }
    if (response && etagOf(response) === etag) return same;
    if (this.store) await removeFile(this.store, path);
    return response && this.fresh(file, path);
  }

  private async fresh(file: string, path: string): Promise<FileLookup | null> {
    // A partial download is resumed: the whole file need not be requested.
    const partial = ((await this.store?.blob(path))?.size ?? 0) > 0;
    let response: Response | null;
    try {
      response = await this.request(file, partial ? "HEAD" : "GET");
    } catch (error) {
      // Not one of the files of the complete copy: it was not there, or not needed, when that was made.
      if (this.copy && !this.copy.includes(file) && error instanceof Unanswered) return null;
      throw error;
    }
    if (!response) return null;
    const etag = etagOf(response);
    const size = isEncoded(response) ? null : contentLength(response);
    const expected = { file, url: this.#base + file, size, sha256: null, etag };
    // Only a strong version says that two answers are the same, byte for byte.
    const cacheable =
      this.store !== null && size !== null && etag !== null && !etag.startsWith("W/");
    return {
      expected: cacheable ? { ...expected, size, path } : expected,
      cached: null,
      answer: partial ? undefined : response,
    };
  }

  private async request(file: string, method: "GET" | "HEAD"): Promise<Response | null> {
    const url = this.#base + file;
    const init: RequestInit = method === "HEAD" ? { method, cache: "no-cache" } : { method };
    const response = await firstAnswer(url, this.copy ? { init, tries: 1 } : { init });
    if (method === "HEAD" && (response.status === 405 || response.status === 501)) {
      const whole = await this.request(file, "GET");
      await whole?.body?.cancel();
      return whole;
    }
    if (response.status === 404 || response.status === 410) return null;
    if (!response.ok) throw httpError(response, url);
    return isWebPage(response) ? null : response;
  }

  private async writeRecord(store: FileStore): Promise<void> {
    const { name } = this;
    const lastUsed = new Date().toISOString();
    const record = { name, hub: null, folder: this.#base, needed: [...this.#needed], lastUsed };
    // Where nothing can be written, nothing is cached; the model is loaded all the same.
    await writeModelRecord(store, this.path, record).catch(() => undefined);
  }
}
