/** What the page knows, in one place: effects and people change it through `set`, the view draws it, nothing else holds state. */

import type { BuiltInLabels, ClassifierInfo, Progress, Score } from "glimpse-clip";
import type { ModelChoice } from "./models.js";
import type { Problem } from "./words.js";

/** The four states of the page; `<html data-state>` carries the same word. */
export type Phase = "loading" | "ready" | "working" | "error";

/** A picture on the page. The same `blob` is given to the classifier every time, so that it is read only once. */
export interface Picture {
  blob: Blob;
  alt: string;
  /** The file name of the example it is, or null for a person's own picture. */
  example: string | null;
  /** Whether it looks like a photograph; null until that is known. */
  photograph: boolean | null;
}

/** Everything the view draws. */
export interface State {
  phase: Phase;
  model: ModelChoice;
  /** What the built-in model was taught; null until that is fetched. */
  taught: BuiltInLabels | null;
  device: "auto" | "gpu" | "cpu";
  /** What the loaded model says of itself; null while none is loaded. */
  info: ClassifierInfo | null;
  progress: Progress | null;
  picture: Picture | null;
  /** Whether the camera gives the pictures; `picture` then waits. */
  camera: boolean;
  labels: readonly string[];
  /** Labels that an example replaced; a person can have them back. */
  labelsBefore: readonly string[] | null;
  template: string;
  scores: readonly Score[] | null;
  /** How long the last answer took, in milliseconds. */
  milliseconds: number | null;
  /** Whether the work under way takes long enough to speak of it. */
  slow: boolean;
  problem: Problem | null;
  /** Whether the photo model is still to be offered where a photograph is on the page. */
  offers: boolean;
}

/** The page's only state, and who wants to hear of it. */
export class Store {
  #state: State;
  readonly #listeners: ((state: State, before: State) => void)[] = [];

  constructor(initial: State) {
    this.#state = initial;
  }

  /** The state as it is now. */
  get state(): State {
    return this.#state;
  }

  /** Changes some of the state, then tells every listener what it was before. */
  set(change: Partial<State>): void {
    const before = this.#state;
    this.#state = { ...before, ...change };
    for (const listener of this.#listeners) listener(this.#state, before);
  }

  /** Calls `listener` after every change. */
  subscribe(listener: (state: State, before: State) => void): void {
    this.#listeners.push(listener);
  }
}
