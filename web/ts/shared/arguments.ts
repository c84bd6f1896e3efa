/** Checks what a caller hands over, where JavaScript would let it through and something else would come of it. */

import { BUILT_IN_NAMES, type BuiltInName, isBuiltIn } from "./built-ins.js";

/** What is often meant by a name that is none. */
const MEANT: Readonly<Record<string, string>> = {
  template: "hypothesisTemplate",
  hypothesis_template: "hypothesisTemplate",
  top_k: "topK",
  progress_callback: "onProgress",
};

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
  if ("builtIn" in known) checkBuiltIn((options as { builtIn?: unknown }).builtIn, "builtIn");
}

/** @throws TypeError unless it is a built-in model's name, or none */
export function checkBuiltIn(name: unknown, what: string): asserts name is BuiltInName | undefined {
  if (name === undefined || isBuiltIn(name)) return;
  const names = BUILT_IN_NAMES.map((each) => `"${each}"`).join(" or ");
  throw new TypeError(`${what} must be ${names}, not ${shown(name)}`);
}

/** @throws TypeError unless it is a positive integer */
export function checkCount(count: unknown, what: string): void {
  if (Number.isSafeInteger(count) && (count as number) > 0) return;
  throw new TypeError(`${what} must be a positive integer, not ${shown(count)}`);
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
