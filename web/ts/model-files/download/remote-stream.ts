/** In the worker: an uncached file on a server as a seekable stream. What is skipped is not downloaded, where the server answers range requests. */

import { type Chunk, type FileStream, streamOf } from "../../shared/streams.js";
import { download } from "./download.js";
import { type ExpectedFile, type TransferOptions, streamUncached } from "./transfer.js";

/** A shorter skip reads and drops the bytes; a longer one makes a new request. */
const LONGEST_READ_SKIP = 64 * 1024;

/** Opens it; nothing is asked for before it is read. Its hash is checked only where nothing is skipped. */
export function openRemote(
  expected: ExpectedFile,
  transfer: Omit<TransferOptions, "signal">,
  explain: (error: unknown) => unknown,
): FileStream {
  const cursor = new Cursor(expected, transfer, explain);
  return {
    stream: cursor.stream(),
    total: expected.size ?? undefined,
    skip: async (bytes) => {
      cursor.at += bytes;
      return cursor.stream();
    },
  };
}

/** The place that is read, and the request that brings what is there. */
class Cursor {
  /** The next byte that is expected. */
  at = 0;
  /** The next byte that the request brings. */
  #coming = 0;
  #chunks: AsyncGenerator<Chunk, void> | null = null;
  #stop = new AbortController();
  /** Which of the streams is in use: the others were left at a skip. */
  #streams = 0;

  constructor(
    readonly expected: ExpectedFile,
    readonly transfer: Omit<TransferOptions, "signal">,
    readonly explain: (error: unknown) => unknown,
  ) {}

  stream(): ReadableStream<Chunk> {
    const stream = ++this.#streams;
    return streamOf(this.#read(), () => {
      if (stream === this.#streams) this.#end();
    });
  }

  async *#read(): AsyncGenerator<Chunk, void> {
    const { size } = this.expected;
    for (;;) {
      const behind = this.at - this.#coming;
      if (size !== null && this.at >= size && behind > 0) return this.#end();
      if (behind > LONGEST_READ_SKIP) this.#end();
      this.#chunks ??= this.#from(behind > LONGEST_READ_SKIP ? this.at : this.#coming);
      const { done, value } = await this.#next(this.#chunks);
      if (done) return;
      this.#coming += value.length;
      const fresh = this.#coming - this.at;
      if (fresh <= 0) continue;
      this.at = this.#coming;
      yield fresh < value.length ? value.subarray(value.length - fresh) : value;
    }
  }

  async #next(chunks: AsyncGenerator<Chunk, void>): Promise<IteratorResult<Chunk, void>> {
    try {
      return await chunks.next();
    } catch (error) {
      throw this.explain(error);
    }
  }

  #from(start: number): AsyncGenerator<Chunk, void> {
    this.#coming = start;
    this.#stop = new AbortController();
    const transfer = { ...this.transfer, signal: this.#stop.signal };
    return start === 0 ? streamUncached(this.expected, transfer) : this.#rest(start, transfer);
  }

  async *#rest(
    start: number,
    { report, signal, options }: TransferOptions,
  ): AsyncGenerator<Chunk, void> {
    const { file, url, size, etag } = this.expected;
    let loaded = start;
    const { init = {} } = options;
    for await (const chunk of download({ url, size, etag }, { init, from: start, signal })) {
      loaded += chunk.length;
      report("download", file, loaded, size);
      yield chunk;
    }
  }

  #end(): void {
    this.#stop.abort();
    // Whatever it was waiting for has been aborted: how it ends interests nobody.
    this.#chunks?.return().catch(() => undefined);
    this.#chunks = null;
  }
}
