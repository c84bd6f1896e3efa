/** Fetches what was measured of defences against words in pictures, with the built-in model. */

import { GlimpseError, messageOf } from "../shared/errors.js";
import { fetchFrom, httpError } from "../shared/fetching.js";

/** How often something was so, with Wilson's 95 % interval. */
export interface MeasuredCount {
  /** How often. */
  readonly count: number;
  /** Of how many. */
  readonly of: number;
  /** The one by the other, 0 to 1. */
  readonly rate: number;
  /** The interval's lower end. */
  readonly low: number;
  /** Its upper end. */
  readonly high: number;
}

/** What the best label was, over a set of drawings. */
export interface MeasuredAnswers {
  /** The thing that is drawn. */
  readonly right: MeasuredCount;
  /** The word that is written. */
  readonly target: MeasuredCount;
}

/** A defence, as it was measured. */
export interface MeasuredDefence {
  readonly key:
    "none" | "erase" | "erase-gated" | "oracle" | "mirror" | "heads" | "explain-away" | "project";
  /** Passes through the image tower for one picture, at most. */
  readonly passes: number;
  /** On clean drawings. */
  readonly clean: MeasuredAnswers;
  /** On drawings with the word. */
  readonly attacked: MeasuredAnswers;
  /** On drawings with the word in mirror writing, which is what fools the mirror. */
  readonly mirrored: MeasuredAnswers;
}

/** What was measured of the attack and of each defence with the built-in model; it travels with the model as `defences.json`. */
export interface MeasuredDefences {
  readonly format: "glimpse-defences/1";
  /** The version of Glimpse that measured. */
  readonly glimpse: string;
  /** The {@link ClassifierInfo.fingerprint} of the model that was measured: the figures hold for it alone. */
  readonly fingerprint: string;
  /** The day: `"2026-11-25"`. */
  readonly date: string;
  /** Drawings that were attacked, each with one word. */
  readonly cases: number;
  /** Labels that each was asked about. */
  readonly labels: number;
  /** The template; empty where labels were used as they are. */
  readonly template: string;
  /** Without a defence. */
  readonly attack: {
    /** Clean drawings that were right. */
    readonly clean: MeasuredCount;
    /** Drawings with a blank paper that were right. */
    readonly blank: MeasuredCount;
    /** Attacked drawings whose best label was the word, of those that were right when clean. */
    readonly word: MeasuredCount;
    /** The same with a blank paper of the same geometry. */
    readonly blankTarget: MeasuredCount;
    /** Attacked drawings whose best label was no longer the thing, of those that were right when clean. */
    readonly untargeted: MeasuredCount;
    /** The word's rate less that of blank paper. */
    readonly netOfBlank: number;
    /** As `word`, in mirror writing. */
    readonly mirrored: MeasuredCount;
    /** The smallest text that makes the word the best label, fractions of the side, by quartiles; `null` where fewer flip. */
    readonly flip: {
      readonly lower: number | null;
      readonly median: number | null;
      readonly upper: number | null;
      /** Drawings that no size flipped, */
      readonly never: number;
      /** of so many. */
      readonly of: number;
    };
  };
  /** What the defences were set to, found on other drawings than the figures: for {@link defend} with this model. */
  readonly calibration: {
    /** For `heads`: `[layer, head]`, those that look at text most first. */
    readonly heads: readonly (readonly [layer: number, head: number])[];
    /** For `heads`. */
    readonly alpha: number;
    /** For `erase`. */
    readonly gate: number;
    /** For `project`. */
    readonly basis: readonly (readonly number[])[];
  };
  /** A defence a row. */
  readonly defences: readonly MeasuredDefence[];
}

/** A literal URL, so that bundlers carry the file along, and as seen from `dist/`, where all modules are bundled. */
const TABLE = new URL("../models/mini/defences.json", import.meta.url);

let table: Promise<MeasuredDefences | null> | undefined;

/**
 * What was measured of each defence with the built-in model, `"mini"`, and how the defences are set for it; some kilobytes,
 * fetched at the first call. `null` where the model was built without it.
 *
 * @throws GlimpseError `network`
 * @example
 * ```ts
 * const measured = await builtInDefences();
 * if (measured?.fingerprint === classifier.info.fingerprint) {
 *   const { heads, alpha } = measured.calibration;
 *   const { scores } = await defend(classifier, image, labels, { kind: "heads", heads: heads.slice(0, 4), alpha });
 * }
 * ```
 */
export function builtInDefences(): Promise<MeasuredDefences | null> {
  table ??= fetchTable().catch((error: unknown) => {
    table = undefined;
    throw error;
  });
  return table;
}

async function fetchTable(): Promise<MeasuredDefences | null> {
  const response = await fetchFrom(TABLE.href);
  if (response.status === 404) return null;
  if (!response.ok) throw httpError(response, TABLE.href);
  try {
    return (await response.json()) as MeasuredDefences;
  } catch (error) {
    throw new GlimpseError(
      "network",
      `${TABLE.href} did not answer with the table of defences (${messageOf(error)}); serve the package's models folder as it lies`,
    );
  }
}
