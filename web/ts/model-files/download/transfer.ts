/** In the worker: streams one file from a server to the model, hashing it and, where there is a cache, writing it there; resumes partial downloads. */

import { GlimpseError } from "../../shared/errors.js";
import { type Chunk, chunksOfBlob } from "../../shared/streams.js";
import {
  type FileRecord,
  cachedFile,
  readFileRecord,
  removeFile,
  writeFileRecord,
} from "../store/cache-records.js";
import { type FileStore, type StoredFile, StoreFull } from "../store/file-store.js";
import { type DownloadOptions, FileChanged, download } from "./download.js";

/** Counts bytes into a SHA-256; the wasm's class. */
export interface Hash {
  update(bytes: Uint8Array): void;
  /** In hexadecimal digits; nothing can be added after it. */
  finish(): string;
}

/** A file to transfer, and what it must be. */
export interface ExpectedFile {
  /** Its name, for progress and errors. */
  readonly file: string;
  readonly url: string;
  /** Bytes; `null` where that is not known beforehand. */
  readonly size: number | null;
  /** What its SHA-256 must be; `null` where nobody told. */
  readonly sha256: string | null;
  /** The version that is expected; `null` where any will do, since the address is a commit's. */
  readonly etag: string | null;
}

/** A file that can be cached. */
export interface CacheableFile extends ExpectedFile {
  readonly size: number;
  /** Its path in the store. */
  readonly path: string;
}

/** What a transfer reports to, hashes with, and is aborted by. */
export interface TransferOptions {
  readonly report: OnFileProgress;
  readonly newHash: () => Hash;
  readonly signal: AbortSignal;
  readonly options: Pick<DownloadOptions, "answer" | "init">;
}

/** Called with the progress of one file, in bytes. */
export type OnFileProgress = (
  phase: "download" | "verify",
  file: string,
  loaded: number,
  total: number | null,
) => void;

/** Bytes of a partial download that are read at a time. */
const CHUNK_BYTES = 1024 * 1024;
/** How often the progress of another tab with the same file is polled, in milliseconds. */
const POLL_INTERVAL = 300;

/** Streams the file without caching it. Its hash is checked before the stream ends. */
export async function* streamUncached(
  expected: ExpectedFile,
  transfer: TransferOptions,
): AsyncGenerator<Chunk, void> {
  const { file, url, size, etag } = expected;
  const hash = expected.sha256 === null ? null : transfer.newHash();
  let loaded = 0;
  for await (const chunk of download(
    { url, size, etag },
    { ...transfer.options, signal: transfer.signal },
  )) {
    hash?.update(chunk);
    loaded += chunk.length;
    transfer.report("download", file, loaded, size);
    yield chunk;
  }
  if (hash) checkHash(expected, hash.finish());
}

/**
 * Streams the file through the cache: first what an earlier visit cached of it, then the rest from the server, which is written
 * to the cache as it streams. While another tab downloads the same file, waits for that.
 *
 * @throws GlimpseError `network`, after which the partial download stays; `integrity` and `quota`, after which it is evicted
 * @throws FileChanged where the server has another version than the cached bytes are of; these are evicted
 */
export async function* streamCached(
  expected: CacheableFile,
  store: FileStore,
  transfer: TransferOptions,
): AsyncGenerator<Chunk, void> {
  const release = await lockFor(expected, store, transfer);
  try {
    // Another tab may have downloaded it by now.
    const cached = await cachedFile(store, expected.path);
    if (cached && (expected.etag === null || cached.record.etag === expected.etag)) {
      await transfer.options.answer?.body?.cancel();
      let loaded = 0;
      for await (const chunk of chunksOfBlob(cached.blob, expected.file)) {
        loaded += chunk.length;
        transfer.report("verify", expected.file, loaded, expected.size);
        yield chunk;
      }
    } else {
      const partial = await openPartial(expected, store);
      yield* partial
        ? resume(expected, store, partial, transfer)
        : streamUncached(expected, transfer);
    }
  } finally {
    release();
  }
}

/** Checks, before a download begins, that the storage quota leaves room for `bytes` more. */
export async function checkQuota(store: FileStore, bytes: number, what: string): Promise<void> {
  const room = await store.freeBytes();
  if (room !== null && room < bytes) throw quotaError(what, bytes, room);
}

/** The usable bytes of a file that an earlier visit downloaded in part, open for appending, and its record. */
interface PartialDownload {
  readonly stored: StoredFile;
  readonly record: FileRecord;
}

