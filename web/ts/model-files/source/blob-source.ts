/** In the worker: a model whose files were picked or dropped. */

import { type Chunk, type FileStream, fileOfBlob, readBlob } from "../../shared/streams.js";
import type { ModelSource } from "./model-source.js";

/** Files of this computer. */
export class BlobSource implements ModelSource {
  readonly revision = null;
  readonly stale = false;

  constructor(
    readonly name: string,
    private readonly files: Readonly<Record<string, Blob>>,
  ) {}

  async read(file: string): Promise<Chunk | null> {
    const blob = this.blob(file);
    return blob && new Uint8Array(await readBlob(blob, file));
  }

  async open(file: string): Promise<FileStream | null> {
    const blob = this.blob(file);
    return blob && fileOfBlob(blob, file);
  }

  async readRange(file: string, begin: number, end: number): Promise<Chunk | null> {
    const blob = this.blob(file);
    return blob && new Uint8Array(await readBlob(blob.slice(begin, end), file));
  }

  isLocal(): boolean {
    return true;
  }

  async markLoaded(): Promise<boolean> {
    return false;
  }

  async evict(): Promise<void> {}

  async invalidate(): Promise<void> {}

  private blob(file: string): Blob | null {
    return Object.hasOwn(this.files, file) ? (this.files[file] ?? null) : null;
  }
}
