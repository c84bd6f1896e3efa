/** The tour's hands: shows something on the lab's stage, and measures what the model makes of it. */

import { type Classifier, type Defence, defend, letter, type Score } from "glimpse-clip";
import { lettering } from "../asking.js";
import type { Control, Lab, LabState } from "../lab.js";
import { type LabSpec, PLAIN } from "../spec.js";

/** The picture of the story, one of the page's own drawings. */
const PICTURE = { file: "examples/apple.png", name: "apple", alt: "A drawing of an apple" };
const LABELS = ["apple", "pear", "tomato", "iPod"];
/** What it shows, and what the word says instead. */
export const THING = "apple";
export const WORD = "iPod";

/** What the model made of a picture. */
export interface Look {
  /** The best label. */
  best: string;
  /** The best label's probability. */
  surest: number;
  /** A label's probability, 0 to 1. */
  of: (label: string) => number;
}

/** The lab with the story's picture on it; `signal` fires when the tour is left. */
export class Stage {
  readonly #lab: Lab;
  readonly #signal: AbortSignal;
  readonly #before: LabState;

  constructor(lab: Lab, signal: AbortSignal) {
    this.#lab = lab;
    this.#signal = signal;
    this.#before = lab.state;
  }

  /** Whether the model is the one that the story was written for. */
  get isBuiltIn(): boolean {
    return this.#classifier.info.model === "mini";
  }

  /** Puts the story's picture and labels there, with nothing written on it. */
  async open(): Promise<void> {
    const response = await fetch(PICTURE.file, { signal: this.#signal });
    if (!response.ok) throw new Error(`${response.url} answered ${response.status}.`);
    const blob = await response.blob();
    const square = await this.#classifier.preprocess(blob, { signal: this.#signal });
    this.#signal.throwIfAborted();
    this.#lab.set({
      picture: { blob, name: PICTURE.name, alt: PICTURE.alt },
      square,
      labels: LABELS,
      spec: { ...PLAIN, word: WORD },
      control: "clean",
    });
  }

  /** Puts back what was there before the tour. */
  close(): void {
    const { picture, square, labels, spec, control } = this.#before;
    this.#lab.set({ picture, square, labels, spec, control });
  }

  /** Shows the picture like this, and measures it: numbers of the very picture that is on the stage. */
  async show(control: Control, change: Partial<LabSpec> = {}): Promise<Look> {
    const spec = { ...PLAIN, word: WORD, ...change };
    this.#lab.set({ spec, control });
    const { labels } = this.#lab.state;
    const image = await this.#picture(control, spec);
    return lookOf(await this.#classifier.classify(image, labels, this.#options));
  }

  /** Measures a defence on the picture with the word, or on the clean one; the stage stays as it is. */
  async defended(defence: Defence, control: Control): Promise<Look> {
    const image = await this.#picture(control, { ...PLAIN, word: WORD });
    const { labels } = this.#lab.state;
    const { scores } = await defend(this.#classifier, image, labels, defence, this.#options);
    return lookOf(scores);
  }

  async #picture(control: Control, spec: LabSpec): Promise<ImageData> {
    const { square } = this.#lab.state;
    if (control === "clean") return square;
    const options = { size: square.width, signal: this.#signal };
    return (await letter(square, lettering(spec, control), options)).image;
  }

  get #classifier(): Classifier {
    return this.#lab.classifier;
  }

  get #options(): { hypothesisTemplate?: string; signal: AbortSignal } {
    const hypothesisTemplate = this.#lab.state.template.trim();
    return { signal: this.#signal, ...(hypothesisTemplate !== "" && { hypothesisTemplate }) };
  }
}

function lookOf(scores: readonly Score[]): Look {
  const sorted = [...scores].sort((a, b) => b.score - a.score);
  return {
    best: sorted[0]?.label ?? "",
    surest: sorted[0]?.score ?? 0,
    of: (label) => sorted.find((score) => score.label === label)?.score ?? 0,
  };
}
