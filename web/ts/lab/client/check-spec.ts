/** Checks a label's description, and puts it into the text that crosses to the worker. */

import { checkOptions, shown } from "../../shared/arguments.js";
import type { LetteringPaper, LetteringSpec } from "../shared/lettering.js";

const PAPERS: Record<LetteringPaper, true> = {
  none: true,
  note: true,
  tape: true,
  sticker: true,
  sign: true,
};

/** What each field must be; a record, so that none can be forgotten. */
const FIELDS: Record<keyof LetteringSpec, (value: unknown) => string | null> = {
  word: unlessType("string"),
  font: unlessType("string"),
  paper: (value) =>
    typeof value === "string" && Object.hasOwn(PAPERS, value)
      ? null
      : `one of ${Object.keys(PAPERS).join(", ")}`,
  height: unlessNumber,
  x: unlessNumber,
  y: unlessNumber,
  rotation: unlessNumber,
  tilt: unlessNumber,
  turn: unlessNumber,
  mirror: unlessType("boolean"),
  opacity: unlessNumber,
  ink: unlessColour,
  paperColour: unlessColour,
  copies: unlessCount,
  seed: unlessCount,
  blank: unlessType("boolean"),
};

/**
 * The spec as JSON. Ranges, letters and colours are the Rust code's to judge.
 *
 * @throws TypeError for a field that there is not, or of a wrong type
 */
export function specText(spec: LetteringSpec): string {
  checkSpec(spec);
  return JSON.stringify(spec);
}

/** @throws TypeError for a field that there is not, or of a wrong type */
export function checkSpec(spec: unknown): asserts spec is LetteringSpec {
  checkOptions(spec, FIELDS, "lettering spec");
  for (const [name, value] of Object.entries(spec as object)) {
    if (value === undefined) continue;
    const expected = FIELDS[name as keyof LetteringSpec](value);
    if (expected !== null) throw new TypeError(`${name} must be ${expected}, not ${shown(value)}`);
  }
}

function unlessType(type: "string" | "boolean"): (value: unknown) => string | null {
  return (value) => (typeof value === type ? null : `a ${type}`);
}

function unlessNumber(value: unknown): string | null {
  return Number.isFinite(value) ? null : "a number";
}

function unlessCount(value: unknown): string | null {
  return Number.isSafeInteger(value) && (value as number) >= 0 ? null : "a non-negative integer";
}

function unlessColour(value: unknown): string | null {
  return value === null || typeof value === "string" ? null : 'a colour such as "#ffee99", or null';
}
