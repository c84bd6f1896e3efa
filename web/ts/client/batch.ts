/** Classifies the pictures of an iterable, in order, a few of them in flight. */

import { untilAborted } from "../shared/abort.js";
import { GlimpseError, type GlimpseErrorCode } from "../shared/errors.js";
import type { BatchResult, ImageSource } from "./options.js";
import type { Classification } from "./watch.js";

/** How many pictures are in flight by default: enough to keep the worker busy, few enough for memory. */
const LOOK_AHEAD = 4;

/** The errors of a single picture, after which the batch continues. */
const OF_ONE_PICTURE: readonly GlimpseErrorCode[] = [
  "decode",
  "too-large",
  "network",
  "out-of-memory",
];

/** One picture's classification; `signal` fires when nobody wants it any more. */
type ClassifyOne<Image> = (image: Image, signal: AbortSignal) => Promise<Classification>;

/** How many pictures are in flight, and what aborts them. */
interface BatchControl {
  readonly lookAhead: number | undefined;
  readonly signal: AbortSignal | undefined;
}

/** Pictures, or promises of them, as `for await` takes them. */
export type ImageBatch<Image> = Iterable<Image | PromiseLike<Image>> | AsyncIterable<Image>;

/** What holds many pictures; null for what is one: an address is no list of letters, and bytes are one picture. */
export function batchOf(
  images: ImageSource | ImageBatch<ImageSource>,
): ImageBatch<ImageSource> | null {
  if (typeof images !== "object" || images === null || ArrayBuffer.isView(images)) return null;
  return Symbol.asyncIterator in images || Symbol.iterator in images ? images : null;
}

/**
 * The results of `images`, in their order. The iterable is read only as far as `lookAhead` goes; when the caller stops early,
 * what is under way is aborted and the iterable is closed.
 */
export async function* classifyEach<Image extends ImageSource>(
  images: ImageBatch<Image>,
  classify: ClassifyOne<Image>,
  { lookAhead = LOOK_AHEAD, signal }: BatchControl,
): AsyncGenerator<BatchResult<Image>, void, undefined> {
  if (!(lookAhead >= 1)) throw new TypeError(`lookAhead must be 1 or more, not ${lookAhead}`);
  const ending = new AbortController();
  const end = () => ending.abort(signal?.reason);
  signal?.addEventListener("abort", end, { once: true });
  if (signal?.aborted) end();

  const source =
    Symbol.asyncIterator in images ? images[Symbol.asyncIterator]() : images[Symbol.iterator]();
  const inFlight: Promise<BatchResult<Image>>[] = [];
  let count = 0;
  let exhausted = false;
  /** The iterable's next picture, while it is making it. */
  let asked: Promise<IteratorResult<Image>> | null = null;
  const ask = async (): Promise<IteratorResult<Image>> => {
    const next = await source.next();
    return next.done ? next : { done: false, value: await next.value };
  };
  const pull = async () => {
    asked = ask().finally(() => (asked = null));
    const next = await untilAborted(ignoringRejection(asked), ending.signal);
    if (next.done) exhausted = true;
    else inFlight.push(ignoringRejection(resultOf(next.value, count++, classify, ending.signal)));
  };

  let pulling: Promise<void> | null = null;
  try {
    for (;;) {
      if (!exhausted && !pulling && inFlight.length < lookAhead) {
        pulling = ignoringRejection(pull().finally(() => (pulling = null)));
      }
      const [first] = inFlight;
      if (!first && !pulling) return;
      // Whichever comes first: a result to give, or a picture to send off.
      const ready = await Promise.race([
        ...(first ? [first.then(() => true)] : []),
        ...(pulling ? [pulling.then(() => false)] : []),
      ]);
      if (!ready || !first) continue;
      inFlight.shift();
      yield await first;
    }
  } finally {
    signal?.removeEventListener("abort", end);
    ending.abort();
    // A generator that is still making its next picture closes itself after that; nobody need wait for it.
    const closed = ignoringRejection(Promise.resolve(exhausted ? undefined : source.return?.()));
    if (!asked) await closed;
  }
}

async function resultOf<Image extends ImageSource>(
  image: Image,
  index: number,
  classify: ClassifyOne<Image>,
  signal: AbortSignal,
): Promise<BatchResult<Image>> {
  try {
    return { index, image, ...(await classify(image, signal)) };
  } catch (error) {
    if (!(error instanceof GlimpseError) || !OF_ONE_PICTURE.includes(error.code)) throw error;
    return { index, image, error };
  }
}

/** The promise, whose rejection is not reported as unhandled; whoever awaits it still gets it. */
function ignoringRejection<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}
