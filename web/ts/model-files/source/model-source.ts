/** What a model's files are pulled from, wherever they are. */

import type { Report } from "../download/transfer.js";
import type { Chunk, FileStream } from "../../shared/streams.js";

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
  /** True where what was read is of no use any more, and has to be read again from the beginning. */
  readonly outdated: boolean;
  /** Whether this file comes from this computer and not over the network. */
  isHere(file: string): boolean;
  /** Whether there is such a file, without reading it. */
  has(file: string): Promise<boolean>;
  /** Told that the model was loaded; whether it is kept, as a whole, for the next visit. */
  loaded(): Promise<boolean>;
  /** Told that these files are no model that can be used: none of them stays. */
  discard(): Promise<void>;
  /** Told that what was read is damaged: what is kept of the weights does not stay, but for files whose hash was right just now. */
  distrust(): Promise<void>;
}

/** What opening a model's files needs. */
export interface Opening {
  /** Whether files are kept for the next visit, and taken from there. */
  readonly cache: boolean;
  /** Settles when the wasm can be called. */
  readonly wasm: Promise<unknown>;
  readonly report: Report;
}
