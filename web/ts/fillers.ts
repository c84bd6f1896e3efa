/** The texts that stand for "none of these" unless the caller brings others. */

import { builtInLabels } from "./built-in-labels.js";
import { conceptsIn } from "./taught.js";

/** What a picture may show instead, for models that know photographs: things, places and pictures of no thing. */
export const COMMON_THINGS: readonly string[] = [
  ...["person", "crowd", "face", "hand", "dog", "cat", "bird", "horse", "fish", "insect"],
  ...["tree", "flower", "leaf", "fruit", "vegetable", "meal", "cake", "drink", "bottle", "cup"],
  ...["car", "truck", "bus", "train", "bicycle", "airplane", "boat", "road", "bridge", "sign"],
  ...["house", "building", "room", "kitchen", "window", "door", "chair", "table", "bed", "lamp"],
  ...["computer", "phone", "camera", "screenshot", "book", "paper", "text", "map", "toy", "tool"],
  ...["clothing", "shoe", "bag", "hat", "clock", "musical instrument", "ball", "weapon"],
  ...["mountain", "beach", "sea", "sky", "forest", "field", "snow", "street", "city", "night sky"],
  ...["statue", "painting", "drawing", "logo", "diagram", "pattern", "texture", "blurry shape"],
  ...["plain background", "unknown object"],
];

/**
 * The filler texts that `noneOfThese: true` uses. For the built-in model, the things that it was taught, without those that a
 * label names: it knows nothing else. For other models, common things and scenes, without those whose word occurs in a label.
 *
 * Measured with the built-in model on 311 drawings of a style that it never saw (OpenMoji), four labels, "a drawing of a {}":
 * "none of these" is first on 95.9 % of the pictures whose thing is not among the labels and, wrongly, on 7.7 % of those whose
 * thing is; AUROC 98.4 (of 1 - the best label's probability without fillers: 92.6). Labels that the built-in model was not
 * taught lose to its fillers nearly always. Not measured with other models.
 *
 * Fillers do well where labels are as specific as they are. Beside a label like `"animal"` a filler like `"dog"` takes what is
 * the label's: give your own list then.
 *
 * @param model what `classifier.info.model` says
 * @param labels the labels that the fillers compete with
 * @throws GlimpseError `network`, for the built-in model, whose list is fetched
 * @example
 * ```ts
 * const fillers = await fillersFor(classifier.info.model, labels);
 * const pack = await classifier.embedLabels(fillers); // for pages without the text tower
 * await classifier.classify(file, labelPack, { noneOfThese: pack });
 * ```
 */
export async function fillersFor(model: string, labels: readonly string[]): Promise<string[]> {
  if (model !== "mini") {
    const words = labels.map(
      (label) => ` ${label.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, " ")} `,
    );
    return COMMON_THINGS.filter((thing) => !words.some((label) => mentions(label, thing)));
  }
  const taught = await builtInLabels();
  const named = new Set(labels.flatMap((label) => [...conceptsIn(label, taught)]));
  return taught.concepts.filter((concept) => !named.has(concept));
}

function mentions(label: string, thing: string): boolean {
  return [thing, `${thing}s`, `${thing}es`].some((form) => label.includes(` ${form} `));
}
