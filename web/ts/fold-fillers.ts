/** Folds the scores of hidden filler texts into the one score "none of these". */

import { NONE_OF_THESE } from "./none-of-these.js";
import type { Score } from "./types.js";

/**
 * The labels' scores anew, with the fillers among the competitors, and one score in the fillers' place; best first.
 *
 * Both lists come with their own probabilities, but their logits are of one scale: the softmax is taken again over all of them.
 */
export function foldFillers(labels: readonly Score[], fillers: readonly Score[]): Score[] {
  const logits = [...labels, ...fillers].map(({ logit }) => logit);
  // The largest is taken away first: exponentials of whole logits overflow.
  const largest = logits.reduce((most, logit) => Math.max(most, logit), -Infinity);
  const sum = (scores: readonly Score[]) =>
    scores.reduce((total, { logit }) => total + Math.exp(logit - largest), 0);
  const others = sum(fillers);
  const total = sum(labels) + others;
  const none: Score = {
    label: NONE_OF_THESE,
    score: others / total,
    logit: largest + Math.log(others),
    cosine: fillers.reduce((most, { cosine }) => Math.max(most, cosine), -1),
  };
  return [
    ...labels.map((score) => ({ ...score, score: Math.exp(score.logit - largest) / total })),
    none,
  ].sort((one, other) => other.score - one.score);
}
