/** What a sweep is asked with, what is told of it, and what is kept to go on later. */

import type { ScoringOptions } from "../../client/options.js";
import type { LetteringSpec } from "../shared/lettering.js";
import type { AttackAnswer, AttackPicture } from "../shared/sweep.js";
import type { LabOptions } from "./lab-options.js";

/**
 * What {@link attack} takes beside the classifier and the pictures. Only `word` and `labels` must be given.
 *
 * @example
 * ```ts
 * const report = await attack(classifier, files, {
 *   word: "iPod",
 *   labels: ["apple", "iPod", "dog"],
 *   hypothesisTemplate: "a drawing of a {}",
 *   positions: 3,
 *   onProgress: ({ done, expected, secondsLeft }) => show(done / expected, secondsLeft),
 *   signal,
 * });
 * ```
 */
export interface AttackOptions
  extends LabOptions, Pick<ScoringOptions, "hypothesisTemplate" | "builtIn"> {
  /** The word that is written. */
  word: string;
  /** What the pictures are classified among; the target is one of them. */
  labels: readonly string[];
  /** The label that the word is to bring about. Defaults to the one that equals the word (upper and lower case alike). */
  target?: string;
  /** Another word for the target, to be written as well: does spelling or meaning pull? Defaults to none. */
  synonym?: string;
  /** What all pictures show. Defaults, for each picture, to the label that it gets without any word. */
  truth?: string;
  /** The label's font, paper, colours and so on; its height and place are where the factors are varied. */
  spec?: Omit<LetteringSpec, "word">;
  /** The text heights, fractions of the side, 0.02 to 1. Defaults to 3, 4, 6, 8, 11, 16, 22 and 32 %. */
  heights?: readonly number[];
  /** The places are a grid of so many a side, 1 to 9. Defaults to 3 (nine places). */
  positions?: number;
  /**
   * The fonts that are tried among the factors, by name. Defaults to those of `sans`, `serif`, `mono`, `hand` and `display`
   * that have the word's letters.
   */
  fonts?: readonly string[];
  /** Whether fonts, rotations, mirror, opacity, papers, colours and copies are varied too, one at a time. Defaults to `true`. */
  factors?: boolean;
  /** Whether the smallest height that flips the answer is searched for, by bisection at each place. Defaults to `true`. */
  flip?: boolean;
  /** Chooses the nonsense word, the places of copies, and which variants stay under {@link limit}. Defaults to 0. */
  seed?: number;
  /** At most so many variants a picture, the clean one among them: whole geometries, drawn by the seed. Defaults to all. */
  limit?: number;
  /** The pictures' names in the report, in their order. Defaults to a File's own name, or else "picture 1" and so on. */
  names?: readonly string[];
  /** Told after every few variants. What it throws ends the sweep. */
  onProgress?: (progress: AttackProgress) => void;
  /** What an earlier, unfinished call of the same pictures, options and model had done: it is not done again. */
  resume?: AttackState;
}

/** How far a sweep is. */
export interface AttackProgress {
  /** Variants that were looked at, those of {@link AttackOptions.resume} included. */
  readonly done: number;
  /** How many there will be, never too few: it falls where a picture turns out not to count, or a search ends early. */
  readonly expected: number;
  /** Seconds until the end at the pace so far; `null` before there is a pace. */
  readonly secondsLeft: number | null;
  /**
   * What is done so far: keep it (it survives JSON, `structuredClone` and IndexedDB) to go on by {@link AttackOptions.resume}
   * after an abort or in another visit. Made when it is read.
   */
  readonly state: AttackState;
}

/** What a sweep has done so far. A plain object; what is in it may change with the package's version, which then refuses it. */
export interface AttackState {
  /** The form of this object. */
  readonly version: "glimpse-attack-state/1";
  /** The model's {@link ClassifierInfo.fingerprint}. */
  readonly fingerprint: string;
  /** What was asked for, as the sweep understood it. */
  readonly options: Readonly<Record<string, unknown>>;
  /** The pictures, by name and content. */
  readonly pictures: readonly AttackPicture[];
  /** What each variant gave, by its key. */
  readonly answers: Readonly<Record<string, AttackAnswer>>;
}
