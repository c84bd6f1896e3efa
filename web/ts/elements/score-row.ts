/** One row of `<score-bars>`: a label that can be typed, its bar and its number. */

import { part } from "./element.js";

/** What a row shows; `Classifier.classify` gives exactly these. */
export interface BarScore {
  /** The label, as it stands in the row. */
  label: string;
  /** Probability among the labels, 0 to 1. */
  score: number;
  /** Scaled similarity before the softmax. */
  logit?: number;
  /** Cosine of the angle between picture and label, -1 to 1. */
  cosine?: number;
}

const MARKUP = `
  <input part="label" type="text" spellcheck="false" autocomplete="off" autocapitalize="off" enterkeyhint="next" />
  <div class="track" part="track" aria-hidden="true"><div class="fill" part="fill"></div></div>
  <span class="number" part="number"></span>
  <span class="guess" part="guess"></span>
  <button class="remove" part="remove" type="button" tabindex="-1">
    <svg viewBox="0 0 16 16" aria-hidden="true"><path d="M4 4l8 8M12 4l-8 8" /></svg>
  </button>
  <span class="detail" part="detail"></span>
`;

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

  readonly #fill: HTMLElement;
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

  /** Marks the row as a guess and says why, or takes the mark away where `caveat` is empty. */
  doubt(caveat: string): void {
    this.caveat = caveat;
    this.#draw();
  }

  #emphasise(best: boolean): void {
    this.element.toggleAttribute("data-best", best);
    this.#fill.part.toggle("best", best);
  }

  #draw(): void {
    const { score } = this;
    this.#fill.style.setProperty("--score", String(score?.score ?? 0));
    this.#number.textContent = score ? percent(score.score) : "";
    this.#number.title = score ? figures(score, true) : "";
    const doubted = score !== undefined && this.caveat !== "";
    this.element.toggleAttribute("data-guess", doubted);
    this.#guess.textContent = doubted ? "guess" : "";
    this.#guess.title = doubted ? this.caveat : "";
    this.#detail.textContent = score ? figures(score, false) : "";
    this.#remove.setAttribute(
      "aria-label",
      this.label ? `Remove ${this.label}` : "Remove this row",
    );
    this.#remove.title = "Remove";
  }
}

/** A probability as people read it: `81.2 %`. */
export function percent(probability: number): string {
  const value = probability * 100;
  const shown = value > 0 && value < 0.05 ? "<0.1" : value.toFixed(1);
  return `${shown}\u202f%`;
}

function figures(score: BarScore, full: boolean): string {
  const parts: string[] = [];
  if (full) parts.push(`probability ${score.score.toPrecision(4)}`);
  if (score.cosine !== undefined) parts.push(`cosine ${score.cosine.toFixed(4)}`);
  if (score.logit !== undefined) parts.push(`logit ${score.logit.toFixed(2)}`);
  return parts.join(" · ");
}
