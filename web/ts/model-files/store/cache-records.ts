/**
 * What is kept of a model, and whether it is whole: the notes beside its files.
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

/** `{file}.json`: what the file beside it is, or is to become. */
export interface FileNote {
  /** Bytes. */
  readonly size: number;
  readonly sha256: string | null;
  /** The version of it that the server named. */
  readonly etag: string | null;
  readonly url: string;
  /** True once it is all there and its hash was right; a file whose note does not say so is unfinished. */
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

/** A model that is kept, wholly or in part. */
export interface KeptModel {
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
  return under(ROOT, url);
}

/** The folder in the store of a repository; its commits are in it. */
export async function pathOfRepository(hub: string, repository: string): Promise<string> {
  return `${await under(ROOT, hub.replace(/\/+$/, ""))}/${repository.replace("/", "--")}`;
}

/** The file, if it is whole. */
export async function wholeFile(
  store: FileStore,
  path: string,
): Promise<{ blob: Blob; note: FileNote } | null> {
  const note = await readNote(store, path);
  if (!note?.verified) return null;
  // While a worker writes or removes it, it cannot be read, and is not whole.
  const blob = await store.blob(path).catch(() => null);
  return blob?.size === note.size ? { blob, note } : null;
}

/** A file's note; `null` where there is none that can be read. */
export async function readNote(store: FileStore, path: string): Promise<FileNote | null> {
  return readJson<FileNote>(store, `${path}.json`);
}

/** Writes a file's note. */
export async function writeNote(store: FileStore, path: string, note: FileNote): Promise<void> {
  await store.write(`${path}.json`, JSON.stringify(note));
}

/** Removes a file and what is noted of it. */
export async function removeFile(store: FileStore, path: string): Promise<void> {
  // The note first: a file without one counts for nothing.
  await store.remove(`${path}.json`);
  await store.remove(path);
}

/** What is known of the model in this folder of the store. */
export async function readRecord(store: FileStore, path: string): Promise<ModelRecord | null> {
  return readJson<ModelRecord>(store, `${path}/${RECORD}`);
}

/** Writes it. */
export async function writeRecord(
  store: FileStore,
  path: string,
  record: ModelRecord,
): Promise<void> {
  await store.write(`${path}/${RECORD}`, JSON.stringify(record));
}

/** Whether all files that the model needs are here and whole. */
export async function isComplete(
  store: FileStore,
  path: string,
  { needed }: Pick<ModelRecord, "needed">,
): Promise<boolean> {
  if (needed.length === 0) return false;
  const files = await Promise.all(needed.map((file) => wholeFile(store, `${path}/${file}`)));
  return files.every(Boolean);
}

/** Every commit of a repository that is kept, the last used first. */
export async function keptCommits(store: FileStore, repository: string): Promise<KeptModel[]> {
  const folders = (await store.list(repository)).filter(({ isFolder }) => isFolder);
  const found = await Promise.all(
    folders.map(({ name }) => keptModel(store, `${repository}/${name}`)),
  );
  return newestFirst(found.filter((model) => model !== null));
}

/** The model in this folder of the store; `null` where there is none. */
export async function keptModel(store: FileStore, path: string): Promise<KeptModel | null> {
  const record = await readRecord(store, path);
  if (!record) return null;
  const [bytes, complete] = await Promise.all([
    bytesUnder(store, path),
    isComplete(store, path, record),
  ]);
  return { path, record, bytes, complete };
}

/** Every model that is kept, the last used first. */
export async function keptModels(store: FileStore): Promise<KeptModel[]> {
  const found: KeptModel[] = [];
  const look = async (path: string, depth: number): Promise<void> => {
    const model = await keptModel(store, path);
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

/** Bytes of everything that is kept. */
export function keptBytes(store: FileStore): Promise<number> {
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

function newestFirst(models: KeptModel[]): KeptModel[] {
  return models.sort((one, other) => (one.record.lastUsed < other.record.lastUsed ? 1 : -1));
}

async function readJson<T>(store: FileStore, path: string): Promise<T | null> {
  try {
    const blob = await store.blob(path);
    return blob && (JSON.parse(await blob.text()) as T);
  } catch {
    // Cut short by a crash, or being written at this moment: as good as none.
    return null;
  }
}

/** A folder named after a URL; a long one is cut and told apart by its hash. */
async function under(folder: string, url: string): Promise<string> {
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
