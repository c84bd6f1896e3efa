/** Classifies a live picture again and again; frames that come while one is at work are passed over. */

import { untilAborted } from "./abort.js";
import { Frames } from "./frames.js";
import type { Labels, Score, WatchOptions, WatchResult, WatchSource } from "./types.js";

/** One frame's classification. */
type ClassifyFrame = (
  source: WatchSource,
  labels: Labels,
  options: Omit<WatchOptions, "framesPerSecond">,
) => Promise<Score[]>;

/** The results of the frames of `source`, until the video ends, the caller stops, or `signal` fires. */
export async function* watchFrames(
  source: WatchSource,
  labels: Labels | (() => Labels),
  classify: ClassifyFrame,
  { framesPerSecond = Infinity, ...options }: WatchOptions,
): AsyncGenerator<WatchResult, void, undefined> {
  if (!(framesPerSecond > 0)) {
    throw new TypeError(`framesPerSecond must be above 0, not ${framesPerSecond}`);
  }
  const frames = new Frames(source, options.signal);
  try {
    let last = -Infinity;
    for (;;) {
      await pause(last + 1000 / framesPerSecond - performance.now(), options.signal);
      const frame = await frames.next();
      if (!frame) return;
      const start = (last = performance.now());
      const scores = await classify(
        source,
        typeof labels === "function" ? labels() : labels,
        options,
      );
      const milliseconds = performance.now() - start;
      yield { scores, milliseconds, frame: frame.number, mediaTime: frame.mediaTime };
    }
  } finally {
    frames.close();
  }
}

async function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  if (!(milliseconds > 0)) return;
  await untilAborted(new Promise((resolve) => setTimeout(resolve, milliseconds)), signal);
}
