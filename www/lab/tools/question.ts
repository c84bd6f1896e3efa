/** What the tools ask a classifier, taken from the lab's state: which picture, and in which sentence the labels stand. */

import { type Lettered, letter } from "glimpse-clip";
import type { LabState } from "../lab.js";

/** The picture that is shown now: what the model sees of it, with whatever is on it. */
export function shownPicture({ control, square, lettered }: LabState): ImageData {
  return control === "clean" ? square : (lettered?.image ?? square);
}

/** The options that put the labels into their sentence. */
export function sentenceOf({ template }: Pick<LabState, "template">): {
  hypothesisTemplate?: string;
} {
  const hypothesisTemplate = template.trim();
  return hypothesisTemplate === "" ? {} : { hypothesisTemplate };
}

/** The label that is not the word: what the clean picture was taken for, else the first that is not the target. */
export function truthOf({ truth, labels, target }: LabState): string | null {
  return truth ?? labels.find((label) => label !== target) ?? null;
}

/** The picture with the word on it, whatever is shown now, at the size that the model sees. */
export function withWord({ square, spec }: LabState, signal: AbortSignal): Promise<Lettered> {
  return letter(square, spec, { size: square.width, signal });
}
