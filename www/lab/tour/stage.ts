/** The tour's hands: shows something on the lab's stage, and measures what the model makes of it. */

import type { Classifier, Score } from "glimpse-clip";
import { type Defence, defend, letter } from "glimpse-clip/lab";
import type { BuiltIn } from "../../core/model-choice.js";
import { lettering } from "../asking.js";
import type { Control, Lab, LabState } from "../lab.js";
import { type LabSpec, PLAIN } from "../spec.js";

/** A picture of the story: a file of the page's own, what it shows, and what the word on it says instead. */
export interface Scene {
  file: string;
  alt: string;
  labels: readonly string[];
  thing: string;
  word: string;
  /** The built-in models that look at it, the first one with the lab's own bars. */
  seenBy: readonly [BuiltIn, ...BuiltIn[]];
}

/** What most of the story is about. */
export const APPLE: Scene = {
  file: "apple.png",
  alt: "A drawing of an apple",
  labels: ["apple", "pear", "tomato", "iPod"],
  thing: "apple",
  word: "iPod",
  seenBy: ["mini"],
};
/** Its last question. */
export const CAT: Scene = {
  file: "cat.jpg",
  alt: "A photograph of a tabby cat",
  labels: ["tabby cat", "Siamese cat", "lynx", "red fox"],
  thing: "tabby cat",
  word: "red fox",
  seenBy: ["mini-photo", "mini"],
};

/** What the model made of a picture. */
export interface Look {
  /** The best label. */
  best: string;
  /** The best label's probability. */
  surest: number;
  /** A label's probability, 0 to 1. */
  of: (label: string) => number;
}

/** The lab with a picture of the story on it; `signal` fires when the tour is left. */
export class Stage {
  readonly #lab: Lab;
  readonly #signal: AbortSignal;
  readonly #before: LabState;
  #scene: Scene = APPLE;

  constructor(lab: Lab, signal: AbortSignal) {
    this.#lab = lab;
    this.#signal = signal;
    this.#before = lab.state;
  }

  /** Whether the model is the one that the story was written for. */
  get isBuiltIn(): boolean {
    return this.hasBoth || this.#classifier.info.model === "mini";
  }

  /** Whether both built-in models can look. */
  get hasBoth(): boolean {
    return this.#classifier.info.model === "auto";
  }

  /** Puts a picture of the story and its labels there, with nothing written on it. */
  async open(scene: Scene): Promise<void> {
    const { file, alt, labels, word } = scene;
    const response = await fetch(`examples/${file}`, { signal: this.#signal });
    if (!response.ok) throw new Error(`${response.url} answered ${response.status}.`);
    const blob = await response.blob();
    const [builtIn, second] = this.hasBoth ? scene.seenBy : [];
    const square = await this.#seen(blob, builtIn);
    const other = second ? { builtIn: second, square: await this.#seen(blob, second) } : null;
    this.#signal.throwIfAborted();
    this.#scene = scene;
    this.#lab.set({
      picture: { blob, name: file.replace(/\.\w+$/, ""), alt },
      square,
      builtIn: builtIn ?? (this.isBuiltIn ? "mini" : null),
      other,
      labels,
      spec: { ...PLAIN, word },
      control: "clean",
    });
  }

  #seen(blob: Blob, builtIn: BuiltIn | undefined): Promise<ImageData> {
    return this.#classifier.preprocess(blob, {
      ...(builtIn && { builtIn }),
      signal: this.#signal,
    });
  }

  /** Puts back what was there before the tour. */
  close(): void {
    const { picture, square, builtIn, other, labels, spec, control } = this.#before;
    this.#lab.set({ picture, square, builtIn, other, labels, spec, control });
  }

  /** Shows the picture like this, and measures it: numbers of the very picture that is on the stage. */
  async show(control: Control, change: Partial<LabSpec> = {}): Promise<Look> {
    const spec = { ...PLAIN, word: this.#scene.word, ...change };
    this.#lab.set({ spec, control });
    const { labels, square } = this.#lab.state;
    const image = await this.#picture(square, control, spec);
    return lookOf(
      await this.#classifier.classify(image, labels, { ...this.#options, preprocessed: true }),
    );
  }

  /** What the second model makes of what is shown. */
  async shownToOther(): Promise<Look> {
    const { labels, other, square, spec, control } = this.#lab.state;
    const image = await this.#picture(other?.square ?? square, control, spec);
    return lookOf(
      await this.#classifier.classify(image, labels, { ...this.#options, preprocessed: true }),
    );
  }

  /** Measures a defence on the picture with the word, or on the clean one; the stage stays as it is. */
  async defended(defence: Defence, control: Control): Promise<Look> {
    const { labels, square, builtIn } = this.#lab.state;
    const image = await this.#picture(square, control, { ...PLAIN, word: this.#scene.word });
    const options = { ...this.#options, ...(builtIn && { builtIn }) };
    const { scores } = await defend(this.#classifier, image, labels, defence, options);
    return lookOf(scores);
  }

  async #picture(square: ImageData, control: Control, spec: LabSpec): Promise<ImageData> {
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
