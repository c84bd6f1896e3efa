/** The default filler texts that stand for "none of these". */

import { AUTO, isBuiltIn } from "../shared/built-ins.js";
import { GlimpseError } from "../shared/errors.js";
import { builtInLabels } from "./labels.js";
import { usualFillers } from "./usual-fillers.js";

/**
 * The filler texts that `noneOfThese: true` uses. For `"mini"`, the things that it was taught, without those that a label names: it
 * knows nothing else. For `"mini-photo"`, some two hundred names and groups that together cover its thousand classes, without those that share a class
 * with a label ({@link BuiltInLabels.fillers}; the card has what was measured). For other models, common things and scenes, without those
 * whose word occurs in a label.
 *
 * Measured with `"mini"` on 311 drawings of a style that it never saw (OpenMoji), four labels, "a drawing of a {}":
 * "none of these" is first on 95.9 % of the pictures whose thing is not among the labels and, wrongly, on 7.7 % of those whose
 * thing is; AUROC 98.4 (of 1 - the best label's probability without fillers: 92.6). Labels that a built-in model was not
 * taught lose to its fillers nearly always. Not measured with models that are downloaded.
 *
 * Fillers do well where labels are as specific as they are. Beside a label like `"animal"` a filler like `"dog"` takes what is
 * the label's: give your own list then.
 *
 * @param model the model that answers: what `classifier.info.model` says; under `"auto"` what results and `onDecoded` tell
 * @param labels the labels that the fillers compete with
 * @throws GlimpseError `network`, for a built-in model, whose list is fetched; `unsupported-model` for `"auto"`
 * @example
 * ```ts
 * const fillers = await fillersFor(classifier.info.model, labels);
 * const pack = await classifier.embedLabels(fillers); // for pages without the text tower
 * await classifier.classify(file, labelPack, { noneOfThese: pack });
 * ```
 */
export async function fillersFor(model: string, labels: readonly string[]): Promise<string[]> {
  if (model === AUTO) {
    throw new GlimpseError(
      "unsupported-model",
      `"${AUTO}" has fillers for each picture's model: give "mini" or "mini-photo", as results tell it`,
    );
  }
  return usualFillers(isBuiltIn(model) ? await builtInLabels(model) : null, labels);
}
