/** In the worker: the interface of a model's files, wherever they are. */

import type { Chunk, FileStream } from "../../shared/streams.js";
import type { OnFileProgress } from "../download/transfer.js";

/** What the Rust bindings pull a model's files from: the shape of their `ModelFiles`. `null`: there is no such file. */
export interface ModelFiles {
  readonly name: string;
  read(file: string): Promise<Chunk | null>;
  open(file: string): Promise<FileStream | null>;
  /** The bytes of a file from `begin` up to, not including, `end`; `null` where parts of it cannot be had. */
  readRange?(file: string, begin: number, end: number): Promise<Chunk | null>;
}

/** A {@link ModelFiles} with what the worker itself asks. */
export interface ModelSource extends ModelFiles {
  /** The commit; `null` where it is of no hub. */
  readonly revision: string | null;
  /** True where the files changed under the load, which then has to begin again. */
  readonly stale: boolean;
  /** Whether this file comes from this computer (picked, or cached) and not over the network. */
  isLocal(file: string): boolean;
  /** Records that the model was loaded. Resolves to whether all of it is cached for the next visit. */
  markLoaded(): Promise<boolean>;
  /** Evicts all files, of a model that cannot be used. */
  evict(): Promise<void>;
  /** Evicts the weights, which are damaged, but for files that were downloaded with the right hash just now. */
  invalidate(): Promise<void>;
}

/** What opening a model's files needs. */
export interface OpenOptions {
  /** Whether files are read from the cache, and written to it for the next visit. */
  readonly cache: boolean;
  /** Settles when the wasm can be called. */
  readonly wasm: Promise<unknown>;
  readonly report: OnFileProgress;
}
