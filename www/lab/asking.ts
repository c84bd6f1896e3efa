/**
 * Classifies what the lab shows: draws the label at the model's size and classifies that, one call at a time, always of the state at
 * that moment; states in between are dropped.
 *
 * It dispatches events on `document`: `glimpse:lab` for every answer ({@link Answer}), `glimpse:lab-stir` when work begins after a rest,
 * and `glimpse:lab-rest` when none is left; `stats` there are `Classifier.stats()`.
 */

import { GlimpseError, type Score } from "glimpse-clip";
import { letter, type Lettered } from "glimpse-clip/lab";
import type { Control, Lab, LabState } from "./lab.js";
import { nonsenseOf } from "./nonsense.js";
import type { LabSpec } from "./spec.js";
import { troubleOf } from "./trouble.js";
import { Latest } from "../core/latest.js";

/** Once the label has rested for this long, in milliseconds, the blank paper is classified too. */
const REST = 200;

/** What `glimpse:lab` carries. */
export interface Answer {
  scores: readonly Score[];
  /** Drawing and looking. */
  milliseconds: number;
  spec: LabSpec;
  control: Control;
}

/** What an answer depends on, but for the control. */
type Question = Pick<LabState, "square" | "other" | "spec" | "labels" | "template">;

/** What a model makes of a picture, and the picture, where something is written on it. */
interface Look {
  scores: readonly Score[];
  lettered: Lettered | null;
}

/** Classifies for as long as the lab is open. */
export class Asking {
  readonly #lab: Lab;
  /** The question that `scores` answer, and what they are of; also where it could not be answered. */
  #answered: { question: Question; control: Control } | null = null;
  #changedAt = 0;
  #open = false;
  #busy = false;
  #resting: ReturnType<typeof setTimeout> | undefined;
  /** Work for the square that is there, while the lab is open; another square, or closing the lab, makes its answers worthless. */
  readonly #current = new Latest();
  /** Whether `glimpse:lab-rest` was dispatched since the last change. */
  #told = true;

  constructor(lab: Lab) {
    this.#lab = lab;
    lab.subscribe((now, before) => {
      if (isSame(now, before) && now.control === before.control) return;
      if (now.square !== before.square) this.#current.begin();
      this.#changedAt = performance.now();
      this.#stir();
    });
  }

  /** Whether the lab is open; a closed one asks nothing. */
  set open(open: boolean) {
    this.#open = open;
    if (open) this.#current.begin();
    else this.#current.stop();
    this.#told = true;
    this.#stir();
  }

