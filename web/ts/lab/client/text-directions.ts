/** `textDirections`: in which directions words on a picture move its embedding. */

import type { Classifier } from "../../client/classifier.js";
import type { ImageSource } from "../../client/options.js";
import { checkOptions, checkTexts, shown } from "../../shared/arguments.js";
import type { LetteringSpec } from "../shared/lettering.js";
import { labAccess } from "./lab-access.js";
import type { LabOptions } from "./lab-options.js";
import { letter } from "./letter.js";

/** What {@link textDirections} takes beside picture and words. */
export interface TextDirectionsOptions extends LabOptions {
  /** How many directions, at most as many as there are words. Defaults to 1. */
  count?: number;
  /** How the words are written. */
  spec?: Omit<LetteringSpec, "word">;
}

/** The options that there are; a record, so that none can be forgotten. */
const OPTIONS: Record<keyof TextDirectionsOptions, true> = {
  count: true,
  spec: true,
  signal: true,
  fontsUrl: true,
};

/**
 * Writes each word onto the picture and finds the main directions in which its embedding moves: orthonormal, the strongest
 * first, for {@link ProjectDefence}. A pass a word, and one for the picture as it is.
 *
 * @throws GlimpseError as {@link letter} and `embedImage`
 * @example
 * ```ts
 * const basis = await textDirections(classifier, file, ["dog", "car", "tree"], { count: 2 });
 * const { scores } = await defend(classifier, file, labels, { kind: "project", basis });
 * ```
 */
export async function textDirections(
  classifier: Classifier,
  image: ImageSource,
  words: readonly string[],
  options: TextDirectionsOptions = {},
): Promise<Float32Array[]> {
  checkOptions(options, OPTIONS);
  if (!Array.isArray(words)) throw new TypeError(`words must be an array, not ${shown(words)}`);
  checkTexts(words, "words");
  const { count = 1, spec = {}, signal, fontsUrl } = options;
  if (!(Number.isSafeInteger(count) && count >= 1)) {
    throw new TypeError(`count must be a positive integer, not ${count}`);
  }
  const ending = signal && { signal };
  const square = await classifier.preprocess(image, ending);
  const asSquare = { preprocessed: true, ...ending };
  const clean = await classifier.embedImage(square, asSquare);
  const { length } = clean;
  const differences = new Float32Array(words.length * length);
  for (const [row, word] of words.entries()) {
    const where = { classifier, ...ending, ...(fontsUrl !== undefined && { fontsUrl }) };
    const { image: written } = await letter(square, { ...spec, word }, where);
    const moved = await classifier.embedImage(written, asSquare);
    differences.set(
      moved.map((value, at) => value - (clean[at] ?? 0)),
      row * length,
    );
  }
  const flat = await labAccess(classifier)(
    (connection) => connection.call("textDirections", { differences, length, count }, { signal }),
    signal,
  );
  return Array.from({ length: flat.length / length }, (_, row) =>
    flat.slice(row * length, (row + 1) * length),
  );
}
