// Turns samples into medians and ratios, and says where two answers differ.

/** The middle one, or the mean of the middle two. */
export function median(samples) {
  const sorted = samples.toSorted((one, other) => one - other);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** `{ median, least, most, samples }`. */
export const summary = (samples) => ({
  median: median(samples),
  least: Math.min(...samples),
  most: Math.max(...samples),
  samples,
});

/** The name of the contender with the least median; `measured` maps names to summaries. */
export function bestOf(measured) {
  const names = Object.keys(measured);
  return names.reduce((best, name) =>
    measured[name].median < measured[best].median ? name : best,
  );
}

/** A vector brought to unit length. */
export function unit(vector) {
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}

/** The vectors of a list of answers, one after another. */
export const rowsOf = (answers) => answers.flatMap(({ rows }) => rows);

/** The largest difference between two lists of vectors, each brought to unit length. */
export function largestDifference(some, others) {
  return eachPair(some, others, (one, other) =>
    Math.max(...one.map((value, at) => Math.abs(value - other[at]))),
  ).reduce((most, difference) => Math.max(most, difference), 0);
}

/** The smallest cosine between vectors of the same place in two lists. */
export function leastCosine(some, others) {
  return eachPair(some, others, (one, other) =>
    one.reduce((sum, value, at) => sum + value * other[at], 0),
  ).reduce((least, cosine) => Math.min(least, cosine), 1);
}

/** The largest difference of a label's score between two answers, whatever their order. */
export function largestScoreDifference(some, others) {
  const known = new Map(others.map(({ label, score }) => [label, score]));
  if (known.size !== some.length) return Infinity;
  return Math.max(...some.map(({ label, score }) => Math.abs(score - (known.get(label) ?? NaN))));
}

function eachPair(some, others, compare) {
  if (some.length !== others.length || some.length === 0)
    throw new Error(`${some.length} answers stand beside ${others.length}`);
  return some.map((vector, at) => compare(unit(vector), unit(others[at])));
}
