/** `explain` and `explainLabels`: what patches, heads and layers contributed to a label's logit. */

import type { Classifier } from "../../client/classifier.js";
import type { ImageSource, ScoringOptions } from "../../client/options.js";
import { listOf, templatesOf } from "../../client/scoring-message.js";
import { sendImage } from "../../client/send-image.js";
import { checkOptions, checkText } from "../../shared/arguments.js";
import type { Explanation, Explanations } from "../shared/explanation.js";
import { labAccess } from "./lab-access.js";

/** What the explaining functions take beside the picture and the labels. */
export interface ExplainOptions extends Pick<
  ScoringOptions,
  "hypothesisTemplate" | "builtIn" | "signal"
> {}

/** The options that there are; a record, so that none can be forgotten. */
const OPTIONS: Record<keyof ExplainOptions, true> = {
  hypothesisTemplate: true,
  builtIn: true,
  signal: true,
};

/**
 * Takes a label's logit apart: what each patch of the picture adds to it, through each head of each layer, and what the rest
 * of the network adds. With `against`, the map is the label's less the other's: which patches pull towards the one and away
 * from the other. One pass through the image tower; exact but for rounding, which {@link Explanation.error} tells.
 * ImageData of the size that the model sees is taken for the square itself, as `letter` gives it.
 *
 * @throws GlimpseError `no-labels`, `decode`, `too-large`, `network`, `aborted`, `device-lost`, `out-of-memory`
 * @example
 * ```ts
 * const { side, heat, logit, sum } = await explain(classifier, image, "iPod", "apple", { hypothesisTemplate: "a photo of a {}" });
 * const most = heat.indexOf(Math.max(...heat));
 * console.log(`row ${Math.floor(most / side)}, column ${most % side} pulls most; ${sum} of ${logit}`);
 * ```
 */
export async function explain(
  classifier: Classifier,
  image: ImageSource,
  label: string,
  against?: string | null,
  options: ExplainOptions = {},
): Promise<Explanation> {
  labAccess(classifier);
  const labels = labelAndOther(label, against);
  const { labels: parts, ...sizes } = await explainLabels(classifier, image, labels, options);
  const [first, second = null] = parts;
  // As many as were asked for: one at least.
  if (!first) throw new TypeError("there is no label to explain");
  const less = (one: number, other: number | undefined) => one - (other ?? 0);
  return {
    ...sizes,
    label: first,
    against: second,
    heat: first.heat.map((value, at) => less(value, second?.heat[at])),
    logit: less(first.logit, second?.logit),
    sum: less(first.sum, second?.sum),
    error: less(first.error, second?.error),
  };
}

/**
 * {@link explain} for many labels at once, of one pass: for showing what each patch pulls for.
 *
 * @throws GlimpseError as {@link explain}
 * @example
 * ```ts
 * const { side, labels } = await explainLabels(classifier, image, ["apple", "iPod", "dog"]);
 * const pullsFor = (patch: number) => labels.reduce((most, each) => (each.heat[patch] > most.heat[patch] ? each : most)).label;
 * ```
 */
export async function explainLabels(
  classifier: Classifier,
  image: ImageSource,
  labels: readonly string[],
  options: ExplainOptions = {},
): Promise<Explanations> {
  const ask = labAccess(classifier);
  checkOptions(options, OPTIONS);
  const { hypothesisTemplate, builtIn = null, signal } = options;
  const templates = templatesOf(hypothesisTemplate);
  const question = { labels: listOf(labels), templates, builtIn };
  const answer = await ask(
    (connection) =>
      sendImage(image, ({ message, transfer }) =>
        connection.call("explain", { ...question, image: message }, { transfer, signal }),
      ),
    signal,
  );
  return answer.explanations;
}

/** The label, and the other where there is one. */
export function labelAndOther(label: unknown, against: unknown): string[] {
  checkText(label, "label");
  if (against === undefined || against === null) return [label];
  checkText(against, "against");
  if (against === label) {
    throw new TypeError(`label and against are both "${label}": give another label, or none`);
  }
  return [label, against];
}
