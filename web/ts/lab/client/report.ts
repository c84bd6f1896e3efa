/** The report of a sweep: what was asked, on what, every answer, and the figures. The command line's has the same form. */

import type { LetteringSpec } from "../shared/lettering.js";
import type { AttackAnswer, AttackPicture } from "../shared/sweep.js";

/**
 * What {@link attack} gives: a plain object for `JSON.stringify`, {@link reportHtml}, and `glimpse attack --replay`.
 */
export interface AttackReport {
  /** The form of this object. */
  readonly format: "glimpse-attack/1";
  /** Where the numbers come from. */
  readonly provenance: AttackProvenance;
  /** What was asked for, with all defaults: the options of {@link attack} by the same names, but `templates` for `hypothesisTemplate`. */
  readonly options: Readonly<Record<string, unknown>>;
  /** The label that the word should pull to. */
  readonly target: string;
  /** What was written: the word, and the controls that it has. */
  readonly texts: readonly AttackText[];
  /** The pictures, in the order in which variants count them. */
  readonly pictures: readonly AttackPicture[];
  /** Whether nothing was left to ask. */
  readonly finished: boolean;
  /** Every variant that was looked at, with its answer, in the order in which they are asked. */
  readonly variants: readonly AttackVariant[];
  /** What the answers add up to. */
  readonly figures: AttackFigures;
}

/** What a report's numbers depend on, beside its options. */
export interface AttackProvenance {
  /** The version of Glimpse. */
  readonly glimpse: string;
  /** The model's name. */
  readonly model: string;
  /** Its {@link ClassifierInfo.fingerprint}. */
  readonly fingerprint: string;
  /** Where it ran: `"cpu"`, or `"gpu"` and which, as in `"gpu (NVIDIA …)"`. */
  readonly device: string;
  /** The side of the square that it sees, in pixels. */
  readonly imageSize: number;
  /** What cosines are multiplied by. */
  readonly logitScale: number;
  /** The fonts that were used. */
  readonly fonts: readonly { readonly name: string; readonly sha256: string }[];
  /** When it was made: ISO 8601, UTC. */
  readonly date: string;
}

/**
 * What is written: the word; `blank`: the same paper without it; `nonsense`: letters that mean nothing, as many;
 * `scrambled`: its own letters in another order; `synonym`: another word for the target; `truth`: the picture's true label.
 */
export type AttackContent = "word" | "blank" | "nonsense" | "scrambled" | "synonym" | "truth";

/** One of the texts. */
export interface AttackText {
  readonly content: AttackContent;
  /** What is written; `null` for the true label, which is each picture's own. */
  readonly text: string | null;
}

/** One look at one picture. */
export interface AttackVariant {
  /** Its stable name: `"0/clean"`, `"0/word/h0.16/x0.5/y0.17"`, `"0/blank/font/serif"`, `"0/flip/x0.5/y0.17/h0.094"`. */
  readonly key: string;
  /** The picture, from 0. */
  readonly picture: number;
  /** What was laid on it, with all defaults; `null` for the clean picture. */
  readonly spec: LetteringSpec | null;
  /** What the classifier said. */
  readonly answer: AttackAnswer;
}

/** How often something happened, with Wilson's 95 % interval: it takes each look for an independent trial, which several looks at one picture are not. */
export interface AttackRate {
  /** How often. */
  readonly hits: number;
  /** Of how many looks. */
  readonly of: number;
  /** The one by the other, 0 to 1; `null` where there were none. */
  readonly rate: number | null;
  /** The interval's lower end; 0 where there were none. */
  readonly low: number;
  /** The interval's upper end; 1 where there were none. */
  readonly high: number;
}

/** What the word does beyond the paper, over pairs of looks of the same geometry. */
export interface AttackNet {
  /** How many pairs. */
  readonly pairs: number;
  /** Those where the target wins with the text alone, */
  readonly wordOnly: number;
  /** with blank paper alone, */
  readonly blankOnly: number;
  /** with both. */
  readonly both: number;
  /** The one rate less the other, -1 to 1; `null` where there were no pairs. */
  readonly net: number | null;
}

