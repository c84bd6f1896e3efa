/** In the worker: a server's files as the model pulls them, from the cache where they are complete there, else over the network. */

import { Sha256 } from "#glimpse";
import { GlimpseError } from "../../shared/errors.js";
import {
  type Chunk,
  type FileStream,
  concatenated,
  fileOfBlob,
  streamOf,
} from "../../shared/streams.js";
import { cachedFile, removeFile } from "../store/cache-records.js";
import type { FileStore } from "../store/file-store.js";
import { FileChanged, downloadRange } from "./download.js";
import { openRemote } from "./remote-stream.js";
import {
  type CacheableFile,
  type ExpectedFile,
  type OnFileProgress,
  type TransferOptions,
  streamCached,
  streamUncached,
} from "./transfer.js";

/** A file, and what of it is cached. */
export interface FileLookup {
  /** With its path in the store, if it can be cached. */
  readonly expected: ExpectedFile | CacheableFile;
  /** Its bytes, where all of them are cached. */
  readonly cached: Blob | null;
  /** A response that has arrived already, to a request for all of it. */
  readonly answer?: Response | undefined;
}

/** The transfers of one model. */
export class ModelTransfers {
  /** True once a file has changed under the load, which has to begin again. */
  stale = false;
  /** The files that came from the cache. */
  readonly local = new Set<string>();
  /** The large files that were opened, and their paths in the store. */
  readonly #opened = new Map<string, string>();

  constructor(
    readonly store: FileStore | null,
    private readonly report: OnFileProgress,
    private readonly init: RequestInit,
  ) {}

  /** A small file. */
  async read(lookup: FileLookup): Promise<Chunk> {
    const chunks: Chunk[] = [];
    for await (const chunk of this.chunks(lookup, new AbortController().signal)) chunks.push(chunk);
    return concatenated(chunks);
  }

  /** A large file. Nothing is requested before it is read. */
  open(lookup: FileLookup): FileStream {
    const { expected, cached, answer } = lookup;
    if ("path" in expected) this.#opened.set(expected.file, expected.path);
    if (!cached && !("path" in expected)) {
      return openRemote(expected, this.transfer(answer), (error) => this.explained(error));
    }
    if (cached) {
      this.local.add(expected.file);
      return fileOfBlob(cached, expected.file, () => this.evicted(expected));
    }
    const stopped = new AbortController();
    const stream = streamOf(this.chunks(lookup, stopped.signal), () => stopped.abort());
    return { stream, total: expected.size ?? undefined };
  }

  /** A part of a file; `null` where the server gives none. */
  async range({ expected, cached }: FileLookup, begin: number, end: number): Promise<Chunk | null> {
    // The cached file may have been evicted since the model was loaded.
    const bytes = await cached
      ?.slice(begin, end)
      .arrayBuffer()
      .catch(() => null);
    return bytes ? new Uint8Array(bytes) : downloadRange(expected, begin, end, this.init);
  }

  /** Evicts the large files, but for those that were downloaded, with the right hash, just now. */
  async invalidate(): Promise<void> {
    const { store } = this;
    if (!store) return;
    for (const [file, path] of this.#opened) {
      const intact = !this.local.has(file) && (await cachedFile(store, path)) !== null;
      if (!intact) await removeFile(store, path);
    }
  }

  private async *chunks(
    { expected, cached, answer }: FileLookup,
    signal: AbortSignal,
  ): AsyncGenerator<Chunk, void> {
    if (cached) {
      this.local.add(expected.file);
      yield new Uint8Array(await cached.arrayBuffer().catch(() => this.evicted(expected)));
      return;
    }
    this.local.delete(expected.file);
    const transfer = { ...this.transfer(answer), signal };
    try {
      if (this.store && "path" in expected) yield* streamCached(expected, this.store, transfer);
      else yield* streamUncached(expected, transfer);
    } catch (error) {
      throw this.explained(error);
    }
  }

  private transfer(answer: Response | undefined): Omit<TransferOptions, "signal"> {
    const newHash = () => new Sha256();
    return { report: this.report, newHash, options: { answer, init: this.init } };
  }

  private explained(error: unknown): unknown {
    if (!(error instanceof FileChanged)) return error;
    this.stale = true;
    return new GlimpseError("integrity", `${error.message}; try again`);
  }

  /** A cached file cannot be read after all: the browser evicted it, or another tab deleted it. */
  private async evicted(expected: ExpectedFile | CacheableFile): Promise<never> {
    this.stale = true;
    if (this.store && "path" in expected) await removeFile(this.store, expected.path);
    throw new GlimpseError(
      "network",
      `${expected.file} was kept on this computer and is there no more; try again to download it`,
    );
  }
}
