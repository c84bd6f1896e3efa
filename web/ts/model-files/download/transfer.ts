/** One file on its way from a server to the model: checked, and kept, as it streams by; begun again where it broke off. */

import { type DownloadOptions, FileChanged, download } from "./download.js";
import { GlimpseError } from "../../shared/errors.js";
import { type FileStore, StoreFull, type StoredFile } from "../store/file-store.js";
import {
  type FileNote,
  readNote,
  removeFile,
  wholeFile,
  writeNote,
} from "../store/cache-records.js";
import { type Chunk, piecesOf } from "../../shared/streams.js";

/** Counts bytes into a SHA-256; the wasm's class. */
export interface Hash {
  update(bytes: Uint8Array): void;
  /** In hexadecimal digits; nothing can be added after it. */
  finish(): string;
}

/** A file that is wanted. */
export interface Wanted {
  /** Its name, for progress and errors. */
  readonly file: string;
  readonly url: string;
  /** Bytes; `null` where that is not known beforehand. */
  readonly size: number | null;
  /** What its SHA-256 must be; `null` where nobody told. */
  readonly sha256: string | null;
  /** The version that is wanted; `null` where any will do, since the address is a commit's. */
  readonly etag: string | null;
}

/** A file that can be kept. */
export interface Keepable extends Wanted {
  readonly size: number;
  /** Where in the store. */
  readonly path: string;
}

/** What a file's way leads through. */
export interface Way {
  readonly report: Report;
  readonly newHash: () => Hash;
  readonly signal: AbortSignal;
  readonly options: Pick<DownloadOptions, "answer" | "init">;
}

/** Told how far a file is. */
export type Report = (
  phase: "download" | "verify",
  file: string,
  loaded: number,
  total: number | null,
) => void;

/** Bytes of an unfinished file that are read at a time. */
const PIECE = 1024 * 1024;
/** How often it is looked how far another tab has got with the same file, in milliseconds. */
const WATCH_INTERVAL = 300;

/** The file's bytes, straight from the server, none of them kept. Its hash is checked before its end is told. */
export async function* pass(wanted: Wanted, way: Way): AsyncGenerator<Chunk, void> {
  const { file, url, size, etag } = wanted;
  const hash = wanted.sha256 === null ? null : way.newHash();
  let loaded = 0;
  for await (const chunk of download({ url, size, etag }, { ...way.options, signal: way.signal })) {
    hash?.update(chunk);
    loaded += chunk.length;
    way.report("download", file, loaded, size);
    yield chunk;
  }
  if (hash) checkHash(wanted, hash.finish());
}

/**
 * The file's bytes: what an earlier visit kept of it, and the rest from the server, which is kept as it comes. While another
 * tab fetches the same file, it is waited for.
 *
 * @throws GlimpseError `network`, after which what came is kept; `integrity` and `quota`, after which nothing of it is
 * @throws FileChanged where the server has another version than the bytes before were of; nothing of them is kept
 */
export async function* keep(
  wanted: Keepable,
  store: FileStore,
  way: Way,
): AsyncGenerator<Chunk, void> {
  const release = await lockFor(wanted, store, way);
  try {
    // Another tab may have brought it by now.
    const whole = await wholeFile(store, wanted.path);
    if (whole && (wanted.etag === null || whole.note.etag === wanted.etag)) {
      await way.options.answer?.body?.cancel();
      let loaded = 0;
      for await (const chunk of piecesOf(whole.blob, wanted.file)) {
        loaded += chunk.length;
        way.report("verify", wanted.file, loaded, wanted.size);
        yield chunk;
      }
    } else {
      const unfinished = await openUnfinished(wanted, store);
      yield* unfinished ? fill(wanted, store, unfinished, way) : pass(wanted, way);
    }
  } finally {
    release();
  }
}

/** Makes sure that `bytes` more can be kept, before a download of them is begun. */
export async function checkRoom(store: FileStore, bytes: number, what: string): Promise<void> {
  const room = await store.room();
  if (room !== null && room < bytes) throw noRoom(what, bytes, room);
}

