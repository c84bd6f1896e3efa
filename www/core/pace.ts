/** Estimates how long is left of something that goes on at an uneven speed. */

/** How far back the speed is looked at, in milliseconds: long enough to be calm, short enough to notice a change. */
const WINDOW = 15_000;
/** No estimate before this, in milliseconds: the first steps are seldom like the others. */
const FIRST_WORD = 2_000;

/** Amounts over time, of which only the recent past counts. */
export class Pace {
  #marks: { at: number; amount: number }[] = [];

  /** Begins anew. */
  reset(): void {
    this.#marks = [];
  }

  /** Notes that `amount` (pictures, bytes) is done by now. */
  mark(amount: number, at = performance.now()): void {
    this.#marks.push({ at, amount });
    while (this.#marks.length > 2 && at - this.#marks[0]!.at > WINDOW) this.#marks.shift();
  }

  /** Seconds until `total` is done; null while there is too little to tell by. */
  secondsUntil(total: number): number | null {
    const [first] = this.#marks;
    const last = this.#marks.at(-1);
    if (!first || !last || last.at - first.at < FIRST_WORD || last.amount <= first.amount)
      return null;
    return ((total - last.amount) * (last.at - first.at)) / (last.amount - first.amount) / 1000;
  }
}
