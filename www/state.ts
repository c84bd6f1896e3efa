/** What the page knows, in one place: effects and people change it through `set`, the view draws it, nothing else holds state. */

import type { BuiltInLabels, ClassifierInfo, Progress, Score } from "glimpse-clip";
import type { BarsOrder, Unit } from "glimpse-clip/elements";
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

/** A download that waits: `paused` by a person, or `large`, so that it is weighed first. `words` say what there is to know. */
export interface Halt {
  why: "paused" | "large";
  words: string;
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
  /** How long the download still takes, in seconds; null while nobody can tell. */
  secondsLeft: number | null;
  /** Why the model's download waits for a person; null while it does not. */
  halt: Halt | null;
  picture: Picture | null;
  /** Whether the camera gives the pictures; `picture` then waits. */
  camera: boolean;
  /** Whether the typographic lab is open, in place of the rest of the page. */
  lab: boolean;
  labels: readonly string[];
  template: string;
  /** Whether "none of these" takes part. */
  none: boolean;
  /** Whether the labels sort by score or stay where they were put. */
  order: BarsOrder;
  /** What the numbers beside the bars say. */
  unit: Unit;
  /** The model that an address asks for, until a person says whether to load it; null where none is asked for. */
  asked: ModelChoice | null;
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
  readonly #listeners = new Set<(state: State, before: State) => void>();

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

  /** Calls `listener` after every change, until what is given back is called. */
  subscribe(listener: (state: State, before: State) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
