/** What a label on the picture changed, in a sentence: who gained or lost how many points, and by what. */

import { count } from "../core/amounts.js";
import { quoted } from "../core/quote.js";
import type { Control } from "./lab.js";

/** A label and its probability, 0 to 1. */
interface Share {
  label: string;
  score: number;
}

/** What the sentence is about. */
export interface Change {
  control: Control;
  /** The label that the word names, else the word. */
  target: string;
  clean: readonly Share[] | null;
  /** The scores of what is shown. */
  shown: readonly Share[] | null;
  /** Those of the same paper without the word; null while they are not known. */
  blank: readonly Share[] | null;
}

/** One label's change in whole percentage points: all of it, and its two parts, which add up to it. */
interface Points {
  label: string;
  all: number;
  /** By the blank paper: blank less clean; null while that is not known. */
  paper: number | null;
  /** By what is written: shown less blank. */
  word: number | null;
}

/** What points are; the sentence's title. */
export const POINTS =
  "Points are percentage points of probability. The blank paper alone shows what the paper does; the rest is the word’s doing.";

/** The sentence; empty while there is nothing to compare. */
export function sentenceOf({ control, target, clean, shown, blank }: Change): string {
  const before = best(clean);
  const after = best(shown);
  if (!clean || !shown || !before || !after) return "";
  if (shown.length < 2) return "A single label always has it all: add another.";
  if (control === "clean")
    return `Nothing is written: ${quoted(before.label)} leads with ${Math.round(100 * before.score)}\u202f%.`;
  const points = shown.map(({ label }) => pointsOf(label, clean, shown, blank));
  const writer = control === "nonsense" ? "the letters" : "the word";
  const changed =
    control === "blank"
      ? `The blank paper alone: ${told(points, target, () => "")}`
      : told(points, target, (one) => parts(one, writer));
  return `${changed} ${leads(before, after)}`;
}

/** Speaks of the target, and first of another label where that one gained more. */
function told(points: readonly Points[], target: string, split: (one: Points) => string): string {
  const named = points.find(({ label }) => label === target);
  const most = points.reduce((one, other) => (other.all > one.all ? other : one));
  if (most.all > Math.max(named?.all ?? 0, 0)) {
    const first = `${quoted(most.label)} gained ${count(most.all, "point")}${split(most)}`;
    if (!named) return `${first}.`;
    return `${first}. ${quoted(named.label)} ${verb(named)}.`;
  }
  const about = named ?? points.reduce((one, other) => (other.all < one.all ? other : one));
  if (!named && about.all === 0) return "No label gained or lost a point.";
  return `${quoted(about.label)} ${verb(about)}${split(about)}.`;
}

function verb({ all }: Points): string {
  if (all > 0) return `gained ${count(all, "point")}`;
  if (all < 0) return `lost ${count(-all, "point")}`;
  return "neither gained nor lost a point";
}

/** Which part of it was whose, as the sentence goes on. */
function parts({ all, word, paper }: Points, writer: string): string {
  if (word === null || paper === null) return "";
  if (all === 0) {
    if (word === 0) return "";
    const [giver, taker] = word > 0 ? [writer, "the paper"] : ["the paper", writer];
    return `: ${giver} gave ${Math.abs(word)}, ${taker} took as many`;
  }
  // Of a loss, what took counts as the share, and what gave stood against it.
  const direction = Math.sign(all);
  const [byWord, byPaper] = [word * direction, paper * direction];
  const against = all > 0 ? "took" : "gave";
  const only = Math.abs(all) === 1 ? ", " : ", all ";
  if (byPaper === 0) return `${only}by ${writer}`;
  if (byWord === 0) return `${only}by the paper`;
  if (byPaper < 0) return `: ${byWord} by ${writer}, while the paper ${against} ${-byPaper}`;
  if (byWord < 0) return `: ${byPaper} by the paper, while ${writer} ${against} ${-byWord}`;
  return `: ${byWord} by ${writer}, ${byPaper} by the paper`;
}

function leads(before: Share, after: Share): string {
  return before.label === after.label
    ? `${quoted(after.label)} still leads.`
    : `Now ${quoted(after.label)} leads, no longer ${quoted(before.label)}.`;
}

/** The word's points are what is left, so that whole numbers add up. */
function pointsOf(
  label: string,
  clean: readonly Share[],
  shown: readonly Share[],
  blank: readonly Share[] | null,
): Points {
  const all = points(share(shown, label) - share(clean, label));
  const paper = blank && points(share(blank, label) - share(clean, label));
  return { label, all, paper, word: paper === null ? null : all - paper };
}

function points(difference: number): number {
  // Without the sum, what is rounded up to nothing would be minus nothing.
  return Math.round(100 * difference) + 0;
}

function share(shares: readonly Share[], label: string): number {
  return shares.find((one) => one.label === label)?.score ?? 0;
}

function best(shares: readonly Share[] | null): Share | undefined {
  return [...(shares ?? [])].sort((a, b) => b.score - a.score)[0];
}
