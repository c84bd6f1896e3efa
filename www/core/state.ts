/**
 * What more than one part of the page has to know: effects and people change it through `set`, and whatever shows some of it subscribes.
 *
 * What one part alone has to know stays there: the gallery's pictures, the camera's stream, the history, the names that were found, the
 * list of models, the lab's word (`lab/lab.ts`).
 */

import type { BuiltInLabels, ClassifierInfo, Progress, Score } from "glimpse-clip";
import type { BarsOrder, Unit } from "glimpse-clip/elements";
import type { BuiltIn, ModelChoice } from "./model-choice.js";
import type { Problem } from "./problems.js";

/** The four states of the page; `<html data-state>` carries the same word. */
export type Phase = "loading" | "ready" | "working" | "error";

/** A picture on the page. The same `blob` is given to the classifier every time, so that it is read only once. */
export interface Picture {
  blob: Blob;
  alt: string;
  /** The file name of the example it is, or null for a person's own picture. */
  example: string | null;
}

/** Which built-in model answered, and about which picture; null stands for the camera's. */
export interface Answerer {
  builtIn: BuiltIn;
  blob: Blob | null;
}

/** A download that waits: `paused` by a person, or `large`, so that it is weighed first. `words` say what there is to know. */
export interface Halt {
  why: "paused" | "large";
  words: string;
}

/** The state that is shared. */
export interface State {
  phase: Phase;
  model: ModelChoice;
  /** Pictures for which a person chose a built-in model; every other picture goes to the one that fits it. */
  chosen: ReadonlyMap<Blob, BuiltIn>;
  /** What each built-in model was taught; missing until it is fetched. */
  taught: Readonly<Partial<Record<BuiltIn, BuiltInLabels>>>;
  device: "auto" | "gpu" | "cpu";
  /** What the loaded model says of itself; null while none is loaded. */
  info: ClassifierInfo | null;
  progress: Progress | null;
  /** How long the download still takes, in seconds; null while that is not known. */
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
  /** The built-in model that gave the last answer; null before the first, and where another model gives them. */
  answerer: Answerer | null;
  /** How long the last answer took, in milliseconds. */
  milliseconds: number | null;
  /** Whether the work under way takes long enough to speak of it. */
  slow: boolean;
  problem: Problem | null;
  /** Whether a larger model is still to be offered where the labels are beyond the built-in ones. */
  offers: boolean;
  /** The labels of each example, as they came with the page. */
  examplesLabels: readonly (readonly string[])[];
}

/** The shared state and its listeners. */
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

  /** Calls `listener` after every change; returns the function that ends that. */
  subscribe(listener: (state: State, before: State) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

/** A person's own picture. */
export function ownPicture(blob: Blob, name: string): Picture {
  return { blob, alt: name, example: null };
}

/** The built-in model that the picture on the page belongs to; null until that is known, and where another model is picked. */
export function builtInOf({ model, answerer, picture, camera }: State): BuiltIn | null {
  if (model.kind !== "built-in") return null;
  if (model.name !== "auto") return model.name;
  const shown = camera ? null : picture?.blob;
  return answerer && answerer.blob === shown ? answerer.builtIn : null;
}

/** What the model that the picture belongs to was taught; null where that is not known. */
export function taughtOf(state: State): BuiltInLabels | null {
  const builtIn = builtInOf(state);
  return (builtIn && state.taught[builtIn]) ?? null;
}

/** Whether the picture is a person's own and its labels came with an example, so that nobody chose them for it. */
export function labelsAreAnothers({ picture, labels, examplesLabels }: State): boolean {
  return (
    picture?.example === null && examplesLabels.some((ones) => String(ones) === String(labels))
  );
}
