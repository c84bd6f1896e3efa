/** What `<glimpse-classifier>` tells: its states, its events' details, and its words. */

import type { GlimpseError } from "../shared/errors.js";
import type { Progress, Score } from "../shared/types.js";
import type { LabelsChange } from "./bars-events.js";
import type { ImageChange } from "./image-drop.js";

/** The element's states: no picture yet, the model on its way, a picture being looked at, all done, something wrong. */
export type ClassifierState = "idle" | "loading" | "working" | "ready" | "error";

/** What `scores` carries. */
export interface ScoresDetail {
  /** Best first. */
  scores: Score[];
  /** The model that answered; under `auto` the built-in one. */
  model: string;
  /** How long the answer took, in milliseconds. */
  milliseconds: number;
}

/** The element's own events. */
export interface GlimpseClassifierEventMap {
  /** How far the loading of the model is. Does not bubble. */
  progress: CustomEvent<Progress>;
  /** A picture was classified. Bubbles. */
  scores: CustomEvent<ScoresDetail>;
  /** Something went wrong; `detail` says what. Does not bubble. */
  error: CustomEvent<GlimpseError>;
  /** The best label, which is the element's value, has changed. Bubbles. */
  change: Event;
  /** A person edited the labels. Bubbles. */
  labelschange: CustomEvent<LabelsChange>;
  /** A person gave a picture. Bubbles. */
  imagechange: CustomEvent<ImageChange>;
}

/** What is said of each phase of loading. */
const PHASES: Record<Progress["phase"], string> = {
  download: "Fetching the model",
  verify: "Checking what was fetched before",
  upload: "Loading the model",
  compile: "Preparing the GPU",
  ready: "",
};

/** Loading in words: what is done, and how much of it. */
export function loadingWords({ phase, loaded, total }: Progress): {
  words: string;
  amount: string;
} {
  const inBytes = phase !== "compile" && phase !== "ready" && loaded > 0;
  const of = total === null ? "" : ` of ${megabytes(total)}`;
  return { words: PHASES[phase], amount: inBytes ? `: ${megabytes(loaded)}${of} MB` : "" };
}

function megabytes(bytes: number): string {
  const value = bytes / 1e6;
  return value.toFixed(value < 100 ? 1 : 0);
}
