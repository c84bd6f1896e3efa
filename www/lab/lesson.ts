/** What two models make of one word, in a sentence: the one that sees and cannot read beside the one that reads. */

import { count } from "../core/amounts.js";
import type { BuiltIn } from "../core/model-choice.js";
import { quoted } from "../core/quote.js";
import type { Control } from "./lab.js";

/** A label and its probability, 0 to 1. */
interface Share {
  label: string;
  score: number;
}

/** What one of them made of the picture without the word, and of what is shown; null while that is not known. */
export interface Seen {
  clean: readonly Share[] | null;
  shown: readonly Share[] | null;
}

/** What each is good for, as it is called here. */
export const CALLED: Readonly<Record<BuiltIn, string>> = {
  mini: "the one that reads",
  "mini-photo": "the one that sees",
};

/** The sentence; empty while there is nothing to compare. `target` is the label that the word names, else the word. */
export function lessonOf(
  control: Control,
  target: string,
  seen: Readonly<Record<BuiltIn, Seen>>,
): string {
  const [sees, reads] = [seen["mini-photo"], seen.mini];
  if (!sees.shown || !reads.shown) return "";
  if (control === "clean" || control === "blank")
    return `${sentence(CALLED["mini-photo"])} says ${saying(sees.shown)}; ${CALLED.mini} says ${saying(reads.shown)}.`;
  const written = control === "word" ? `The word ${quoted(target)}` : "What is written";
  const [moved, moves] = [change(sees, target), change(reads, target)];
  if (moved === null || moves === null) return "";
  return `${written} moves ${CALLED["mini-photo"]} by ${count(moved, "point")} and ${CALLED.mini} by ${count(moves, "point")}: ${verdict(sees, reads, target)}`;
}

/** Which of the two models follows the word. */
function verdict(sees: Seen, reads: Seen, target: string): string {
  const [seer, reader] = [best(sees.shown), best(reads.shown)];
  if (seer === target && reader === target) return "now both say it.";
  if (reader === target) return `one says what is written, the other still ${quoted(seer)}.`;
  if (seer === target) return `here the word hides what was to be seen.`;
  return `neither says it.`;
}

/** By how many whole percentage points the label's share changed, either way; null where it is no label. */
function change({ clean, shown }: Seen, label: string): number | null {
  const [before, after] = [shareOf(clean, label), shareOf(shown, label)];
  return before === null || after === null ? null : Math.round(100 * Math.abs(after - before));
}

function shareOf(shares: readonly Share[] | null, label: string): number | null {
  return shares?.find((one) => one.label === label)?.score ?? null;
}

function saying(shares: readonly Share[]): string {
  const [first] = [...shares].sort((a, b) => b.score - a.score);
  return first ? `${quoted(first.label)}, ${Math.round(100 * first.score)}\u202f%` : "";
}

function best(shares: readonly Share[] | null): string {
  return [...(shares ?? [])].sort((a, b) => b.score - a.score)[0]?.label ?? "";
}

function sentence(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
