/**
 * The cache's records, in either thread: which files of a model are cached, and whether they are complete. A JSON file beside each.
 *
 * ```
 * glimpse/models/{hub}/{owner}--{name}/{commit}/model.json, and the files, each with its {file}.json
 * glimpse/models/{folder's URL}/model.json, and the files likewise
 * ```
 */

import type { FileStore } from "./file-store.js";

const ROOT = "glimpse/models";
const RECORD = "model.json";
/** No file system takes names longer than 255 bytes; this leaves room. */
const LONGEST_NAME = 180;

/** A file of a repository, as its hub lists it. */
export interface PlannedFile {
  readonly path: string;
  readonly size: number;
  /** In hexadecimal digits; `null` where the hub tells none. */
  readonly sha256: string | null;
}

/** `{file}.json`: what the file beside it is, or will be once it is complete. */
export interface FileRecord {
  /** Bytes. */
  readonly size: number;
  readonly sha256: string | null;
  /** The version of it that the server named. */
  readonly etag: string | null;
  readonly url: string;
  /** True once it is complete and its hash was right; otherwise the file is a partial download. */
  readonly verified: boolean;
}

/** `model.json`: which model the files beside it make up. */
export interface ModelRecord {
  /** Its name, repository or URL, as it was asked for. */
  readonly name: string;
  /** `null` for a folder on a plain server. */
  readonly hub: HubRecord | null;
  /** The folder's URL; `null` for a repository. */
  readonly folder: string | null;
  /** The files that were read when it was loaded: with all of them here, it loads again. Empty before the weights were reached. */
  readonly needed: readonly string[];
  /** When it was loaded last, as ISO 8601. */
  readonly lastUsed: string;
}

/** Where in a hub a model came from. */
export interface HubRecord {
  readonly url: string;
  readonly repository: string;
  readonly commit: string;
  /** The revisions (`main`) that led to this commit when they were last asked for. */
  readonly revisions: readonly string[];
  /** The files that the commit has for a model; a commit never changes, so this is asked once. */
  readonly files: readonly PlannedFile[];
}

/** A cached model, complete or not. */
export interface CachedCopy {
  /** Its folder in the store. */
  readonly path: string;
  readonly record: ModelRecord;
  /** Bytes of all that lies in its folder. */
  readonly bytes: number;
  /** Whether it can be loaded without its server. */
  readonly complete: boolean;
}

/** The folder in the store of a model that is a folder on a server. */
export function pathOfFolder(url: string): Promise<string> {
  return folderForUrl(ROOT, url);
}

/** The folder in the store of a repository; its commits are in it. */
export async function pathOfRepository(hub: string, repository: string): Promise<string> {
  return `${await folderForUrl(ROOT, hub.replace(/\/+$/, ""))}/${repository.replace("/", "--")}`;
}

/** A cached file and its record; `null` unless it is complete. */
export async function cachedFile(
  store: FileStore,
  path: string,
): Promise<{ blob: Blob; record: FileRecord } | null> {
  const record = await readFileRecord(store, path);
  if (!record?.verified) return null;
  // While a worker writes or removes it, it cannot be read, and is not complete.
  const blob = await store.blob(path).catch(() => null);
  return blob?.size === record.size ? { blob, record } : null;
}

/** A file's record; `null` where there is none that can be read. */
export async function readFileRecord(store: FileStore, path: string): Promise<FileRecord | null> {
  return readJson<FileRecord>(store, `${path}.json`);
}

/** Writes a file's record. */
export async function writeFileRecord(
  store: FileStore,
  path: string,
  record: FileRecord,
): Promise<void> {
  await store.write(`${path}.json`, JSON.stringify(record));
}

/** Evicts a file and its record. */
export async function removeFile(store: FileStore, path: string): Promise<void> {
  // The record first: a file without one does not count as cached.
  await store.remove(`${path}.json`);
  await store.remove(path);
}

/** The record of the model in this folder of the store. */
export async function readModelRecord(store: FileStore, path: string): Promise<ModelRecord | null> {
  return readJson<ModelRecord>(store, `${path}/${RECORD}`);
}

/** Writes a model's record. */
export async function writeModelRecord(
  store: FileStore,
  path: string,
  record: ModelRecord,
): Promise<void> {
  await store.write(`${path}/${RECORD}`, JSON.stringify(record));
}

/** Whether all files that the model needs are cached completely. */
export async function isComplete(
  store: FileStore,
  path: string,
  { needed }: Pick<ModelRecord, "needed">,
): Promise<boolean> {
  if (needed.length === 0) return false;
  const files = await Promise.all(needed.map((file) => cachedFile(store, `${path}/${file}`)));
  return files.every(Boolean);
}

/** Every cached commit of a repository, the last used first. */
export async function cachedCommits(store: FileStore, repository: string): Promise<CachedCopy[]> {
  const folders = (await store.list(repository)).filter(({ isFolder }) => isFolder);
  const found = await Promise.all(
    folders.map(({ name }) => cachedCopy(store, `${repository}/${name}`)),
  );
  return newestFirst(found.filter((model) => model !== null));
}

/** The model in this folder of the store; `null` where there is none. */
export async function cachedCopy(store: FileStore, path: string): Promise<CachedCopy | null> {
  const record = await readModelRecord(store, path);
  if (!record) return null;
  const [bytes, complete] = await Promise.all([
    bytesUnder(store, path),
    isComplete(store, path, record),
  ]);
  return { path, record, bytes, complete };
}

/** Every cached model, the last used first. */
export async function cachedCopies(store: FileStore): Promise<CachedCopy[]> {
  const found: CachedCopy[] = [];
  const look = async (path: string, depth: number): Promise<void> => {
    const model = await cachedCopy(store, path);
    if (model) found.push(model);
    else if (depth > 0) {
      for (const { name, isFolder } of await store.list(path)) {
        if (isFolder) await look(`${path}/${name}`, depth - 1);
      }
    }
  };
  for (const { name, isFolder } of await store.list(ROOT)) {
    // A hub's folder holds repositories, and those hold commits.
    if (isFolder) await look(`${ROOT}/${name}`, 2);
  }
  return newestFirst(found);
}

/** The size of the whole cache, in bytes. */
export function cachedSize(store: FileStore): Promise<number> {
  return bytesUnder(store, ROOT);
}

/** Bytes of everything in a folder. */
async function bytesUnder(store: FileStore, path: string): Promise<number> {
  let bytes = 0;
  for (const { name, isFolder } of await store.list(path)) {
    const inside = `${path}/${name}`;
    bytes += isFolder
      ? await bytesUnder(store, inside)
      : ((await store.blob(inside).catch(() => null))?.size ?? 0);
  }
  return bytes;
}

function newestFirst(models: CachedCopy[]): CachedCopy[] {
  return models.sort((one, other) => (one.record.lastUsed < other.record.lastUsed ? 1 : -1));
}

async function readJson<T>(store: FileStore, path: string): Promise<T | null> {
  try {
    const blob = await store.blob(path);
    return blob && (JSON.parse(await blob.text()) as T);
  } catch {
    // Truncated by a crash, or being written at this moment: as good as none.
    return null;
  }
}

/** A folder named after a URL; a long one is cut and told apart by its hash. */
async function folderForUrl(folder: string, url: string): Promise<string> {
  const name = encodeURIComponent(url).replace(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16)}`,
  );
  if (name.length <= LONGEST_NAME) return `${folder}/${name}`;
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(url));
  const hex = Array.from(new Uint8Array(digest).subarray(0, 8), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");
  return `${folder}/${name.slice(0, LONGEST_NAME - hex.length - 1)}~${hex}`;
}
