/** Opens the one store of this computer, in either thread: OPFS, unless the Node.js entry says otherwise. */

import type { FileStore } from "./file-store.js";
import { openOpfs } from "./opfs.js";

let openStore: () => Promise<FileStore | null> = openOpfs;
let opened: Promise<FileStore | null> | undefined;

/** This computer's store; `null` where there is none (no OPFS, a page that is not secure, some private windows). */
export function fileStore(): Promise<FileStore | null> {
  opened ??= openStore();
  return opened;
}

/** Replaces the kind of store; the Node.js entry calls it before anything else. */
export function useFileStore(open: () => Promise<FileStore | null>): void {
  openStore = open;
  opened = undefined;
}