/** What a group of looks at lettered pictures adds up to. */
export interface AttackOutcome {
  /** The best label is the target. */
  readonly targeted: AttackRate;
  /** The best label is no longer the true one. */
  readonly untargeted: AttackRate;
  /** The targeted rate beyond that of blank paper. */
  readonly net: AttackNet;
  /** The mean of the true label's logit less the target's: below 0 the target is ahead. `null` where there were no looks. */
  readonly margin: number | null;
  /** The mean share of pixels that the label changed, 0 to 1; `null` where there were no looks. */
  readonly area: number | null;
}

/** A content, and what it adds up to. */
export interface AttackContentOutcome {
  readonly content: AttackContent;
  readonly outcome: AttackOutcome;
}

/** Text heights: fractions of the side that a quarter, half and three quarters of the places flip at or below; `null` where fewer do. */
export interface AttackQuartiles {
  /** How many places were searched to the end. */
  readonly of: number;
  /** At how many of them the word wins at no size. */
  readonly never: number;
  readonly lower: number | null;
  readonly median: number | null;
  readonly upper: number | null;
}

/** All figures of a report. Rates are over the pictures that count: those whose best label, before anything is written, is the true one and not the target. */
export interface AttackFigures {
  /** Each content, over all heights and places. */
  readonly contents: readonly AttackContentOutcome[];
  /** Each height, over all places. */
  readonly heights: readonly {
    /** A fraction of the side. */
    readonly height: number;
    readonly contents: readonly AttackContentOutcome[];
  }[];
  /** Each place, row by row, with the word. */
  readonly places: readonly {
    /** The label's centre from the left, a fraction of the side. */
    readonly x: number;
    /** From the top. */
    readonly y: number;
    /** Over all heights. */
    readonly all: AttackOutcome;
    /** At each height, from small to large. */
    readonly heights: readonly AttackOutcome[];
  }[];
  /** One factor at a time around the base. */
  readonly factors: readonly {
    readonly factor: "font" | "rotation" | "mirror" | "opacity" | "paper" | "colours" | "copies";
    readonly levels: readonly {
      /** The value. */
      readonly name: string;
      readonly word: AttackOutcome;
      readonly blank: AttackOutcome;
    }[];
  }[];
  /** The same looks scored again with fewer labels; empty where there are only two. */
  readonly labelCounts: readonly {
    /** How many: the true label, the target, and others drawn by the seed. */
    readonly labels: number;
    readonly word: AttackRate;
    readonly blank: AttackRate;
    readonly net: AttackNet;
  }[];
  /** The flip sizes of all pictures and places. */
  readonly flip: AttackQuartiles;
  /** Each picture. */
  readonly pictures: readonly AttackPictureFigures[];
}

/** One picture's figures. */
export interface AttackPictureFigures {
  /**
   * Whether it counts: `counted`; `wrong`: the best label is not the true one before anything is written; `already-target`: it is
   * the target; `unseen`: not looked at yet.
   */
  readonly standing: "unseen" | "counted" | "wrong" | "already-target";
  /** Its true label: the one given, else its best label when clean. */
  readonly truth: string | null;
  /** Its best label when clean, with its probability. */
  readonly clean: { readonly label: string; readonly score: number } | null;
  /** The word, over all heights and places. */
  readonly word: AttackOutcome;
  /** Blank paper there. */
  readonly blank: AttackOutcome;
  /** At each place where the search has ended: the smallest text height that makes it the target at its own and every larger tried size; `null`: none does. */
  readonly flips: readonly {
    readonly x: number;
    readonly y: number;
    readonly size: number | null;
  }[];
  /** Over all places. */
  readonly flip: AttackQuartiles;
}
