/** Checks the options of the classifier's calls: a name that is no option is an error, and is not passed over. */

import { checkOptions } from "../shared/arguments.js";
import type {
  BatchOptions,
  ClassifyOptions,
  CreateOptions,
  PreprocessOptions,
  SuggestOptions,
  WatchOptions,
} from "./options.js";

/** The options that there are; a record, so that none can be forgotten. */
const CREATE: Record<keyof CreateOptions, true> = {
  model: true,
  preload: true,
  device: true,
  onProgress: true,
  signal: true,
  hub: true,
  cache: true,
  loadTextTower: true,
  tokenRows: true,
  wasmUrl: true,
  workerUrl: true,
};
const CLASSIFY: Record<keyof (ClassifyOptions & BatchOptions & WatchOptions), true> = {
  builtIn: true,
  hypothesisTemplate: true,
  topK: true,
  noneOfThese: true,
  signal: true,
  onDecoded: true,
  queue: true,
  preprocessed: true,
  lookAhead: true,
  framesPerSecond: true,
};

const SUGGEST: Record<keyof SuggestOptions, true> = {
  topK: true,
  builtIn: true,
  signal: true,
  onDecoded: true,
};
const PREPROCESS: Record<keyof PreprocessOptions, true> = {
  builtIn: true,
  signal: true,
  onDecoded: true,
};

/** @throws TypeError unless it is an object of options that `Classifier.create` has */
export function checkCreateOptions(options: unknown): void {
  if (typeof options === "string") {
    throw new TypeError(
      `Classifier.create takes options, as in Classifier.create({ model: ${JSON.stringify(options)} })`,
    );
  }
  checkOptions(options, CREATE);
}

/** @throws TypeError unless it is an object of options that `classify`, `watch` and the like have */
export function checkClassifyOptions(options: unknown): void {
  checkOptions(options, CLASSIFY);
}

/** @throws TypeError unless it is an object of options that `suggest` has */
export function checkSuggestOptions(options: unknown): void {
  checkOptions(options, SUGGEST);
}

/** @throws TypeError unless it is an object of options that `preprocess` has */
export function checkPreprocessOptions(options: unknown): void {
  checkOptions(options, PREPROCESS);
}
