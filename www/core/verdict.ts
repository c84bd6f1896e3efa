/** How sure to be: the distance between the best label and the next, in words. */

import { NONE_OF_THESE, type Score } from "glimpse-clip";
import { quoted } from "./quote.js";
import { labelsAreAnothers, type State } from "./state.js";
import { caveatOf } from "./words.js";

/** How many times as likely as the next label the best one is, at least, for these words. */
const CLEARLY = 20;
const WELL_AHEAD = 4;
const AHEAD = 1.5;
const BARELY = 1.05;

/** What the scores say, in a sentence; empty where a sentence would promise too much. */
export function verdictOf(state: State): string {
  const [best, next] = [...(state.scores ?? [])].sort((a, b) => b.score - a.score);
  if (!best || !next || state.phase === "error") return "";
  if (caveatOf(state, best.label)) return "";
  const ratio = best.score / next.score;
  if (best.label === NONE_OF_THESE)
    return ratio < AHEAD
      ? `Perhaps ${name(next)}, perhaps none of these.`
      : "None of these fits well.";
  if (labelsAreAnothers(state)) return `Of the example's labels, ${name(best)} is nearest.`;
  if (ratio >= CLEARLY) return `Clearly ${name(best)}.`;
  if (ratio >= WELL_AHEAD) return `${name(best)}, well ahead of ${name(next)}.`;
  if (ratio >= AHEAD) return `${name(best)}, ahead of ${name(next)}.`;
  if (ratio >= BARELY) return `${name(best)}, barely ahead of ${name(next)}.`;
  return `Undecided between ${name(best)} and ${name(next)}.`;
}

/** What the words stand for in numbers; the verdict's title. */
export const VERDICT_SCALE =
  "Clearly: at least 20 times as likely as the next label. Well ahead: 4 times. Ahead: 1.5 times. Barely ahead: less than that.";

function name({ label }: Score): string {
  return label === NONE_OF_THESE ? label : quoted(label);
}