  /** Something changed: works through what is to be classified now. */
  #stir(): void {
    if (!this.#open) return;
    if (this.#told) tell("glimpse:lab-stir", null);
    this.#told = false;
    void this.#work();
  }

  /** Classifies until nothing is left to classify; a call while that goes on does nothing. */
  async #work(): Promise<void> {
    clearTimeout(this.#resting);
    if (this.#busy || !this.#open) return;
    this.#busy = true;
    try {
      for (let next = this.#next(); next && this.#open; next = this.#next()) {
        if (await this.#ask(next)) continue;
        // A newer call took its place, or another model is loading: it is tried again after a pause.
        this.#changedAt = performance.now();
        break;
      }
    } finally {
      this.#busy = false;
      this.#lab.set({ working: false });
    }
    const left = this.#changedAt + REST - performance.now();
    if (left > 0 && this.#open) this.#resting = setTimeout(() => void this.#work(), left);
    else void this.#rest();
  }

  /** What to classify next: the clean picture once, then what is shown, and the blank paper once the label rests. */
  #next(): Control | null {
    const { state } = this.#lab;
    const isDone =
      this.#answered?.control === state.control && isSame(this.#answered.question, state);
    if (state.labels.length === 0) return null;
    const knowsClean = state.clean && (state.otherClean || !state.other);
    if (!knowsClean && !(isDone && state.trouble)) return "clean";
    if (!isDone) return state.control;
    const rests = performance.now() - this.#changedAt >= REST;
    const compares = state.control === "word" || state.control === "nonsense";
    return rests && compares && !state.blank && !state.trouble ? "blank" : null;
  }

  /** Classifies once; false where the call was aborted. */
  async #ask(control: Control): Promise<boolean> {
    const lab = this.#lab;
    const { square, other, spec, labels, template } = lab.state;
    const question = { square, other, spec, labels, template };
    const { signal } = this.#current;
    const isShown = control === lab.state.control;
    if (isShown) lab.set({ working: true });
    try {
      const start = performance.now();
      const { state } = lab;
      const { scores, lettered } = await this.#look(state, state, control);
      const milliseconds = performance.now() - start;
      // Blank paper is the first model's control alone.
      const second = other && (isShown || control === "clean");
      const beside = second ? await this.#look(state, other, control) : null;
      if (signal.aborted) return true;
      const isCurrent = isSame(question, lab.state);
      if (isShown) this.#answered = { question, control };
      lab.set({
        ...(isCurrent && control !== "word" && { [control]: scores }),
        ...(isCurrent && control === "clean" && beside && { otherClean: beside.scores }),
        // Labels of a moment ago have no rows any more; a place of a moment ago is what makes the bars move.
        ...(isShown && control === lab.state.control && labels === lab.state.labels
          ? { scores, lettered, milliseconds, trouble: null, ...shownBeside(beside) }
          : {}),
      });
      if (isShown) tell("glimpse:lab", { scores, milliseconds, spec, control } satisfies Answer);
    } catch (error) {
      if (error instanceof GlimpseError && error.code === "aborted") return false;
      this.#failed(error, question, control);
    }
    return true;
  }

  /** Classifies the picture with one model; where something is written, the square that this model sees of it. */
  async #look(
    { picture, spec, labels, template }: LabState,
    { square, builtIn }: Pick<LabState, "square" | "builtIn">,
    control: Control,
  ): Promise<Look> {
    const { classifier } = this.#lab;
    const asked = {
      queue: "newest" as const,
      ...(template.trim() !== "" && { hypothesisTemplate: template.trim() }),
      ...(builtIn && { builtIn }),
    };
    if (control === "clean")
      // The page's own picture is known to the classifier: other labels for it cost only their text.
      return { scores: await classifier.classify(picture.blob, labels, asked), lettered: null };
    // In the classifier's own worker, which waits for it: the other one is drawing what is shown.
    const size = square.width;
    const lettered = await letter(square, lettering(spec, control), { classifier, size });
    const { image } = lettered;
    const scores = await classifier.classify(image, labels, { ...asked, preprocessed: true });
    return { scores, lettered };
  }

  /** The last good picture and its bars stay, and the error is shown. The next change tries again. */
  #failed(error: unknown, question: Question, control: Control): void {
    this.#answered = { question, control: this.#lab.state.control };
    if (isSame(question, this.#lab.state)) this.#lab.set({ trouble: troubleOf(error) });
    // What is wrong with a label needs no line in the console; anything else does.
    if (!(error instanceof GlimpseError && error.code === "lettering"))
      console.error(`The lab could not ask about "${control}":`, error);
  }

  async #rest(): Promise<void> {
    if (this.#told || !this.#open) return;
    this.#told = true;
    const { spec, control, scores, clean, blank, otherScores, otherClean } = this.#lab.state;
    const stats = await this.#lab.classifier.stats().catch(() => null);
    // By now something may have changed again.
    if (stats && this.#told)
      tell("glimpse:lab-rest", {
        ...{ stats, spec, control, scores, clean, blank },
        ...{ otherScores, otherClean },
      });
  }
}

function shownBeside(look: Look | null): Partial<LabState> {
  return look ? { otherScores: look.scores, otherLettered: look.lettered } : {};
}

/** What the package is to write for a control. */
export function lettering(spec: LabSpec, control: Control): LabSpec & { blank?: boolean } {
  if (control === "blank") return { ...spec, blank: true };
  if (control === "nonsense") return { ...spec, word: nonsenseOf(spec.word) };
  return spec;
}

function isSame(one: Question, other: Question): boolean {
  return (
    one.square === other.square &&
    one.other === other.other &&
    one.spec === other.spec &&
    one.labels === other.labels &&
    one.template === other.template
  );
}

function tell(name: string, detail: unknown): void {
  document.dispatchEvent(new CustomEvent(name, { detail }));
}
