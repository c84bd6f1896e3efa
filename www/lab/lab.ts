/** What the typographic lab knows, in one place: people and effects change it through `set`, everything else draws it. */

import type { Classifier, Score } from "glimpse-clip";
import type { Lettered } from "glimpse-clip/lab";
import type { BuiltIn } from "../core/model-choice.js";
import type { LabSpec } from "./spec.js";
import { labelOfWord } from "./target.js";

/** What is on the picture: the word, nothing, the same paper without the word, or a word of its length that means nothing. */
export type Control = "word" | "clean" | "blank" | "nonsense";

/** Why a label could not be drawn. */
export interface Trouble {
  /** What is wrong, in words for people. */
  words: string;
  /** A bundled font that has the characters that this one lacks; null where another font is no help. */
  font: string | null;
}

/** Everything that the lab shows. */
export interface LabState {
  /** The page's picture. */
  picture: { blob: Blob; name: string; alt: string };
  /** The square of it that the model sees, at the model's size, nothing written on it. */
  square: ImageData;
  /** The built-in model that sees it so; null where another model does. */
  builtIn: BuiltIn | null;
  /** What the other built-in model sees, where both look: at photographs, which one of them knows and the other one reads. */
  other: Other | null;
  /** What is written, on which paper, and where. */
  spec: LabSpec;
  /** What is shown and asked now. */
  control: Control;
  /** The page's labels. */
  labels: readonly string[];
  /** The page's template; empty where labels are used as they are typed. */
  template: string;
  /** The best label of the clean picture; null until that is known. */
  truth: string | null;
  /** The label that the word names, else the word. */
  target: string;
  /** What `scores` are of, at the model's size; null before the first answer, and where the clean picture is shown. */
  lettered: Lettered | null;
  /** The newest answer to what is shown; while the label moves, it is of a moment ago. */
  scores: readonly Score[] | null;
  /** How long that answer took, drawing and looking, in milliseconds. */
  milliseconds: number | null;
  /** The clean picture's scores; null until they are known. */
  clean: readonly Score[] | null;
  /** Those of the same paper without the word; null while they are not known of this very place. */
  blank: readonly Score[] | null;
  /** Those of the word that means nothing; null while they are not known of this very place. */
  nonsense: readonly Score[] | null;
  /** The other model's newest answer to what is shown, and to the clean picture; null before they are there. */
  otherScores: readonly Score[] | null;
  otherClean: readonly Score[] | null;
  /** What `otherScores` are of. */
  otherLettered: Lettered | null;
  /** Whether an answer is under way. */
  working: boolean;
  /** Why the last good picture is still there though another is wanted; null where none is. */
  trouble: Trouble | null;
}

/** The second of two models that look at the same picture. */
export interface Other {
  builtIn: BuiltIn;
  square: ImageData;
}

type Listener = (now: LabState, before: LabState) => void;

/** The lab's only state, and its listeners. */
export class Lab {
  readonly #classifier: () => Classifier;
  readonly #listeners = new Set<Listener>();
  #state: LabState;

  /** `classifier` gives the page's classifier as it is now. */
  constructor(initial: LabState, classifier: () => Classifier) {
    this.#state = derived(initial);
    this.#classifier = classifier;
  }

  /** The page's classifier: ask for it each time, a person may have picked another model. */
  get classifier(): Classifier {
    return this.#classifier();
  }

  /** The state as it is now. */
  get state(): LabState {
    return this.#state;
  }

  /**
   * Changes some of the state, then tells every listener what it was before. `target` and `truth` follow by themselves, and
   * answers to what is asked no more become null.
   */
  set(change: Partial<LabState>): void {
    const before = this.#state;
    this.#state = derived({ ...before, ...outdated(before, change), ...change });
    for (const listener of this.#listeners) listener(this.#state, before);
  }

  /** Changes some of the spec; where the clean picture was shown, the word comes back, or the change would not be seen. */
  write(change: Partial<LabSpec>): void {
    const { spec, control } = this.#state;
    this.set({
      spec: { ...spec, ...change },
      control: control === "clean" ? "word" : control,
    });
  }

  /** Calls `listener` after every change; returns the function that ends that. */
  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

/** What another picture, other labels or another place of the label make untrue. */
function outdated(before: LabState, change: Partial<LabState>): Partial<LabState> {
  const isNew = (name: keyof LabState) => name in change && change[name] !== before[name];
  const another = isNew("square");
  const words = isNew("labels") || isNew("template");
  const anotherPair = another || isNew("other");
  return {
    ...(another && { lettered: null, scores: null, milliseconds: null }),
    ...((another || words) && { clean: null }),
    ...(anotherPair && { otherLettered: null }),
    ...((anotherPair || words) && { otherScores: null, otherClean: null }),
    ...((another || words || isNew("spec")) && { blank: null, nonsense: null }),
  };
}

function derived(state: LabState): LabState {
  const best = [...(state.clean ?? [])].sort((a, b) => b.score - a.score)[0];
  return {
    ...state,
    target: labelOfWord(state.spec.word, state.labels) ?? state.spec.word.trim(),
    truth: best?.label ?? null,
  };
}
