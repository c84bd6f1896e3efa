/** A server's files as the model pulls them: from this computer where they are whole there, else over the network. */

import { type Keepable, type Report, type Wanted, type Way, keep, pass } from "./transfer.js";
import { FileChanged, downloadRange } from "./download.js";
import { GlimpseError } from "../../shared/errors.js";
import { Sha256 } from "#glimpse";
import { openRemote } from "./remote-stream.js";
import type { FileStore } from "../store/file-store.js";
import { removeFile, wholeFile } from "../store/cache-records.js";
import { type Chunk, type FileStream, fileOfBlob, joined, streamOf } from "../../shared/streams.js";

/** A file that is wanted, and what of it is there. */
export interface Asked {
  /** Where it is kept, if it can be. */
  readonly wanted: Wanted | Keepable;
  /** It is whole on this computer. */
  readonly whole: Blob | null;
  /** An answer that is there already, to a request for all of it. */
  readonly answer?: Response | undefined;
}

/** What the files of one model have in common. */
export class Arrivals {
  /** True once a file turned out to be another than the one that was being read: all has to be read again. */
  outdated = false;
  /** The files that came from this computer. */
  readonly here = new Set<string>();
  /** The large files that were opened, and where they are kept. */
  readonly #opened = new Map<string, string>();

  constructor(
    readonly store: FileStore | null,
    private readonly report: Report,
    private readonly init: RequestInit,
  ) {}

  /** A small file. */
  async read(asked: Asked): Promise<Chunk> {
    const chunks: Chunk[] = [];
    for await (const chunk of this.chunks(asked, new AbortController().signal)) chunks.push(chunk);
    return joined(chunks);
  }

  /** A large file. Nothing is asked for before it is read. */
  open(asked: Asked): FileStream {
    const { wanted, whole, answer } = asked;
    if ("path" in wanted) this.#opened.set(wanted.file, wanted.path);
    if (!whole && !("path" in wanted)) {
      return openRemote(wanted, this.way(answer), (error) => this.explained(error));
    }
    if (whole) {
      this.here.add(wanted.file);
      return fileOfBlob(whole, wanted.file, () => this.vanished(wanted));
    }
    const stopped = new AbortController();
    const stream = streamOf(this.chunks(asked, stopped.signal), () => stopped.abort());
    return { stream, total: wanted.size ?? undefined };
  }

  /** A part of a file; `null` where the server gives none. */
  async range({ wanted, whole }: Asked, begin: number, end: number): Promise<Chunk | null> {
    // The copy may have been evicted, or deleted, since the model was loaded.
    const kept = await whole
      ?.slice(begin, end)
      .arrayBuffer()
      .catch(() => null);
    return kept ? new Uint8Array(kept) : downloadRange(wanted, begin, end, this.init);
  }

  /** Removes what is kept of the large files, but for those whose hash was right just now. */
  async distrust(): Promise<void> {
    const { store } = this;
    if (!store) return;
    for (const [file, path] of this.#opened) {
      const sound = !this.here.has(file) && (await wholeFile(store, path)) !== null;
      if (!sound) await removeFile(store, path);
    }
  }

  private async *chunks(
    { wanted, whole, answer }: Asked,
    signal: AbortSignal,
  ): AsyncGenerator<Chunk, void> {
    if (whole) {
      this.here.add(wanted.file);
      yield new Uint8Array(await whole.arrayBuffer().catch(() => this.vanished(wanted)));
      return;
    }
    this.here.delete(wanted.file);
    const way = { ...this.way(answer), signal };
    try {
      if (this.store && "path" in wanted) yield* keep(wanted, this.store, way);
      else yield* pass(wanted, way);
    } catch (error) {
      throw this.explained(error);
    }
  }

  private way(answer: Response | undefined): Omit<Way, "signal"> {
    const newHash = () => new Sha256();
    return { report: this.report, newHash, options: { answer, init: this.init } };
  }

  private explained(error: unknown): unknown {
    if (!(error instanceof FileChanged)) return error;
    this.outdated = true;
    return new GlimpseError("integrity", `${error.message}; try again`);
  }

  /** A kept file cannot be read after all: it was evicted, or deleted in another tab. */
  private async vanished(wanted: Wanted | Keepable): Promise<never> {
    this.outdated = true;
    if (this.store && "path" in wanted) await removeFile(this.store, wanted.path);
    throw new GlimpseError(
      "network",
      `${wanted.file} was kept on this computer and is there no more; try again to download it`,
    );
  }
}
