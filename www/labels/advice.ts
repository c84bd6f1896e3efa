/** Gives a list of labels what a built-in model was taught: completions while one types, and marks on labels that are guesses. */

import type { ScoreBars } from "glimpse-clip/elements";
import { taughtOf, type State } from "../core/state.js";
import { caveatOf } from "../core/words.js";
import { suggestionsOf } from "./suggestions.js";

/** Brings `bars` in line with what the model of the picture on the page was taught; without a list of that, both end. */
export function adviseBars(bars: ScoreBars, state: State): void {
  const taught = taughtOf(state);
  bars.suggest = taught ? (typed) => suggestionsOf(typed, taught, bars.labels) : null;
  bars.caveat = taught ? (label) => caveatOf(state, label) : null;
}
