/** What keeps files on this computer, seen from those who keep them: OPFS in a browser, a folder of the disk in Node. */

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
  /** Waits until nobody else, in any tab, holds this path, and holds it until the function that it gives is called. */
  lock(path: string, signal?: AbortSignal): Promise<() => void>;
  /** How many bytes may still be written; `null` where that cannot be known. */
  freeBytes(): Promise<number | null>;
}

/** A file or a folder of a {@link FileStore}. */
export interface StoreEntry {
  readonly name: string;
  readonly isFolder: boolean;
}

/** An open file. What was appended is there after a crash, but only what was closed is sure to be. */
export interface StoredFile {
  /** Its length in bytes. */
  readonly size: number;
  /** Puts bytes from `at` on into `buffer` and gives how many: fewer only at the file's end. */
  read(buffer: Uint8Array<ArrayBuffer>, at: number): Promise<number>;
  /** Adds bytes to its end; throws {@link StoreFull}. */
  append(bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** Drops everything. */
  clear(): Promise<void>;
  /** Lets go of the file, also where its last bytes find no room ({@link StoreFull}); closing it again does nothing. */
  close(): Promise<void>;
}

/** There is no room for what was to be written. */
export class StoreFull extends Error {
  constructor() {
    super("the storage is full");
  }
}
