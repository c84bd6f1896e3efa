/** Fetches the list of what the built-in model was taught. */

import { GlimpseError, messageOf } from "./errors.js";
import { fetchBlob } from "./fetching.js";

/** What the built-in model was taught; it travels with the model as `labels.json`. */
export interface BuiltInLabels {
  /** The things that it has seen drawn: `"dog"`, `"ice cream"`. */
  readonly concepts: readonly string[];
  /** Other names that it has heard for them: `names["puppy"]` is `"dog"`. */
  readonly names: Readonly<Record<string, string>>;
  /** The words that it can read where they are written in a picture. */
  readonly words: readonly string[];
  /** The colours that it knows shapes in. */
  readonly colours: readonly string[];
  /** The shapes that it knows in these colours: `"red star"`. */
  readonly shapes: readonly string[];
}

/** A literal URL, as the model's own files have, so that bundlers carry the file along. */
const LIST = new URL("../models/mini/labels.json", import.meta.url);

let list: Promise<BuiltInLabels> | undefined;

/**
 * What the built-in model, `"mini"`, was taught; a few kilobytes, fetched at the first call. See {@link isTaught}.
 *
 * @throws GlimpseError `network`
 * @example
 * ```ts
 * const { concepts } = await builtInLabels();
 * const scores = await classifier.classify(file, concepts, { hypothesisTemplate: "a drawing of a {}", topK: 5 });
 * ```
 */
export function builtInLabels(): Promise<BuiltInLabels> {
  list ??= fetchList().catch((error: unknown) => {
    list = undefined;
    throw error;
  });
  return list;
}

async function fetchList(): Promise<BuiltInLabels> {
  const text = await (await fetchBlob(LIST.href)).text();
  try {
    return JSON.parse(text) as BuiltInLabels;
  } catch (error) {
    throw new GlimpseError(
      "network",
      `${LIST.href} did not answer with the list of labels (${messageOf(error)}); serve the package's models folder as it lies`,
    );
  }
}
