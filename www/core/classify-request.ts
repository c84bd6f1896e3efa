/** What the state asks of a classifier: one place, for the picture on the page, the gallery and the camera alike. */

import type { ClassifyOptions } from "glimpse-clip";
import { isAutomatic, type BuiltIn } from "./model-choice.js";
import type { State } from "./state.js";

/** Labels and options for `Classifier.classify`. */
export interface ClassifyRequest {
  labels: string[];
  options: ClassifyOptions;
}

/** The options that name the built-in model which a person chose for `blob`; none where each picture goes to the one that fits it. */
export function chosenFor(
  { model, chosen }: Pick<State, "model" | "chosen">,
  blob: Blob | null | undefined,
): { builtIn?: BuiltIn } {
  const builtIn = isAutomatic(model) && blob ? chosen.get(blob) : undefined;
  return builtIn ? { builtIn } : {};
}

/** The request that `state` stands for, about `blob`; null for the camera's pictures. */
export function requestOf(state: State, blob: Blob | null): ClassifyRequest {
  const { labels, template, none } = state;
  const hypothesisTemplate = template.trim();
  return {
    labels: [...labels],
    options: {
      ...(hypothesisTemplate !== "" && { hypothesisTemplate }),
      ...(none && { noneOfThese: true }),
      ...chosenFor(state, blob),
    },
  };
}
