/** The name of the score that stands for everything that is not among the labels. */

import * as table from "./none-of-these.json.js";

/** The label of the score that {@link ScoringOptions.noneOfThese} adds. */
export const NONE_OF_THESE = table.NONE_OF_THESE;
