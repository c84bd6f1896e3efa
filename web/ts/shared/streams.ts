/** Turns chunks and Blobs into the streams that the Rust bindings read, with no byte fetched before it is asked for. */

import { GlimpseError, messageOf } from "./errors.js";

/** A chunk of a file. */
export type Chunk = Uint8Array<ArrayBuffer>;

/** A file as it arrives. */
export interface FileStream {
  readonly stream: ReadableStream<Chunk>;
  /** Its length in bytes, where it is known beforehand. */
  readonly total: number | undefined;
  /** Passes over the next bytes without fetching them, where that is possible: the stream that goes on behind them. */
  skip?(bytes: number): Promise<ReadableStream<Chunk>>;
}

/** Bytes of a Blob that are read at a time. */
const PIECE = 4 * 1024 * 1024;

/** A stream of a generator's chunks; cancelling it calls `stop`, which ends what the generator may be waiting for. */
export function streamOf(
  chunks: AsyncGenerator<Chunk, void>,
  stop: () => void = () => undefined,
): ReadableStream<Chunk> {
  const source: UnderlyingDefaultSource<Chunk> = {
    async pull(controller) {
      const { done, value } = await chunks.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    async cancel() {
      stop();
      await chunks.return();
    },
  };
  // Nothing is read ahead: a chunk is fetched when the last one is used up.
  return new ReadableStream(source, { highWaterMark: 0 });
}

/** A stream's chunks. */
export async function* chunksOf(stream: ReadableStream<Chunk>): AsyncGenerator<Chunk, void> {
  // Not every browser can iterate over a stream itself.
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** Chunks, one after the other, as one. */
export function concatenated(chunks: readonly Chunk[]): Chunk {
  const whole = new Uint8Array(chunks.reduce((bytes, chunk) => bytes + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

/** A Blob as a file; passing over bytes reads none of them. `onUnreadable` may throw what says more than that it cannot be read. */
export function fileOfBlob(
  blob: Blob,
  name: string,
  onUnreadable: () => Promise<void> = async () => undefined,
): FileStream {
  let position = 0;
  async function* from(start: number): AsyncGenerator<Chunk, void> {
    try {
      for await (const chunk of chunksOfBlob(blob.slice(start), name)) {
        position += chunk.length;
        yield chunk;
      }
    } catch (error) {
      await onUnreadable();
      throw error;
    }
  }
  return {
    stream: streamOf(from(0)),
    total: blob.size,
    skip: async (bytes) => streamOf(from((position += bytes))),
  };
}

/** A Blob's bytes, a piece at a time, the next being read while one is used; `name` is for the error where it cannot be read. */
export async function* chunksOfBlob(blob: Blob, name: string): AsyncGenerator<Chunk, void> {
  const read = (at: number) =>
    at < blob.size ? readBlob(blob.slice(at, at + PIECE), name) : Promise.resolve(null);
  let coming = read(0);
  for (let at = PIECE; ; at += PIECE) {
    const piece = await coming;
    if (piece === null) return;
    coming = read(at);
    // It is waited for in the next round; where that does not come, its failure is nobody's.
    coming.catch(() => undefined);
    yield new Uint8Array(piece);
  }
}

/** A Blob's bytes; a file that changed or vanished since it was picked is reported as `network`: it could not be fetched. */
export async function readBlob(blob: Blob, name: string): Promise<ArrayBuffer> {
  try {
    return await blob.arrayBuffer();
  } catch (error) {
    throw new GlimpseError(
      "network",
      `${name} could not be read (${messageOf(error)}); was it moved or changed since it was picked? Pick it again`,
    );
  }
}
