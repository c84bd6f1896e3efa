/** Checks what a sweep is asked with, and puts it into the text that crosses to the worker. */

import { listOf, templatesOf } from "../../client/scoring-message.js";
import { checkOptions, checkText, checkTexts, shown } from "../../shared/arguments.js";
import type { AttackOptions } from "./attack-options.js";
import { checkSpec } from "./check-spec.js";

/** The options that there are; a record, so that none can be forgotten. */
const OPTIONS: Record<keyof AttackOptions, true> = {
  word: true,
  labels: true,
  hypothesisTemplate: true,
  builtIn: true,
  target: true,
  synonym: true,
  truth: true,
  spec: true,
  heights: true,
  positions: true,
  fonts: true,
  factors: true,
  flip: true,
  seed: true,
  limit: true,
  names: true,
  onProgress: true,
  resume: true,
  signal: true,
  fontsUrl: true,
};

/**
 * What of the options is the sweep's own, as JSON. Ranges, and whether the labels have the target, are the Rust code's to judge.
 *
 * @throws TypeError for an option that there is not, or of a wrong type
 */
export function sweepText(options: AttackOptions): string {
  checkOptions(options, OPTIONS);
  const { word, labels, hypothesisTemplate, target, synonym, truth } = options;
  const { spec = {}, heights, positions, fonts, factors, flip, seed, limit } = options;
  checkText(word, "word");
  for (const [name, value] of Object.entries({ target, synonym, truth })) {
    if (value !== undefined) checkText(value, name);
  }
  checkSpec(spec);
  const wrong =
    heights !== undefined && !(Array.isArray(heights) && heights.every(Number.isFinite));
  if (wrong) throw new TypeError(`heights must be an array of numbers, not ${shown(heights)}`);
  if (fonts !== undefined) {
    if (!Array.isArray(fonts)) throw new TypeError(`fonts must be an array, not ${shown(fonts)}`);
    checkTexts(fonts, "fonts");
  }
  for (const [name, value] of Object.entries({ positions, seed, limit })) {
    if (value === undefined || (Number.isSafeInteger(value) && value >= 0)) continue;
    throw new TypeError(`${name} must be a non-negative integer, not ${shown(value)}`);
  }
  for (const [name, value] of Object.entries({ factors, flip })) {
    if (value === undefined || typeof value === "boolean") continue;
    throw new TypeError(`${name} must be a boolean, not ${shown(value)}`);
  }
  // Fields that are undefined are left out of the text, and get their defaults.
  return JSON.stringify({
    word,
    labels: listOf(labels),
    templates: templatesOf(hypothesisTemplate),
    target,
    synonym,
    truth,
    spec,
    heights,
    positions,
    fonts,
    factors,
    flip,
    seed,
    limit,
  });
}
