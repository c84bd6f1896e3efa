/** How a score is written and how long its bar is, in each of the three units. */

/** What a row shows; `Classifier.classify` gives exactly these. */
export interface BarScore {
  /** The label, as it stands in the row. */
  label: string;
  /** Probability among the labels, 0 to 1. */
  score: number;
  /** Scaled similarity before the softmax. */
  logit?: number;
  /** Cosine of the angle between picture and label, -1 to 1. */
  cosine?: number;
}

/** What the numbers beside the bars say. */
export type Unit = "probability" | "cosine" | "logit";

/** The score's number in `unit`: `81.2 %`, `0.2871`, `28.71`; empty where the score has none. */
export function number(score: BarScore, unit: Unit): string {
  if (unit === "cosine") return score.cosine?.toFixed(4) ?? "";
  if (unit === "logit") return score.logit?.toFixed(2) ?? "";
  return percent(score.score);
}

/**
 * How much of its track the bar fills, 0 to 1. The logit is the cosine times one number for all labels, so their bars are the
 * same: the cosine, from 0 to 1.
 */
export function fraction(score: BarScore, unit: Unit): number {
  if (unit === "probability") return score.score;
  return Math.min(1, Math.max(0, score.cosine ?? 0));
}

/** A probability as people read it: `81.2 %`. */
export function percent(probability: number): string {
  const value = probability * 100;
  const shown = value > 0 && value < 0.05 ? "<0.1" : value.toFixed(1);
  return `${shown}\u202f%`;
}

/** Cosine and logit in words, with the probability in front where `full` says so. */
export function describe(score: BarScore, full: boolean): string {
  const parts: string[] = [];
  if (full) parts.push(`probability ${score.score.toPrecision(4)}`);
  if (score.cosine !== undefined) parts.push(`cosine ${score.cosine.toFixed(4)}`);
  if (score.logit !== undefined) parts.push(`logit ${score.logit.toFixed(2)}`);
  return parts.join(" · ");
}
