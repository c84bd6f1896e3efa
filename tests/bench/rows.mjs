// Makes the rows of the table out of measurements, and lets none through whose outputs are not equal.
import { bestOf, summary } from "./figures.mjs";

/** Outputs in f32 may differ by as much. */
export const F32_LIMIT = 1e-3;
/** The cosine of an output in 8 bits with that in f32 must be above this. */
export const Q8_COSINE = 0.999;

/**
 * A row of ours beside the best of theirs. `measured` maps contenders' names to samples and has "ours" among them; `bar` is the
 * ratio to reach; `problem`, where the outputs are not equal, takes the times' place.
 */
export function comparison({ what, bar, unit = "ms", measured, problem, agreement, note }) {
  if (problem) return { what, bar, unit, problem };
  const { ours, ...theirs } = summaries(measured);
  const best = bestOf(theirs);
  const ratio = ours.median / theirs[best].median;
  return { what, bar, unit, ours, theirs, best, ratio, agreement, note };
}

/** A row of ours alone; `most` is the largest value that reaches the bar. */
export function figure({ what, most, unit = "ms", samples, problem, note }) {
  if (problem) return { what, most, unit, problem };
  return { what, most, unit, ours: summary(samples), note };
}

/** A row without a figure, which says why. */
export const absent = (what, problem) => ({ what, problem });

/** "outputs differ by …" where a difference is above its limit, else undefined. */
export function differenceProblem(difference, limit = F32_LIMIT) {
  // Not `>`: NaN is a problem too.
  if (difference <= limit) return undefined;
  return `no time: outputs differ by ${difference.toExponential(1)}, and ${limit} is allowed`;
}

/** The same of cosines, each with its name. */
export function cosineProblem(cosines, limit = Q8_COSINE) {
  const low = Object.entries(cosines).filter(([, cosine]) => !(cosine > limit));
  if (low.length === 0) return undefined;
  const told = low.map(([name, cosine]) => `${name} ${cosine.toFixed(5)}`).join(", ");
  return `no time: cosine to f32 not above ${limit}: ${told}`;
}

const summaries = (measured) =>
  Object.fromEntries(Object.entries(measured).map(([name, samples]) => [name, summary(samples)]));
