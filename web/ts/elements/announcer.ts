/** Tells people who do not see the bars what they show: politely, and only once the scores rest. */

import { type BarScore, type Unit, number } from "./figures.js";

/** How long scores must rest before they are read out. */
const AFTER_MS = 900;
/** How many are read out. */
const BEST = 3;

/** Speaks through a live region. */
export class Announcer {
  readonly #region: HTMLElement;
  #waiting: ReturnType<typeof setTimeout> | undefined;

  /** `region` is an element with `aria-live`. */
  constructor(region: HTMLElement) {
    this.#region = region;
  }

  /** Says this at once. */
  say(text: string): void {
    this.#region.textContent = text;
  }

  /** Says the best of these scores after a while, unless others come first; `isGuess` tells labels whose score is one. */
  tell(scores: readonly BarScore[] | null, unit: Unit, isGuess: (label: string) => boolean): void {
    clearTimeout(this.#waiting);
    if (!scores?.length) return;
    const best = [...scores].sort((a, b) => b.score - a.score).slice(0, BEST);
    this.#waiting = setTimeout(() => {
      const told = best.map(
        (score) =>
          `${score.label}: ${number(score, unit)}${isGuess(score.label) ? " (a guess)" : ""}`,
      );
      this.say(told.join(", "));
    }, AFTER_MS);
  }
}
