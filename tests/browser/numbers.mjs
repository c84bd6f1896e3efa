// Compares embeddings and scores with reference numbers, with the tolerances.
import assert from "node:assert/strict";

/** Largest error of a cosine or a probability, by the device that computed it. */
export const tolerance = { cpu: 1e-4, gpu: 1e-3 };

/** The largest absolute difference of two equally long lists of numbers. */
export function largestDifference(one, other) {
  assert.equal(one.length, other.length, "lengths differ");
  return one.reduce((largest, value, at) => {
    const difference = Math.abs(value - other[at]);
    return Number.isNaN(difference) ? Infinity : Math.max(largest, difference);
  }, 0);
}

/** The cosine of two vectors of any length. */
export function cosine(one, other) {
  const dot = (left, right) => left.reduce((sum, value, at) => sum + value * right[at], 0);
  return dot(one, other) / Math.sqrt(dot(one, one) * dot(other, other));
}

/** Asserts that two lists differ nowhere by more than `most`; gives the largest difference. */
export function assertClose(actual, expected, most, what) {
  const difference = largestDifference(actual, expected);
  assert.ok(difference <= most, `${what}: off by ${difference}, at most ${most} is allowed`);
  return difference;
}

/** Asserts that scores are well formed: best first, probabilities of sum 1, each label's cosine within [-1, 1]. */
export function assertScores(scores, labels) {
  assert.deepEqual(scores.map(({ label }) => label).sort(), [...labels].sort());
  const sum = scores.reduce((total, { score }) => total + score, 0);
  assert.ok(Math.abs(sum - 1) < 1e-5, `probabilities sum to ${sum}`);
  for (const [at, { score, logit, cosine: similarity }] of scores.entries()) {
    assert.ok(at === 0 || scores[at - 1].score >= score, "scores are not best first");
    assert.ok(
      Number.isFinite(logit) && Math.abs(similarity) <= 1.000001,
      "a number is off its range",
    );
  }
}

/** One number of every score ("score", "logit", "cosine"), in the order of the labels and not of the ranking. */
export const inOrder = (scores, labels, name) =>
  labels.map((wanted) => scores.find(({ label }) => label === wanted)[name]);