/** An open file with as much of it as an earlier visit kept and can still be used, and the note that belongs to it. */
interface Unfinished {
  readonly stored: StoredFile;
  readonly note: FileNote;
}

/** `null` where this browser lets nothing be written after all: such a file is passed on and not kept. */
async function openUnfinished(wanted: Keepable, store: FileStore): Promise<Unfinished | null> {
  const { path, url, size, sha256, etag } = wanted;
  let stored: StoredFile | null = null;
  try {
    const known = await readNote(store, path);
    stored = await store.open(path);
    const fits = known !== null && known.size === size && (etag === null || known.etag === etag);
    if (stored.size > 0 && (!fits || stored.size > size)) await stored.clear();
    const version = etag ?? (stored.size > 0 ? (known?.etag ?? null) : null);
    const note = { size, sha256, etag: version, url, verified: false };
    await writeNote(store, path, note);
    return { stored, note };
  } catch (error) {
    await stored?.close().catch(() => undefined);
    if (error instanceof StoreFull) throw noRoom(wanted.file, size, await store.room());
    return null;
  }
}

/** The file's bytes, from the disk as far as they are there and then from the server; the latter are added to the disk. */
async function* fill(
  wanted: Keepable,
  store: FileStore,
  { stored, note }: Unfinished,
  way: Way,
): AsyncGenerator<Chunk, void> {
  const { file, url, size, path } = wanted;
  const hash = way.newHash();
  let { etag } = note;
  const onVersion = (version: string) => {
    etag = version;
    return writeNote(store, path, { ...note, etag });
  };
  let whole = false;
  let spoilt = false;
  try {
    let verified = 0;
    for await (const chunk of piecesOfStored(stored)) {
      hash.update(chunk);
      verified += chunk.length;
      way.report("verify", file, verified, size);
      yield chunk;
    }
    const options = { ...way.options, from: stored.size, signal: way.signal, onVersion };
    for await (const chunk of download({ url, size, etag }, options)) {
      hash.update(chunk);
      await stored.append(chunk);
      way.report("download", file, stored.size, size);
      yield chunk;
    }
    const sha256 = hash.finish();
    checkHash(wanted, sha256);
    await stored.close();
    await writeNote(store, path, { ...note, sha256, etag, verified: true });
    whole = true;
  } catch (error) {
    const damaged = error instanceof GlimpseError && error.code === "integrity";
    spoilt = damaged || error instanceof FileChanged || error instanceof StoreFull;
    // All of it: nothing of what was written stays.
    if (error instanceof StoreFull) throw noRoom(file, size, await store.room());
    throw error;
  } finally {
    // What the disk does not take any more is asked for again; why the way ended says more than that.
    if (!whole) await stored.close().catch(() => undefined);
    if (spoilt) await removeFile(store, path);
  }
}

async function* piecesOfStored(stored: StoredFile): AsyncGenerator<Chunk, void> {
  const end = stored.size;
  for (let at = 0; at < end;) {
    const piece = new Uint8Array(Math.min(PIECE, end - at));
    const count = await stored.read(piece, at);
    if (count === 0) return;
    at += count;
    yield piece.subarray(0, count);
  }
}

/** Waits for whoever fetches the same file, and tells meanwhile how far they are. */
async function lockFor(
  { file, path, size }: Keepable,
  store: FileStore,
  { report, signal }: Way,
): Promise<() => void> {
  const lock = store.lock(path, signal);
  const watch = setInterval(() => {
    const seen = store.blob(path).then((blob) => blob && report("download", file, blob.size, size));
    // A file that cannot be looked at just now may be the next time.
    seen.catch(() => undefined);
  }, WATCH_INTERVAL);
  try {
    return await lock;
  } finally {
    clearInterval(watch);
  }
}

function checkHash({ file, url, sha256 }: Wanted, found: string): void {
  if (sha256 === null || sha256.toLowerCase() === found) return;
  throw new GlimpseError(
    "integrity",
    `${file} was damaged on its way, or is not what the hub lists: its SHA-256 is ${found} and should be ${sha256} (${url}); ` +
      "what came was thrown away: try again",
  );
}

function noRoom(what: string, needed: number, room: number | null): GlimpseError {
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
