/** The tour: a few questions, a guess before each answer, and what to do about it in one's own product. */

import { byId, element, setText } from "../core/elements.js";
import { Latest } from "../core/latest.js";
import { problemWords } from "./tools/job.js";
import { part } from "./tools/markup.js";
import type { Lab } from "./lab.js";
import { APPLE, Stage } from "./tour/stage.js";
import {
  ADVICE,
  type Answer,
  commandFor,
  type Measured,
  type Step,
  stepsFor,
} from "./tour/steps.js";

const MARKUP = `
  <div class="lab-tour-head">
    <p id="tour-far"></p>
    <button id="tour-leave" class="link" type="button">Leave the tour</button>
  </div>
  <p id="tour-note" class="note"></p>
  <h2 id="tour-question" tabindex="-1"></h2>
  <div id="tour-guesses" role="group" aria-labelledby="tour-question"></div>
  <p id="tour-status" class="note" role="status"></p>
  <div id="tour-answer" tabindex="-1"></div>
  <div class="lab-tour-foot">
    <button id="tour-next" class="primary" type="button" hidden>Next</button>
    <button id="tour-back" class="primary" type="button" hidden>Back to my picture</button>
  </div>
`;

/** Writes the tour into `place`, which begins whenever `place` is shown and ends when it is hidden. */
export function mount(place: HTMLElement, lab: Lab): void {
  new Tour(place, lab);
}

class Tour {
  readonly #place: HTMLElement;
  readonly #lab: Lab;
  #stage: Stage | null = null;
  #steps: readonly Step[] = [];
  #at = 0;
  #measured: Measured = {};
  #answering = false;
  readonly #visit = new Latest();

