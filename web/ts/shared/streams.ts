/** Turns chunks and Blobs into the pull streams that the Rust bindings read. */

import { GlimpseError, messageOf } from "./errors.js";

/** A chunk of a file. */
export type Chunk = Uint8Array<ArrayBuffer>;

/** A file as it arrives. */
export interface FileStream {
  readonly stream: ReadableStream<Chunk>;
  /** Its length in bytes, where it is known beforehand. */
  readonly total: number | undefined;
  /** Skips the next bytes, without fetching them where that is possible: the stream that continues after them. */
  skip?(bytes: number): Promise<ReadableStream<Chunk>>;
}

/** The size of a Blob's chunks, in bytes. */
const CHUNK_BYTES = 4 * 1024 * 1024;

/** A stream of a generator's chunks; cancelling it calls `stop`, which aborts what the generator may be waiting for. */
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
  // No buffering: a chunk is fetched when the last one is consumed.
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

/** Chunks concatenated to one. */
export function concatenated(chunks: readonly Chunk[]): Chunk {
  const whole = new Uint8Array(chunks.reduce((bytes, chunk) => bytes + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

/** A Blob as a file stream; skipped bytes are not read. `onUnreadable` may throw a better error than the read's. */
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

/** A Blob's chunks, each read ahead while the one before is consumed; `name` is for errors. */
export async function* chunksOfBlob(blob: Blob, name: string): AsyncGenerator<Chunk, void> {
  const read = (at: number) =>
    at < blob.size ? readBlob(blob.slice(at, at + CHUNK_BYTES), name) : Promise.resolve(null);
  let coming = read(0);
  for (let at = CHUNK_BYTES; ; at += CHUNK_BYTES) {
    const piece = await coming;
    if (piece === null) return;
    coming = read(at);
    // Awaited in the next iteration; where there is none, its rejection is ignored.
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
