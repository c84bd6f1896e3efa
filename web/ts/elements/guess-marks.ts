/** Marks the labels that a built-in model was not taught. */

import { builtInLabels } from "../built-in/labels.js";
import type { BuiltInLabels } from "../built-in/taught-list.js";
import { isTaught } from "../built-in/taught.js";
import { isBuiltIn } from "../shared/built-ins.js";
import type { ScoreBars } from "./score-bars.js";

const GUESS = "The built-in model was not taught this: its score is a guess.";

/** The marks on bars, for the model that answered last. */
export class GuessMarks {
  readonly #bars: ScoreBars;
  #model: string | null = null;

  constructor(bars: ScoreBars) {
    this.#bars = bars;
  }

  /** Marks what `model` was not taught; without its list, nothing: the scores do not depend on it. */
  show(model: string): void {
    if (model === this.#model) return;
    this.#model = model;
    this.#bars.caveat = null;
    if (!isBuiltIn(model)) return;
    const mark = (taught: BuiltInLabels) => {
      if (this.#model !== model) return;
      this.#bars.caveat = (label) => (isTaught(label, taught) ? "" : GUESS);
    };
    builtInLabels(model).then(mark, () => (this.#model = null));
  }
}
