/** `occlude`: what greying each patch of a picture takes from a label's logit. */

import { checkOptions } from "../arguments.js";
import type { Classifier } from "../classifier.js";
import { doorOf } from "../door.js";
import { templatesOf } from "../request.js";
import type { ImageSource } from "../types.js";
import { labelAndOther } from "./explain.js";
import type { OccludeOptions, Occlusion } from "./explanation.js";
import { Pace } from "./pace.js";

/** The options that there are; a record, so that none can be forgotten. */
const OPTIONS: Record<keyof OccludeOptions, true> = {
  hypothesisTemplate: true,
  signal: true,
  cell: true,
  onProgress: true,
};

/**
 * Greys a square of the picture, one patch after the other, and tells how far the label's logit falls: the check of
 * {@link explain}, for it counts every path that a patch has. One pass through the image tower a patch, a few at a time, so
 * that other calls get in between; an abort is heeded between them.
 *
 * @throws GlimpseError as {@link explain}; `aborted` when `signal` fires
 * @example
 * ```ts
 * const { side, drop } = await occlude(classifier, image, "iPod", "apple", {
 *   cell: 2,
 *   onProgress: ({ done, expected }) => (bar.value = done / expected),
 *   signal,
 * });
 * ```
 */
export async function occlude(
  classifier: Classifier,
  image: ImageSource,
  label: string,
  against?: string | null,
  options: OccludeOptions = {},
): Promise<Occlusion> {
  checkOptions(options, OPTIONS);
  const { hypothesisTemplate, cell = 1, onProgress, signal } = options;
  if (!(Number.isInteger(cell) && cell >= 1)) {
    throw new TypeError(`cell must be a whole number of patches above 0, not ${cell}`);
  }
  const labels = labelAndOther(label, against);
  const templates = templatesOf(hypothesisTemplate);
  const ask = doorOf(classifier);
  // Read once: what is greyed again and again is the square alone, and a video's frame stays the same.
  const pixels = await classifier.preprocess(image, signal && { signal });
  const question = { pixels, labels, templates, cell };
  const pace = new Pace();
  const drop: number[] = [];
  for (;;) {
    const step = { ...question, begin: drop.length, count: pace.next };
    const { side, clean, greyed } = await pace.timed(() =>
      ask((connection) => connection.call("occlude", step, { signal }), signal),
    );
    const logit = difference(clean);
    drop.push(...greyed.map((logits) => logit - difference(logits)));
    onProgress?.({ done: drop.length, expected: side * side });
    if (drop.length >= side * side) return { side, drop: Float32Array.from(drop), logit };
  }
}

/** The first label's logit, less the second's where there is one. */
function difference([logit = 0, other = 0]: readonly number[]): number {
  return logit - other;
}
