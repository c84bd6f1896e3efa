/** What a label that is being typed may become: names, groups, words and coloured shapes that a built-in model was taught. */

import { isTaught, type BuiltInLabels } from "glimpse-clip";

/** More are not shown. */
const MOST = 5;
/** What may stand before the name that is being typed: another thing and a word that joins them, an article. */
const LEAD = /^(?:.*\b(?:and|of|above|below|over) )?(?:(?:an?|the) )?/i;

/** Completions of `typed`, likeliest first; none for a label that is whole, and none that a row has already. */
export function suggestionsOf(
  typed: string,
  taught: BuiltInLabels,
  labels: readonly string[],
): string[] {
  const [lead = ""] = LEAD.exec(typed) ?? [];
  const start = typed.slice(lead.length).toLowerCase();
  if (start.trim() === "" || (!typed.endsWith(" ") && isTaught(typed, taught))) return [];
  const entries = entriesOf(taught);
  const first = entries.filter((entry) => entry.toLowerCase().startsWith(start));
  const later = entries.filter((entry) => entry.toLowerCase().includes(` ${start}`));
  const taken = new Set(labels);
  return [...new Set([...first, ...later])]
    .map((entry) => lead + entry)
    .filter((label) => !taken.has(label))
    .slice(0, MOST);
}

/** Things first, for they are what most labels name. */
function entriesOf({ concepts, names, groups, words, colours, shapes }: BuiltInLabels): string[] {
  const coloured = colours.flatMap((colour) => shapes.map((shape) => `${colour} ${shape}`));
  return [...concepts, ...Object.keys(groups), ...Object.keys(names), ...coloured, ...words];
}
