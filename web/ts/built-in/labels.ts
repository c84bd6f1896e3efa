/** What the built-in models were taught. */

import { checkBuiltIn } from "../shared/arguments.js";
import type { BuiltInName } from "../shared/built-ins.js";
import { type BuiltInLabels, taughtList } from "./taught-list.js";

/** Literal URLs, so that bundlers carry the files along, and as seen from `dist/`, where all modules are bundled. */
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
