/** A piece of work that takes its time, on the page: how far it is, how long it still takes, and the button that ends it. */

import { GlimpseError, type GlimpseErrorCode } from "glimpse-clip";
import { setText } from "../../core/elements.js";
import { wait } from "../../core/amounts.js";
import { Pace } from "../../core/pace.js";
import { problemOf } from "../../core/problems.js";
import { part } from "./markup.js";
import { Latest } from "../../core/latest.js";

const MARKUP = `
  <div class="lab-job-line" hidden>
    <progress max="1" value="0"></progress>
    <span class="lab-job-far"></span>
    <button class="button" type="button">Cancel</button>
  </div>
  <p class="note" role="status"></p>
`;

const OWN_WORDS: readonly GlimpseErrorCode[] = ["lettering", "no-labels"];

/** Says how far the work is: so much of so much, and that in words. */
export type Tell = (at: number, of: number, words: string) => void;

/** One line for one kind of work; a new start ends what is still under way. */
export class Job {
  readonly #line: HTMLElement;
  readonly #bar: HTMLProgressElement;
  readonly #far: HTMLElement;
  readonly #words: HTMLElement;
  readonly #start: HTMLElement;
  readonly #pace = new Pace();
  readonly #work = new Latest();

  /** Writes itself into `place`; `name` says what the bar is of, `start` is the button that begins the work. */
  constructor(place: HTMLElement, name: string, start: HTMLElement) {
    place.classList.add("lab-job");
    place.innerHTML = MARKUP;
    this.#line = part(place, ".lab-job-line");
    this.#bar = part(place, "progress");
    this.#far = part(place, ".lab-job-far");
    this.#words = part(place, ".note");
    this.#start = start;
    this.#bar.setAttribute("aria-label", name);
    part(place, "button").addEventListener("click", () => this.cancel());
  }

  /** Whether something is under way. */
  get isRunning(): boolean {
    return !this.#line.hidden;
  }

  /**
   * Does `work`, which tells how far it is and listens to the signal, and gives back whether it came to its end. What went
   * wrong is said in the line, and so is `stopped` after a cancel.
   */
  async run(
    work: (signal: AbortSignal, tell: Tell) => Promise<void>,
    stopped = "Cancelled.",
  ): Promise<boolean> {
    const signal = this.#work.begin();
    const isNewest = () => this.#work.signal === signal;
    this.#pace.reset();
    this.#bar.removeAttribute("value");
    setText(this.#far, "");
    setText(this.#words, "");
    this.#line.hidden = false;
    try {
      await work(signal, (at, of, words) => {
        if (!signal.aborted) this.#tell(at, of, words);
      });
    } catch (error) {
      if (isNewest() && !signal.aborted) {
        this.#rest(problemWords(error));
        return false;
      }
    }
    if (isNewest()) this.#rest(signal.aborted ? stopped : "");
    return !signal.aborted;
  }

  /** Ends what is under way; the line then says so. */
  cancel(): void {
    this.#work.stop();
  }

  /** Leaves a sentence in the line. */
  say(words: string): void {
    setText(this.#words, words);
  }

  #tell(at: number, of: number, words: string): void {
    this.#pace.mark(at);
    if (of > 0) this.#bar.value = Math.min(1, at / of);
    const left = this.#pace.secondsUntil(of);
    setText(this.#far, left === null ? words : `${words}, ${wait(left)} left`);
  }

  #rest(words: string): void {
    const focused = this.#line.contains(document.activeElement);
    this.#line.hidden = true;
    setText(this.#words, words);
    // The button is gone: the keyboard focus needs another place.
    if (focused) this.#start.focus();
  }
}

/** What went wrong, and what to do, in a line. */
export function problemWords(error: unknown): string {
  if (error instanceof GlimpseError && error.code === "aborted")
    return "Another model came in between. Try again.";
  // For these the package's own message is best: it names the field and the values it takes.
  if (error instanceof GlimpseError && OWN_WORDS.includes(error.code)) return error.message;
  const { title, advice, detail } = problemOf(error);
  return [title, advice || detail].filter(Boolean).join(" ");
}
