/** Which texts stand for "none of these", from what a model was taught and the labels that they compete with. */

import * as table from "../shared/none-of-these.json.js";
import type { BuiltInLabels } from "./taught-list.js";
import { conceptsIn } from "./taught.js";

/** What a picture may show instead, for models that know photographs: things, places and pictures of no thing. */
export const COMMON_THINGS: readonly string[] = table.COMMON_THINGS;

/** The usual fillers beside these labels for a model that was `taught` this, or that comes without such a list (null). */
export function usualFillers(taught: BuiltInLabels | null, labels: readonly string[]): string[] {
  if (!taught) {
    const words = labels.map(
      (label) => ` ${label.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, " ")} `,
    );
    return COMMON_THINGS.filter((thing) => !words.some((label) => mentions(label, thing)));
  }
  const named = new Set(labels.flatMap((label) => [...conceptsIn(label, taught)]));
  const fillers = taught.fillers.length > 0 ? taught.fillers : taught.concepts;
  return fillers.filter((filler) => ![...conceptsIn(filler, taught)].some((one) => named.has(one)));
}

function mentions(label: string, thing: string): boolean {
  return [thing, `${thing}s`, `${thing}es`].some((form) => label.includes(` ${form} `));
}
