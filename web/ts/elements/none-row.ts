/** The last row of `<score-bars>`: a box to tick, and the share of pictures that no label fits. */

import { part } from "./element.js";
import { type BarScore, type Unit, describe, fraction, number } from "./figures.js";

/** What the box is for, before it is ticked. */
const WHY = "Also compares the picture with many other things, which your labels do not name.";

const MARKUP = `
  <label part="none-label" title="${WHY}">
    <input type="checkbox" aria-describedby="none-number none-why" /><span>none of these</span>
  </label>
  <span id="none-why" hidden>${WHY}</span>
  <div class="track" part="track" aria-hidden="true"><div class="fill" part="fill"></div></div>
  <span class="number" part="number" id="none-number"></span>
  <span class="detail" part="detail"></span>
`;

/** The row and the score it last showed. */
export class NoneRow {
  /** The row, to be placed after the list. */
  readonly element: HTMLElement;
  readonly #box: HTMLInputElement;
  readonly #fill: HTMLElement;
  readonly #number: HTMLElement;
  readonly #detail: HTMLElement;
  #score: BarScore | undefined;
  #unit: Unit = "probability";

  /** `choose` is called when a person ticks the box or takes the tick away. */
  constructor(choose: (on: boolean) => void) {
    this.element = document.createElement("div");
    this.element.className = "row none";
    this.element.part.add("none");
    this.element.innerHTML = MARKUP;
    this.#box = part(this.element, "input");
    this.#fill = part(this.element, ".fill");
    this.#number = part(this.element, ".number");
    this.#detail = part(this.element, ".detail");
    this.element.hidden = true;
    this.#box.addEventListener("change", () => choose(this.#box.checked));
  }

  /** Shows the row with or without its tick; null takes the row away. */
  set choice(on: boolean | null) {
    this.element.hidden = on === null;
    this.#box.checked = on === true;
    this.element.toggleAttribute("data-on", on === true);
    this.#draw();
  }

  /** What the number says. */
  set unit(unit: Unit) {
    this.#unit = unit;
    this.#draw();
  }

  /** Shows `score`; without one, the bar is empty. */
  show(score: BarScore | undefined, best: boolean): void {
    this.#score = score;
    this.element.toggleAttribute("data-best", best);
    this.#draw();
  }

  #draw(): void {
    const score = this.#box.checked ? this.#score : undefined;
    this.#fill.style.setProperty("--score", String(score ? fraction(score, this.#unit) : 0));
    this.#number.textContent = score ? number(score, this.#unit) : "";
    this.#number.title = score ? describe(score, true) : "";
    this.#detail.textContent = score ? describe(score, false) : "";
  }
}
