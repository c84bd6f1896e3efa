/** What the tools ask a classifier, taken from the lab's state: which picture, and in which sentence the labels stand. */

import { type ImageSource, type Lettered, letter, type LetteringSpec } from "glimpse-clip";
import type { Lab, LabState } from "../lab.js";

/** The picture that is shown now: what the model sees of it, with whatever is on it. */
export function shownPicture({ control, square, lettered }: LabState): ImageData {
  return control === "clean" ? square : (lettered?.image ?? square);
}

/** The options that put the labels into their sentence. */
export function sentenceOf({ template }: Pick<LabState, "template">): { hypothesisTemplate?: string } {
  const hypothesisTemplate = template.trim();
  return hypothesisTemplate === "" ? {} : { hypothesisTemplate };
}

/** The label that is not the word: what the clean picture was taken for, else the first that is not the target. */
export function truthOf({ truth, labels, target }: LabState): string | null {
  return truth ?? labels.find((label) => label !== target) ?? null;
}

/** The picture with `spec` on it, at the size that the model sees. */
export function withWord(
  lab: Lab,
  spec: LetteringSpec,
  signal: AbortSignal,
  picture: ImageSource = lab.state.square,
): Promise<Lettered> {
  return letter(picture, spec, { classifier: lab.classifier, signal });
}
