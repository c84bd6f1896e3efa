/** The name of the score that stands for everything that is not among the labels. */

/** The label of the score that {@link ScoringOptions.noneOfThese} adds. */
export const NONE_OF_THESE = "none of these";
