/** What the tools ask a classifier, taken from the lab's state: which picture, and in which sentence the labels stand. */

import { type Lettered, letter } from "glimpse-clip/lab";
import type { BuiltIn } from "../../core/model-choice.js";
import type { LabState } from "../lab.js";

/** A model's view of the picture: the square that it sees, nothing written on it, and which built-in one it is, if one. */
export type View = Pick<LabState, "square" | "builtIn">;

/** The view of the model that reads: of two, the one for drawings. Null where none that looks here can read. */
export function readerOf({ square, builtIn, other }: LabState): View | null {
  if (builtIn !== "mini-photo") return { square, builtIn };
  return other;
}

/** The picture that is shown now: what the model sees of it, with whatever is on it; the other model's view where `builtIn` is that. */
export function shownPicture(state: LabState, builtIn: BuiltIn | null): ImageData {
  const isOther = state.other !== null && state.other.builtIn === builtIn;
  const square = state.other && isOther ? state.other.square : state.square;
  const lettered = isOther ? state.otherLettered : state.lettered;
  return state.control === "clean" ? square : (lettered?.image ?? square);
}

/** The options that name the built-in model of a view. */
export function lookerOf({ builtIn }: Pick<View, "builtIn">): { builtIn?: BuiltIn } {
  return builtIn ? { builtIn } : {};
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

/** A model's view of the picture with the word on it, whatever is shown now. */
export function withWord(
  { square }: View,
  { spec }: LabState,
  signal: AbortSignal,
): Promise<Lettered> {
  return letter(square, spec, { size: square.width, signal });
}
