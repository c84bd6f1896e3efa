/** Defences against words in pictures, and what they give. */

import type { Score } from "../../shared/types.js";

/** A rectangle on the square that the model sees, in fractions of its side. */
export interface LabRegion {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** None: the plain scores, to compare with. */
export interface NoDefence {
  readonly kind: "none";
}

/**
 * Finds what the class token looks at most (the last layer's attention), blackens it, and classifies again.
 *
 * Two passes through the image tower, two more with a gate. Without one it costs accuracy on clean pictures, where it blackens
 * what they show.
 */
export interface EraseDefence {
  readonly kind: "erase";
  /**
   * Blackens only where {@link Defended.alarm}, the cosine of the picture and its mirror image, is below this: -1 to 1. Left out
   * or `null`: it always blackens.
   */
  readonly gate?: number | null;
  /** Blackens these and looks for none: what the defence would do if it knew where the text is. */
  readonly boxes?: readonly Readonly<LabRegion>[] | null;
}

/**
 * Keeps of the picture's embedding what it shares with that of its mirror image (MirrorCLIP): a mirror changes words, and
 * hardly things. Two passes. {@link Defended.alarm} is the cosine of the two embeddings: low where there is text.
 * Words that are written mirrored, and palindromes, get past it.
 */
export interface MirrorDefence {
  readonly kind: "mirror";
}

/** Makes attention heads that look at text look away (Dyslexify). One pass; which heads these are is found once for a model. */
export interface HeadsDefence {
  readonly kind: "heads";
  /** `[layer, head]`, both from 0; {@link headShares} tells which heads look at text. None: the model as it is. */
  readonly heads: readonly (readonly [layer: number, head: number])[];
  /** How much of its attention the class token then gives itself, 0 to 1; the patches share the rest in proportion. Defaults to 0.9. */
  readonly alpha?: number;
}

/**
 * Asks for "… with a label that says …" as well, and adds each label's probability up over all words. Costs texts and no
 * pass through the image tower. The words must be known beforehand.
 */
export interface ExplainAwayDefence {
  readonly kind: "explain-away";
  /** What might be written on the picture. */
  readonly words: readonly string[];
  /** How a label with a word on it is put. Defaults to `"{label} with a label that says {word}"`. */
  readonly phrase?: string;
}

/** Takes the directions that text moves embeddings in out of the picture's. One pass. It takes part of the thing with it. */
export interface ProjectDefence {
  readonly kind: "project";
  /** Orthonormal directions, as {@link textDirections} finds them, each as long as an embedding. */
  readonly basis: readonly (readonly number[] | Float32Array)[];
}

/**
 * A defence that needs no training.
 *
 * @example
 * ```ts
 * const defences: Defence[] = [{ kind: "none" }, { kind: "mirror" }, { kind: "erase", gate: 0.9 }];
 * ```
 */
export type Defence =
  NoDefence | EraseDefence | MirrorDefence | HeadsDefence | ExplainAwayDefence | ProjectDefence;

/** What {@link defend} gives. */
export interface Defended {
  /** The model that looked: `info.model`; under `"auto"` the built-in one. */
  model: string;
  /** Best first. */
  scores: Score[];
  /** How often a picture goes through the image tower for it (or would, if it were not remembered): what the defence costs. */
  passes: number;
  /** How many texts it asks for beside the labels' own; each is read once and remembered. */
  prompts: number;
  /** The cosine of the picture and its mirror image, -1 to 1, where the defence asks for it (`mirror`, `erase` with a gate): text makes it fall. Else `null`. */
  alarm: number | null;
  /** What was blackened; empty where nothing was. */
  boxes: LabRegion[];
  /** The square with the boxes blackened, as it was classified in the end; `null` where nothing was changed. */
  image: ImageData | null;
}

/** How much of its look a head gives to text. */
export interface HeadShare {
  /** From 0. */
  layer: number;
  /** From 0. */
  head: number;
  /** The class token's attention to patches under the text by that to all patches, 0 to 1. */
  share: number;
}
