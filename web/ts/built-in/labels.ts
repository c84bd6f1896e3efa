/** What the built-in models were taught. */

import { checkBuiltIn } from "../shared/arguments.js";
import type { BuiltInName } from "../shared/built-ins.js";
import { taughtList } from "./taught-list.js";

/** What a built-in model was taught; it travels with the model as `labels.json`. */
export interface BuiltInLabels {
  /**
   * The things that it has seen: drawn (`"dog"`, `"ice cream"`), or for `"mini-photo"` the names of its thousand classes, in their order
   * (`"Siberian Husky"`, `"espresso"`).
   */
  readonly concepts: readonly string[];
  /** Other names that it has heard for them: `names["puppy"]` is `"dog"`. */
  readonly names: Readonly<Record<string, string>>;
  /** Names of several things together, each with the places of these things in {@link concepts}: `groups["dog"]`. None for `"mini"`. */
  readonly groups: Readonly<Record<string, readonly number[]>>;
  /** What stands for "none of these" beside labels: see {@link fillersFor}. None for `"mini"`, whose concepts do. */
  readonly fillers: readonly string[];
  /** The words that it can read where they are written in a picture; none for `"mini-photo"`. */
  readonly words: readonly string[];
  /** The colours that it knows shapes in; none for `"mini-photo"`. */
  readonly colours: readonly string[];
  /** The shapes that it knows in these colours: `"red star"`; none for `"mini-photo"`. */
  readonly shapes: readonly string[];
}

/** Literal URLs, as the models' own files have, so that bundlers carry the files along. */
const LISTS: Readonly<Record<BuiltInName, URL>> = {
  mini: new URL("../models/mini/labels.json", import.meta.url),
  "mini-photo": new URL("../models/mini-photo/labels.json", import.meta.url),
};

/** Where the list of what a built-in model was taught is. */
export function listUrl(model: BuiltInName): string {
  return LISTS[model].href;
}

/**
 * What a built-in model was taught; fetched at the first call, a few kilobytes for `"mini"`, some hundred for `"mini-photo"`. See
 * {@link isTaught}.
 *
 * @throws GlimpseError `network`
 * @example
 * ```ts
 * const { concepts } = await builtInLabels("mini-photo"); // a thousand names
 * isTaught("two espressos", await builtInLabels("mini-photo")); // true
 * ```
 */
export async function builtInLabels(model: BuiltInName = "mini"): Promise<BuiltInLabels> {
  checkBuiltIn(model, "model");
  return taughtList(listUrl(model));
}
