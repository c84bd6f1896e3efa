/** The browser's private file system (OPFS) as a {@link FileStore}. Writing needs a worker; reading and removing do not. */

import { type FileStore, type StoredFile, type StoreEntry, StoreFull } from "./file-store.js";

/** What TypeScript's DOM types leave out, since only workers have it. */
interface SyncAccessHandle {
  getSize(): number;
  read(buffer: Uint8Array<ArrayBuffer>, options: { at: number }): number;
  write(buffer: Uint8Array<ArrayBuffer>, options: { at: number }): number;
  truncate(size: number): void;
  flush(): void;
  close(): void;
}
interface WorkerFileHandle extends FileSystemFileHandle {
  createSyncAccessHandle(): Promise<SyncAccessHandle>;
}

/** Retry policy for a file that a worker which has just ended may still lock: tries, and milliseconds between them. */
const LOCKED_TRIES = 20;
const LOCKED_PAUSE = 100;

/** Opens it; `null` where this browser has none, or has none for this page. */
export async function openOpfs(): Promise<FileStore | null> {
  try {
    await navigator.storage.getDirectory();
    const canWrite = "createSyncAccessHandle" in FileSystemFileHandle.prototype;
    return canWrite || typeof document !== "undefined" ? new OpfsStore() : null;
  } catch {
    return null;
  }
}

class OpfsStore implements FileStore {
  async blob(path: string): Promise<Blob | null> {
    return orNull(async () => (await this.#file(path)).getFile());
  }

  async open(path: string): Promise<StoredFile> {
    const handle = (await this.#file(path, true)) as WorkerFileHandle;
    return new OpfsFile(await whenUnlocked(() => handle.createSyncAccessHandle()));
  }

  async write(path: string, text: string): Promise<void> {
    const file = await this.open(path);
    try {
      await file.clear();
      await file.append(new TextEncoder().encode(text));
    } finally {
      await file.close();
    }
  }

  async remove(path: string): Promise<void> {
    const { parent, name } = split(path);
    await orNull(async () => {
      const folder = await this.#folder(parent);
      await whenUnlocked(() => folder.removeEntry(name, { recursive: true }));
    });
  }

  async list(folder: string): Promise<StoreEntry[]> {
    const entries: StoreEntry[] = [];
    // It may be removed by another tab while it is read.
    await orNull(async () => {
      const found = await this.#folder(folder);
      for await (const [name, { kind }] of found.entries()) {
        entries.push({ name, isFolder: kind === "directory" });
      }
    });
    return entries.sort((one, other) => (one.name < other.name ? -1 : 1));
  }

  lock(path: string, signal?: AbortSignal): Promise<() => void> {
    return new Promise((resolve, reject) => {
      const hold = () => new Promise<void>((release) => resolve(release));
      navigator.locks
        .request(`glimpse:${path}`, signal ? { signal } : {}, hold)
        .catch((error: unknown) => reject(error));
    });
  }

  async freeBytes(): Promise<number | null> {
    const { quota, usage } = await navigator.storage.estimate().catch((): StorageEstimate => ({}));
    return quota === undefined ? null : Math.max(0, quota - (usage ?? 0));
  }

  async #file(path: string, create = false): Promise<FileSystemFileHandle> {
    const { parent, name } = split(path);
    return (await this.#folder(parent, create)).getFileHandle(name, { create });
  }

  async #folder(path: string, create = false): Promise<FileSystemDirectoryHandle> {
    // Looked up anew each time: after an eviction, a folder handle that was opened before stays invalid.
    let folder = await navigator.storage.getDirectory();
    for (const name of path.split("/").filter(Boolean)) {
      folder = await folder.getDirectoryHandle(name, { create });
    }
    return folder;
  }
}

class OpfsFile implements StoredFile {
  readonly #access: SyncAccessHandle;
  #size: number;
  #closed = false;

  constructor(access: SyncAccessHandle) {
    this.#access = access;
    this.#size = access.getSize();
  }

  get size(): number {
    return this.#size;
  }

  async read(buffer: Uint8Array<ArrayBuffer>, at: number): Promise<number> {
    return this.#access.read(buffer, { at });
  }

  async append(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    let written: number;
    try {
      written = this.#access.write(bytes, { at: this.#size });
    } catch (error) {
      throw fullOr(error);
    }
    // A full disk may show as a write that stops short; in Chromium's private windows as a count beyond all there is.
    if (written !== bytes.length) throw new StoreFull();
    this.#size += written;
  }

  async clear(): Promise<void> {
    this.#access.truncate(0);
    this.#size = 0;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    try {
      this.#access.flush();
    } catch (error) {
      throw fullOr(error);
    } finally {
      // A handle that stays open locks the file for every tab.
      this.#access.close();
    }
  }
}

/** {@link StoreFull} where that is what the browser means. */
function fullOr(error: unknown): unknown {
  return nameOf(error) === "QuotaExceededError" ? new StoreFull() : error;
}

function split(path: string): { parent: string; name: string } {
  const at = path.lastIndexOf("/");
  return { parent: path.slice(0, Math.max(at, 0)), name: path.slice(at + 1) };
}

/** Retries `use` while another worker locks the file, for a little while. */
async function whenUnlocked<T>(use: () => Promise<T>): Promise<T> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await use();
    } catch (error) {
      if (nameOf(error) !== "NoModificationAllowedError" || tried === LOCKED_TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, LOCKED_PAUSE));
    }
  }
}

/** What `find` gives; `null` where a file or folder on its way is not there. */
async function orNull<T>(find: () => Promise<T>): Promise<T | null> {
  try {
    return await find();
  } catch (error) {
    if (["NotFoundError", "TypeMismatchError"].includes(nameOf(error))) return null;
    throw error;
  }
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : "";
}
