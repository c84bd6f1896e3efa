/** Classifies a video or canvas continuously; frames that come during a classification are dropped. */

import { untilAborted } from "../shared/abort.js";
import { type BuiltInName, isBuiltIn } from "../shared/built-ins.js";
import type { Score } from "../shared/types.js";
import { Frames, isVideo } from "./frames.js";
import type { Labels, WatchOptions, WatchResult, WatchSource } from "./options.js";

/** What a model made of a picture. */
export interface Classification {
  readonly scores: Score[];
  readonly model: string;
}

/** One frame's classification. */
type ClassifyFrame = (
  source: WatchSource,
  labels: Labels,
  options: Omit<WatchOptions, "framesPerSecond">,
) => Promise<Classification>;

/**
 * The results of the frames of `source`, until the video ends, the caller stops, or `signal` fires. Where there are two models
 * (`auto`), all frames go to the same one, or scores would jump: a video's to that of photographs, a canvas' to that of its first.
 */
export async function* watchFrames(
  source: WatchSource,
  labels: Labels | (() => Labels),
  classify: ClassifyFrame,
  auto: () => boolean,
  { framesPerSecond = Infinity, ...options }: WatchOptions,
): AsyncGenerator<WatchResult, void, undefined> {
  if (!(framesPerSecond > 0)) {
    throw new TypeError(`framesPerSecond must be above 0, not ${framesPerSecond}`);
  }
  const frames = new Frames(source, options.signal);
  let builtIn: BuiltInName | undefined = options.builtIn;
  if (auto() && isVideo(source)) builtIn ??= "mini-photo";
  try {
    let last = -Infinity;
    for (;;) {
      await pause(last + 1000 / framesPerSecond - performance.now(), options.signal);
      const frame = await frames.next();
      if (!frame) return;
      const start = (last = performance.now());
      const { scores, model } = await classify(
        source,
        typeof labels === "function" ? labels() : labels,
        { ...options, ...(builtIn && { builtIn }) },
      );
      if (auto() && isBuiltIn(model)) builtIn ??= model;
      const milliseconds = performance.now() - start;
      yield { scores, model, milliseconds, frame: frame.number, mediaTime: frame.mediaTime };
    }
  } finally {
    frames.close();
  }
}

async function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  if (!(milliseconds > 0)) return;
  await untilAborted(new Promise((resolve) => setTimeout(resolve, milliseconds)), signal);
}
