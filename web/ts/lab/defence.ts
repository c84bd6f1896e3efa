/** Defences against words in pictures, and what they give. */

import type { Score, ScoringOptions } from "../types.js";
import type { LetteringCorners } from "./lettering.js";

/**
 * Finds what the class token looks at most (the last layer's attention), blackens it, and classifies again.
 *
 * Two passes through the image tower. Without a gate it costs accuracy on clean pictures, where it blackens what they show.
 */
export interface EraseDefence {
  readonly kind: "erase";
  /** Blackens these places and looks for none: what the defence would do if it knew. As {@link Lettered.corners}. */
  readonly oracle?: readonly LetteringCorners[];
  /** Leaves the picture alone where {@link Defended.alarm} is below this; `undefined`: it always erases. */
  readonly gate?: number;
}

/**
 * Keeps of the picture's embedding what it shares with that of the mirrored picture (MirrorCLIP): words are changed by a
 * mirror, things are not. Two passes. {@link Defended.alarm} is the cosine of the two embeddings: low where there is text.
 * Words that are written mirrored, and palindromes, get past it.
 */
export interface MirrorDefence {
  readonly kind: "mirror";
}

/** Silences attention heads that look at text (Dyslexify). One pass; the ranking is found once for each model. */
export interface HeadsDefence {
  readonly kind: "heads";
  /** How many heads of the ranking, from its beginning, are silenced; 0 is the model as it is. */
  readonly count: number;
  /** `[layer, head]`, from 0, the one that looks at text most first. */
  readonly ranking: readonly (readonly [layer: number, head: number])[];
  /** How much attention a silenced head pays to the class token, 0 to 1; the rest is shared out in proportion. 1 silences it wholly. */
  readonly alpha: number;
}

/**
 * Asks for "a … with a label that says …" as well, and adds each label's probability up over all words. Costs texts and no
 * pass through the image tower. The words must be known beforehand.
 */
export interface ExplainAwayDefence {
  readonly kind: "explain-away";
  /** What might be written on the picture. */
  readonly words: readonly string[];
}

/** Takes the directions that text moves embeddings in out of the picture's. One pass. It takes part of the thing with it. */
export interface ProjectDefence {
  readonly kind: "project";
  /** Directions in the embedding's space, each as long as `embedImage` gives; they are made orthonormal first. */
  readonly basis: readonly (readonly number[] | Float32Array)[];
}

/**
 * A defence that needs no training.
 *
 * @example
 * ```ts
 * const defence: Defence = { kind: "erase", gate: 0.5 };
 * ```
 */
export type Defence =
  EraseDefence | MirrorDefence | HeadsDefence | ExplainAwayDefence | ProjectDefence;

/** What {@link defend} takes beside picture, labels and defence. */
export interface DefendOptions extends Pick<ScoringOptions, "hypothesisTemplate" | "signal"> {}

/** What {@link defend} gives. */
export interface Defended {
  /** Best first. Logits and cosines are those of the defended embedding. */
  scores: Score[];
  /** How often the picture went through the image tower: what the defence costs. */
  passes: number;
  /** How many texts it asked for beside one a label and template. */
  textPasses: number;
  /**
   * What tells the defence that there is text: for `mirror` the cosine of picture and mirrored picture (low: text), for `erase`
   * the gate's figure (high: text); `null` for the others.
   */
  alarm: number | null;
  /** The picture as it was classified in the end, where the defence changed it (`erase`); else `null`. */
  image: ImageData | null;
  /** What was blackened, as {@link Lettered.corners}; empty where nothing was. */
  boxes: LetteringCorners[];
}