  constructor(place: HTMLElement, lab: Lab) {
    this.#place = place;
    this.#lab = lab;
    place.classList.add("lab-tour");
    place.setAttribute("role", "region");
    place.setAttribute("aria-label", "Tour");
    place.innerHTML = MARKUP;
    this.#part("#tour-leave").addEventListener("click", () => this.#leave());
    this.#part("#tour-next").addEventListener("click", () => void this.#goOn());
    this.#part("#tour-back").addEventListener("click", () => this.#leave());
    place.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || event.defaultPrevented) return;
      // Out of the tour first; the next one leaves the lab.
      event.preventDefault();
      this.#leave();
    });
    const observer = new MutationObserver(() => this.#follow());
    for (const shown of [place, place.closest("section")])
      if (shown) observer.observe(shown, { attributeFilter: ["hidden"] });
    this.#follow();
  }

  /** Begins when the place is shown, ends when it is hidden, by whatever; closing the lab hides it too. */
  #follow(): void {
    if (this.#place.hidden) this.#end();
    else if (this.#place.closest("section")?.hidden) this.#leave();
    else if (!this.#stage) void this.#begin();
  }

  async #begin(): Promise<void> {
    const signal = this.#visit.begin();
    this.#measured = {};
    this.#hideAnswer(true);
    this.#stage = new Stage(this.#lab, signal);
    setText(
      this.#part("#tour-note"),
      this.#stage.isBuiltIn
        ? "Guess first; then it is done on the picture, and the numbers are those of this moment."
        : "The story was made for the built-in models. With another model it may go another way; the numbers are measured all the same.",
    );
    try {
      this.#steps = stepsFor(this.#stage);
      await this.#stage.open(APPLE);
      if (!signal.aborted) this.#ask(0);
    } catch (error) {
      if (signal.aborted) return;
      this.#hideAnswer(false);
      setText(this.#part("#tour-status"), problemWords(error));
    }
  }

  #end(): void {
    this.#visit.stop();
    this.#hideAnswer(false);
    this.#stage?.close();
    this.#stage = null;
  }

  #leave(): void {
    this.#end();
    const opener = byId("lab-tour-open");
    // The button's own listener also changes its words and its state for screen readers.
    if (!this.#place.hidden) opener.click();
    else this.#place.hidden = true;
    opener.focus();
  }

  /** Sets the next question's picture, then asks it. */
  async #goOn(): Promise<void> {
    const { signal } = this.#visit;
    const next = this.#at + 1;
    const stage = this.#stage;
    const step = this.#steps[next];
    this.#part("#tour-next").hidden = true;
    try {
      if (stage && step?.set) {
        this.#hideAnswer(true);
        await step.set(stage);
      }
      if (!signal.aborted) this.#ask(next);
    } catch (error) {
      if (!signal.aborted) setText(this.#part("#tour-status"), problemWords(error));
    }
  }

  #ask(at: number): void {
    this.#at = at;
    this.#answering = false;
    const step = this.#steps[at];
    for (const id of ["#tour-next", "#tour-back"]) this.#part(id).hidden = true;
    this.#part("#tour-answer").replaceChildren();
    setText(this.#part("#tour-status"), "");
    this.#hideAnswer(step !== undefined);
    if (!step) return this.#close();
    if (at > 0) setText(this.#part("#tour-note"), "");
    setText(this.#part("#tour-far"), `${at + 1} of ${this.#steps.length}`);
    setText(this.#part("#tour-question"), step.question);
    this.#part("#tour-guesses").replaceChildren(
      ...step.guesses.map((guess, index) => {
        const button = element("button", guess, "choice");
        button.type = "button";
        button.setAttribute("aria-pressed", "false");
        button.addEventListener("click", () => void this.#guess(index));
        return button;
      }),
    );
    this.#part("#tour-question").focus();
  }

  async #guess(guess: number): Promise<void> {
    const step = this.#steps[this.#at];
    const stage = this.#stage;
    const { signal } = this.#visit;
    if (this.#answering || !step || !stage) return;
    this.#answering = true;
    const buttons = this.#buttons();
    buttons[guess]?.setAttribute("aria-pressed", "true");
    setText(this.#part("#tour-status"), "Trying it…");
    try {
      const answer = await step.find(stage, this.#measured);
      if (signal.aborted) return;
      setText(this.#part("#tour-status"), "");
      this.#tell(answer, guess);
    } catch (error) {
      if (signal.aborted) return;
      buttons[guess]?.setAttribute("aria-pressed", "false");
      this.#answering = false;
      setText(this.#part("#tour-status"), problemWords(error));
    }
  }

  #tell({ right, words }: Answer, guess: number): void {
    for (const [index, button] of this.#buttons().entries()) {
      button.disabled = true;
      if (!right.includes(index)) continue;
      button.toggleAttribute("data-right", true);
      button.append(" ", element("span", `✓ ${this.#steps[this.#at]?.mark ?? ""}`));
    }
    this.#hideAnswer(false);
    const verdict = right.includes(guess) ? "As you guessed." : "Not as you guessed.";
    const place = this.#part("#tour-answer");
    place.replaceChildren(
      element("p", verdict, "lab-tour-verdict"),
      ...words.map((sentence) => element("p", sentence)),
    );
    const next = this.#part("#tour-next");
    next.hidden = false;
    setText(next, this.#at + 1 < this.#steps.length ? "Next" : "What to do about it");
    place.focus();
  }

  #close(): void {
    setText(this.#part("#tour-far"), "The end");
    setText(this.#part("#tour-question"), "What to do about it in your own product");
    this.#part("#tour-guesses").replaceChildren();
    const list = element("ol");
    list.append(
      ...ADVICE.map(([what, how]) => {
        const item = element("li");
        item.append(element("strong", what), ` ${how}`);
        return item;
      }),
    );
    const code = element("code");
    code.append(
      ...commandFor(this.#lab.state.template).flatMap((words) => [element("span", words), " "]),
    );
    list.lastElementChild?.append(" ", code);
    this.#part("#tour-answer").replaceChildren(list);
    this.#part("#tour-back").hidden = false;
    this.#part("#tour-question").focus();
  }

  /** While a question waits for its guess, bars and sentence are not to be seen: they are its answer. */
  #hideAnswer(hidden: boolean): void {
    this.#place.closest("section")?.toggleAttribute("data-guessing", hidden);
  }

  #buttons(): HTMLButtonElement[] {
    return [...this.#part("#tour-guesses").querySelectorAll("button")];
  }

  #part(selector: string): HTMLElement {
    return part(this.#place, selector);
  }
}
