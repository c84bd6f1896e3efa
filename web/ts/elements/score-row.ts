/** One row of `<score-bars>`: a label that can be typed, its bar and its number. */

import { part } from "./element.js";
import { type BarScore, type Unit, describe, fraction, number } from "./figures.js";

const MARKUP = `
  <span class="grip" part="grip" aria-hidden="true" title="Drag to another place (Alt and the arrow keys do the same)">
    <svg viewBox="0 0 16 16"><path d="M6 4v.01M10 4v.01M6 8v.01M10 8v.01M6 12v.01M10 12v.01" /></svg>
  </span>
  <input part="label" type="text" dir="auto" spellcheck="false" autocomplete="off" autocapitalize="off" enterkeyhint="next" />
  <div class="track" part="track" aria-hidden="true"><div class="fill" part="fill"></div><div class="ghost" part="ghost" hidden></div></div>
  <span class="number" part="number"></span>
  <span class="guess" part="guess"></span>
  <button class="remove" part="remove" type="button" tabindex="-1">
    <svg viewBox="0 0 16 16" aria-hidden="true"><path d="M4 4l8 8M12 4l-8 8" /></svg>
  </button>
  <span class="detail" part="detail"></span>
`;

/** Letters; most fields show as many. */
const LONG = 24;

let made = 0;

/** A row and the score it last showed. */
export class ScoreRow {
  /** The list item that is the row. */
  readonly element: HTMLLIElement;
  /** The label's field. */
  readonly input: HTMLInputElement;
  /** The score last shown, or undefined when the row has had none. */
  score: BarScore | undefined;
  /** Why the score is a guess, in words for people; empty where it is none. */
  caveat = "";

  #unit: Unit = "probability";
  #earlier: BarScore | undefined;
  readonly #fill: HTMLElement;
  readonly #ghost: HTMLElement;
  readonly #number: HTMLElement;
  readonly #guess: HTMLElement;
  readonly #detail: HTMLElement;
  readonly #remove: HTMLButtonElement;

  constructor(label: string) {
    this.element = document.createElement("li");
    this.element.part.add("row");
    this.element.innerHTML = MARKUP;
    this.input = part(this.element, "input");
    this.#fill = part(this.element, ".fill");
    this.#ghost = part(this.element, ".ghost");
    this.#number = part(this.element, ".number");
    this.#guess = part(this.element, ".guess");
    this.#detail = part(this.element, ".detail");
    this.#remove = part(this.element, ".remove");
    this.#number.id = `number-${++made}`;
    this.#guess.id = `guess-${made}`;
    this.input.setAttribute("aria-describedby", `${this.#number.id} ${this.#guess.id}`);
    this.input.value = label;
    this.#draw();
  }

  /** The label without the blanks around it; empty for the row that waits to be filled. */
  get label(): string {
    return this.input.value.trim();
  }

  /** Says which row this is, of how many labels; the row after the last label is the one that adds. */
  place(index: number, labels: number, placeholder: string): void {
    const adds = index >= labels;
    this.element.toggleAttribute("data-adds", adds);
    this.input.placeholder = adds ? placeholder : "";
    this.input.setAttribute("aria-label", adds ? placeholder : `Label ${index + 1} of ${labels}`);
    this.input.ariaKeyShortcuts = adds ? null : "Alt+ArrowUp Alt+ArrowDown";
  }

  /** Shows `score`; without one, the bar stays as it was and is marked as waiting for its number. */
  show(score: BarScore | undefined, best: boolean): void {
    if (score) this.score = score;
    this.element.toggleAttribute("data-stale", !score);
    if (score) this.#emphasise(best);
    this.#draw();
  }

  /** Forgets the score: bar and number go. */
  clear(): void {
    this.score = undefined;
    this.element.removeAttribute("data-stale");
    this.#emphasise(false);
    this.#draw();
  }

  /** Lays an earlier score over the bar, pale, up to a mark; undefined takes it away. */
  haunt(earlier: BarScore | undefined): void {
    this.#earlier = earlier;
    this.#draw();
  }

  /** Marks the row as a guess and says why, or takes the mark away where `caveat` is empty. */
  doubt(caveat: string): void {
    this.caveat = caveat;
    this.#draw();
  }

  /** What the number says and the bar measures. */
  set unit(unit: Unit) {
    if (unit === this.#unit) return;
    this.#unit = unit;
    this.#draw();
  }

  #emphasise(best: boolean): void {
    this.element.toggleAttribute("data-best", best);
    this.#fill.part.toggle("best", best);
  }

  #draw(): void {
    const { score } = this;
    this.#fill.style.setProperty("--score", String(score ? fraction(score, this.#unit) : 0));
    const earlier = this.#earlier;
    this.#ghost.hidden = !earlier;
    if (earlier) this.#ghost.style.setProperty("--score", String(fraction(earlier, this.#unit)));
    this.#number.textContent = score ? number(score, this.#unit) : "";
    this.#number.title = score ? describe(score, true) : "";
    const doubted = score !== undefined && this.caveat !== "";
    this.element.toggleAttribute("data-guess", doubted);
    this.#guess.textContent = doubted ? "guess" : "";
    this.#guess.title = doubted ? this.caveat : "";
    this.#detail.textContent = score ? describe(score, false) : "";
    // Where a label is longer than its field, the pointer resting on it shows the whole.
    this.input.title = this.label.length > LONG ? this.label : "";
    this.#remove.setAttribute(
      "aria-label",
      this.label ? `Remove ${this.label}` : "Remove this row",
    );
    this.#remove.title = "Remove";
  }
}
