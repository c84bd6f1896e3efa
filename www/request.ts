/** What the state asks of a classifier: one place, for the picture on the page, the gallery and the camera alike. */

import type { ClassifyOptions } from "glimpse-clip";
import type { State } from "./state.js";

/** Labels and options for `Classifier.classify`. */
export interface Request {
  labels: string[];
  options: ClassifyOptions;
}

/** The request that `state` stands for. */
export function requestOf({ labels, template, none }: State): Request {
  const hypothesisTemplate = template.trim();
  return {
    labels: [...labels],
    options: {
      ...(hypothesisTemplate !== "" && { hypothesisTemplate }),
      ...(none && { noneOfThese: true }),
    },
  };
}
