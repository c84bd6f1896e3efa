/** `occlude`: what greying each part of a picture takes from a label's logit. */

import type { Classifier } from "../../client/classifier.js";
import type { ImageSource } from "../../client/options.js";
import { templatesOf } from "../../client/scoring-message.js";
import { sendImage } from "../../client/send-image.js";
import { checkOptions } from "../../shared/arguments.js";
import { GlimpseError } from "../../shared/errors.js";
import type { LabCalls } from "../shared/calls.js";
import type { Occlusion } from "../shared/explanation.js";
import { type ExplainOptions, labelAndOther } from "./explain.js";
import { type LabAccess, type LabConnection, labAccess } from "./lab-access.js";

/** What {@link occlude} takes beside the picture and the labels. */
export interface OccludeOptions extends ExplainOptions {
  /** The side of a grey square in patches, 1 to the map's side. Defaults to 1. The squares lie side by side: 4 are a quarter of the passes that 2 are. */
  cell?: number;
  /** Told how many of the squares were greyed. What it throws ends the call. */
  onProgress?: (progress: { done: number; expected: number }) => void;
}

/** The options that there are; a record, so that none can be forgotten. */
const OPTIONS: Record<keyof OccludeOptions, true> = {
  hypothesisTemplate: true,
  builtIn: true,
  signal: true,
  cell: true,
  onProgress: true,
};

let nextOcclusion = 0;

/**
 * Greys a square of the picture, one place after the other, and tells how far the label's logit falls: the check of
 * {@link explain}, for it counts every path that a patch has. One pass through the image tower a square, a few at a time, so
 * that other calls get in between; an abort is heeded there.
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
  const { hypothesisTemplate, builtIn = null, cell = 1, onProgress, signal } = options;
  if (!(Number.isSafeInteger(cell) && cell >= 1)) {
    throw new TypeError(`cell must be a positive integer, in patches, not ${cell}`);
  }
  const labels = labelAndOther(label, against);
  const templates = templatesOf(hypothesisTemplate);
  const ask = labAccess(classifier);
  const question = { occlusion: nextOcclusion++, labels, templates, cell, builtIn };
  const begin = (connection: LabConnection) =>
    sendImage(image, ({ message, transfer }) =>
      connection.call("occludeBegin", { ...question, image: message }, { transfer, signal }),
    );
  const { occlusion } = question;
  try {
    const { model, side, drops } = await stepped(ask, occlusion, begin, onProgress, signal);
    const [first = new Float32Array(), second] = drops;
    return { model, side, drop: first.map((value, patch) => value - (second?.[patch] ?? 0)) };
  } finally {
    // Whether the worker hears of it interests nobody.
    ask((connection) => connection.call("occludeEnd", { occlusion }), undefined).catch(() => null);
  }
}

/** Has the worker step through all squares; again from the beginning where its worker was lost: from the GPU to the GPU, and to the CPU. */
async function stepped(
  ask: LabAccess,
  occlusion: number,
  begin: (connection: LabConnection) => Promise<LabCalls["occludeBegin"]["answer"]>,
  onProgress: OccludeOptions["onProgress"],
  signal: AbortSignal | undefined,
): Promise<{ model: string; side: number; drops: Float32Array[] }> {
  for (let left = 2; ; left -= 1) {
    const { done, expected, details } = await ask(begin, signal);
    onProgress?.({ done, expected });
    for (;;) {
      const step = await ask(
        (connection) => connection.call("occludeStep", { occlusion }, { signal }),
        signal,
      );
      if (step === null) break;
      const { side, drops, ...progress } = step;
      onProgress?.(progress);
      if (drops) return { model: details.model, side, drops };
    }
    if (left === 0) {
      throw new GlimpseError(
        "device-lost",
        "the worker was lost again and again over one occlusion",
      );
    }
  }
}
