/** A folder of the disk as a {@link FileStore}: models that a program in Node.js fetched stay for its next start. */

import { openAsBlob } from "node:fs";
import { type FileHandle, mkdir, open, readdir, rename, rm, stat, statfs } from "node:fs/promises";
import { homedir } from "node:os";
import path from "node:path";
import {
  type FileStore,
  type StoredFile,
  type StoreEntry,
  StoreFull,
} from "../model-files/store/file-store.js";
import { holdLock } from "./socket-lock.js";

/** Opens the store; `null` where its folder cannot be made or written. */
export async function openDisk(folder = cacheFolder()): Promise<FileStore | null> {
  try {
    await mkdir(folder, { recursive: true });
    const probe = path.join(folder, `.${process.pid}-${performance.now()}`);
    await (await open(probe, "w")).close();
    await rm(probe);
    return new DiskStore(folder);
  } catch {
    return null;
  }
}

/**
 * `$GLIMPSE_CACHE`, or `glimpse` in the platform's folder for caches. In there the command line has `models`, whose notes
 * are of another form; what Node.js keeps lies beside it.
 */
function cacheFolder(): string {
  const { GLIMPSE_CACHE, XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  if (GLIMPSE_CACHE) return path.join(GLIMPSE_CACHE, "node");
  const platform: Partial<Record<NodeJS.Platform, string>> = {
    darwin: path.join(homedir(), "Library", "Caches"),
    win32: LOCALAPPDATA || path.join(homedir(), "AppData", "Local"),
  };
  const caches = platform[process.platform] ?? (XDG_CACHE_HOME || path.join(homedir(), ".cache"));
  return path.join(caches, "glimpse", "node");
}

class DiskStore implements FileStore {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async blob(file: string): Promise<Blob | null> {
    const at = this.#at(file);
    const found = await stat(at).catch(nullIfMissing);
    return found?.isFile() ? openAsBlob(at) : null;
  }

  async open(file: string): Promise<StoredFile> {
    const at = this.#at(file);
    await roomFor(() => mkdir(path.dirname(at), { recursive: true }));
    // "a+" makes the file where it is missing, reads anywhere, and writes at the end whatever happens.
    const handle = await roomFor(() => open(at, "a+"));
    return new DiskFile(handle, (await handle.stat()).size);
  }

  async write(file: string, text: string): Promise<void> {
    const finished = this.#at(file);
    const draft = `${finished}.${process.pid}.new`;
    await roomFor(() => mkdir(path.dirname(finished), { recursive: true }));
    try {
      const handle = await roomFor(() => open(draft, "w"));
      await roomFor(() => handle.writeFile(text)).finally(() => handle.close());
      await rename(draft, finished);
    } catch (error) {
      await rm(draft, { force: true });
      throw error;
    }
  }

  async remove(file: string): Promise<void> {
    await rm(this.#at(file), { recursive: true, force: true });
  }

  async list(folder: string): Promise<StoreEntry[]> {
    const found = await readdir(this.#at(folder), { withFileTypes: true }).catch(nullIfMissing);
    return (found ?? [])
      .map((entry) => ({ name: entry.name, isFolder: entry.isDirectory() }))
      .sort((one, other) => (one.name < other.name ? -1 : 1));
  }

  lock(file: string, signal?: AbortSignal): Promise<() => void> {
    return holdLock(this.#at(file), signal);
  }

  async freeBytes(): Promise<number | null> {
    // Not every file system tells.
    const found = await statfs(this.#folder).catch(() => null);
    return found && found.bavail * found.bsize;
  }

  #at(file: string): string {
    return path.join(this.#folder, ...file.split("/"));
  }
}

class DiskFile implements StoredFile {
  readonly #handle: FileHandle;
  #size: number;
  #closed = false;

  constructor(handle: FileHandle, size: number) {
    this.#handle = handle;
    this.#size = size;
  }

  get size(): number {
    return this.#size;
  }

  async read(buffer: Uint8Array<ArrayBuffer>, at: number): Promise<number> {
    let filled = 0;
    while (filled < buffer.length) {
      const left = buffer.length - filled;
      const { bytesRead } = await this.#handle.read(buffer, filled, left, at + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return filled;
  }

  async append(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    let written = 0;
    while (written < bytes.length) {
      const { bytesWritten } = await roomFor(() => this.#handle.write(bytes, written));
      written += bytesWritten;
      this.#size += bytesWritten;
    }
  }

  async clear(): Promise<void> {
    await this.#handle.truncate(0);
    this.#size = 0;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await roomFor(() => this.#handle.sync()).finally(() => this.#handle.close());
  }
}

/** Runs what needs room on the disk; a full one is {@link StoreFull}. */
async function roomFor<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw code === "ENOSPC" || code === "EDQUOT" ? new StoreFull() : error;
  }
}

/** For what is looked for and need not be there. */
function nullIfMissing(error: NodeJS.ErrnoException): null {
  if (error.code === "ENOENT" || error.code === "ENOTDIR") return null;
  throw error;
}
