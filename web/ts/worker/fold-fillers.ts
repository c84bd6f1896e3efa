/** Folds the scores of hidden filler texts into the one score "none of these". */

import { NONE_OF_THESE } from "../shared/none-of-these.js";
import type { Score } from "../shared/types.js";

/**
 * The labels' scores anew, with one more for "none of these"; best first.
 *
 * Its logit is the logarithm of the sum of the fillers' exponentials, less the logarithm of how many fillers there are to a
 * label: before the picture is looked at, "none of these" is then as likely as all labels together, however long the list of
 * fillers is (one of 253 would win 37 % of the pictures whose thing is among the labels; so it wins 8 %). Fillers that are
 * fewer than the labels count as they are. The softmax is taken again over all.
 */
export function foldFillers(labels: readonly Score[], fillers: readonly Score[]): Score[] {
  const prior = Math.log(Math.max(1, fillers.length / labels.length));
  const none = {
    label: NONE_OF_THESE,
    logit: logOfSum(fillers) - prior,
    cosine: fillers.reduce((most, { cosine }) => Math.max(most, cosine), -1),
  };
  const all = [...labels, none];
  const total = logOfSum(all);
  return all
    .map(({ label, logit, cosine }) => ({ label, score: Math.exp(logit - total), logit, cosine }))
    .sort((one, other) => other.logit - one.logit);
}

/** The logarithm of the sum of the exponentials; the largest is taken out first, or they would overflow. */
function logOfSum(scores: readonly Pick<Score, "logit">[]): number {
  const largest = scores.reduce((most, { logit }) => Math.max(most, logit), -Infinity);
  return largest + Math.log(scores.reduce((sum, { logit }) => sum + Math.exp(logit - largest), 0));
}
