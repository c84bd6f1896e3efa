/** Checks what a caller hands over, where JavaScript would let it through and something else would come of it. */

import type { BatchOptions, ClassifyOptions, CreateOptions, WatchOptions } from "./types.js";

/** The options that there are; a record, so that none can be forgotten. */
const CREATE: Record<keyof CreateOptions, true> = {
  model: true,
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

/** What is often meant by a name that is none. */
const MEANT: Readonly<Record<string, string>> = {
  template: "hypothesisTemplate",
  hypothesis_template: "hypothesisTemplate",
  top_k: "topK",
  progress_callback: "onProgress",
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

/** @throws TypeError unless it is an object that has no other fields than the `known` ones, and a signal that is one */
export function checkOptions(
  options: unknown,
  known: Readonly<Record<string, unknown>>,
  what = "options",
): void {
  if (typeof options !== "object" || options === null) {
    throw new TypeError(`${what} must be an object, not ${shown(options)}`);
  }
  for (const name of Object.keys(options)) {
    if (Object.hasOwn(known, name)) continue;
    const meant = MEANT[name];
    const instead =
      meant && Object.hasOwn(known, meant)
        ? `it is called "${meant}"`
        : `there are ${Object.keys(known).join(", ")}`;
    throw new TypeError(
      `there is no ${what === "options" ? "option" : `field of a ${what}`} "${name}": ${instead}`,
    );
  }
  checkSignal((options as { signal?: unknown }).signal);
}

/** @throws TypeError unless it is an AbortSignal, or none */
export function checkSignal(signal: unknown): void {
  // By what it does and not by its class: it may come from another frame.
  const fires = typeof (signal as AbortSignal | null | undefined)?.addEventListener === "function";
  if (signal !== undefined && signal !== null && !fires) {
    throw new TypeError(`signal must be an AbortSignal, not ${shown(signal)}`);
  }
}

/** @throws TypeError unless every one of them is a string */
export function checkTexts(texts: readonly unknown[], what: string): asserts texts is string[] {
  const wrong = texts.findIndex((text) => typeof text !== "string");
  if (wrong !== -1) {
    throw new TypeError(`${what} must be strings; number ${wrong + 1} is ${shown(texts[wrong])}`);
  }
}

/** @throws TypeError unless it is a string */
export function checkText(text: unknown, what: string): asserts text is string {
  if (typeof text !== "string") throw new TypeError(`${what} must be a string, not ${shown(text)}`);
}

/** A value as an error names it. */
export function shown(value: unknown): string {
  if (typeof value === "function") return "a function";
  if (typeof value !== "object" || value === null) return String(value);
  const name = (value as { constructor?: { name?: string } }).constructor?.name;
  if (!name || name === "Object") return "an object";
  return `${/^[AEIOU]/i.test(name) ? "an" : "a"} ${name}`;
}
