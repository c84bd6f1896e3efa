/** The interface of the cache's file system, in either thread: OPFS in a browser, a folder of the disk in Node. */

/** Files by their paths, which have "/" between their parts and none at either end. */
export interface FileStore {
  /** The file as it is now; its bytes are read when they are asked for. `null`: there is no such file. */
  blob(path: string): Promise<Blob | null>;
  /** Opens a file for reading and writing; it, and its folders, are made where they are missing. One opener at a time. */
  open(path: string): Promise<StoredFile>;
  /** Writes a small file as a whole. */
  write(path: string, text: string): Promise<void>;
  /** Removes a file, or a folder with all that is in it; one that is not there is fine. */
  remove(path: string): Promise<void>;
  /** What is in a folder; nothing where there is none. */
  list(folder: string): Promise<StoreEntry[]>;
  /** Acquires the lock of this path, across all tabs; the function that it resolves to releases it. */
  lock(path: string, signal?: AbortSignal): Promise<() => void>;
  /** Bytes that the quota leaves; `null` where that cannot be known. */
  freeBytes(): Promise<number | null>;
}

/** A file or a folder of a {@link FileStore}. */
export interface StoreEntry {
  readonly name: string;
  readonly isFolder: boolean;
}

/** An open file. Appended bytes are durable once it is closed; before, a crash may lose them. */
export interface StoredFile {
  /** Its length in bytes. */
  readonly size: number;
  /** Reads from `at` into `buffer` and resolves to the byte count, less than its length only at the file's end. */
  read(buffer: Uint8Array<ArrayBuffer>, at: number): Promise<number>;
  /** Adds bytes to its end; throws {@link StoreFull}. */
  append(bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** Truncates it to nothing. */
  clear(): Promise<void>;
  /** Flushes and closes it; closes it even where the flush fails ({@link StoreFull}). Idempotent. */
  close(): Promise<void>;
}

/** A write exceeded the quota. */
export class StoreFull extends Error {
  constructor() {
    super("the storage is full");
  }
}