/** `null` where this browser refuses to write after all: such a file is streamed uncached. */
async function openPartial(
  expected: CacheableFile,
  store: FileStore,
): Promise<PartialDownload | null> {
  const { path, url, size, sha256, etag } = expected;
  let stored: StoredFile | null = null;
  try {
    const known = await readFileRecord(store, path);
    stored = await store.open(path);
    const fits = known !== null && known.size === size && (etag === null || known.etag === etag);
    if (stored.size > 0 && (!fits || stored.size > size)) await stored.clear();
    const version = etag ?? (stored.size > 0 ? (known?.etag ?? null) : null);
    const record = { size, sha256, etag: version, url, verified: false };
    await writeFileRecord(store, path, record);
    return { stored, record };
  } catch (error) {
    await stored?.close().catch(() => undefined);
    if (error instanceof StoreFull) throw quotaError(expected.file, size, await store.freeBytes());
    return null;
  }
}

/** Streams the file: the cached bytes from the disk, the rest from the server, appended to the disk as it streams. */
async function* resume(
  expected: CacheableFile,
  store: FileStore,
  { stored, record }: PartialDownload,
  transfer: TransferOptions,
): AsyncGenerator<Chunk, void> {
  const { file, url, size, path } = expected;
  const hash = transfer.newHash();
  let { etag } = record;
  const onVersion = (version: string) => {
    etag = version;
    return writeFileRecord(store, path, { ...record, etag });
  };
  let complete = false;
  let unusable = false;
  try {
    let verified = 0;
    for await (const chunk of storedChunks(stored)) {
      hash.update(chunk);
      verified += chunk.length;
      transfer.report("verify", file, verified, size);
      yield chunk;
    }
    const options = { ...transfer.options, from: stored.size, signal: transfer.signal, onVersion };
    for await (const chunk of download({ url, size, etag }, options)) {
      hash.update(chunk);
      await stored.append(chunk);
      transfer.report("download", file, stored.size, size);
      yield chunk;
    }
    const sha256 = hash.finish();
    checkHash(expected, sha256);
    await stored.close();
    await writeFileRecord(store, path, { ...record, sha256, etag, verified: true });
    complete = true;
  } catch (error) {
    const damaged = error instanceof GlimpseError && error.code === "integrity";
    unusable = damaged || error instanceof FileChanged || error instanceof StoreFull;
    // Nothing of what was written stays, so that the whole size is needed again.
    if (error instanceof StoreFull) throw quotaError(file, size, await store.freeBytes());
    throw error;
  } finally {
    // Bytes that a failing flush loses are downloaded again; the first error says more than that one.
    if (!complete) await stored.close().catch(() => undefined);
    if (unusable) await removeFile(store, path);
  }
}

async function* storedChunks(stored: StoredFile): AsyncGenerator<Chunk, void> {
  const end = stored.size;
  for (let at = 0; at < end;) {
    const chunk = new Uint8Array(Math.min(CHUNK_BYTES, end - at));
    const count = await stored.read(chunk, at);
    if (count === 0) return;
    at += count;
    yield chunk.subarray(0, count);
  }
}

/** Waits for the lock of another tab or worker that downloads the same file, and reports its progress meanwhile. */
async function lockFor(
  { file, path, size }: CacheableFile,
  store: FileStore,
  { report, signal }: TransferOptions,
): Promise<() => void> {
  const lock = store.lock(path, signal);
  const poll = setInterval(() => {
    const seen = store.blob(path).then((blob) => blob && report("download", file, blob.size, size));
    // A file that cannot be read now may be at the next poll.
    seen.catch(() => undefined);
  }, POLL_INTERVAL);
  try {
    return await lock;
  } finally {
    clearInterval(poll);
  }
}

function checkHash({ file, url, sha256 }: ExpectedFile, found: string): void {
  if (sha256 === null || sha256.toLowerCase() === found) return;
  throw new GlimpseError(
    "integrity",
    `${file} was damaged on its way, or is not what the hub lists: its SHA-256 is ${found} and should be ${sha256} (${url}); ` +
      "what came was thrown away: try again",
  );
}

function quotaError(what: string, needed: number, room: number | null): GlimpseError {
  const free = room === null ? "" : ` and ${megabytes(room)} are free`;
  return new GlimpseError(
    "quota",
    `${what} needs ${megabytes(needed)} of this browser's storage for this site${free}; delete a model that is kept ` +
      "(deleteModel), make room on the disk, or load it with cache: false, which keeps nothing",
  );
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toLocaleString("en", { maximumFractionDigits: 1 })} MB (${bytes} bytes)`;
}
