/** Tells labels that a built-in model was taught from those whose score is a guess. */

import { type Phrases, phrasesOf } from "./grammar.js";
import type { BuiltInLabels } from "./taught-list.js";

/**
 * Whether a built-in model was taught a label: one of its things or groups by any of its names; for `"mini"` also a word that it
 * reads, a shape in one of its colours, up to five things of a kind, or two beside each other. Case, hyphens, articles and plurals make
 * no difference, nor does a usual sentence around it ("a drawing of a dog", "This is a Husky."). Where it was not, the score is a guess.
 *
 * @param taught what {@link builtInLabels} gives for the model
 * @example
 * ```ts
 * const taught = await builtInLabels();
 * isTaught("two dogs", taught); // true
 * isTaught("photosynthesis", taught); // false: its score would be a guess
 * ```
 */
export function isTaught(label: string, taught: BuiltInLabels): boolean {
  const lists = listOf(taught);
  const { phrases, words } = lists;
  const text = phrases.plain(label);
  if (phrases.nameFirst && isThing(text, lists)) return true;
  const written = phrases.written(text);
  if (written) {
    const { thing, word } = written;
    return words.has(word) && (thing === "" || isTaught(thing, taught));
  }
  const things = phrases.things(phrases.inside(text));
  return things.length <= 2 && things.every((thing) => isThing(thing, lists));
}

/**
 * The things that a label names, as `taught.concepts` spells them; of a label that was not taught, those whose names occur in
 * it: "a dog with a hat" names a dog and a hat, "hot dog" only itself.
 */
export function conceptsIn(label: string, taught: BuiltInLabels): Set<string> {
  const lists = listOf(taught);
  const { phrases, names } = lists;
  const text = phrases.plain(label);
  const isName = phrases.nameFirst && isThing(text, lists);
  const inside = isName ? text : (phrases.written(text)?.thing ?? phrases.inside(text));
  const things = phrases.things(inside).map((thing) => phrases.withoutArticle(thing).split(" "));
  return new Set(things.flatMap((words) => namedBy(words, { phrases, names })));
}

/** The concepts named by words in a row; the longest name counts, for there is no cream in "ice cream". */
function namedBy(words: readonly string[], lists: Pick<Lists, "phrases" | "names">): string[] {
  for (let length = words.length; length > 0; length--) {
    for (let at = 0; at + length <= words.length; at++) {
      const name = words.slice(at, at + length).join(" ");
      const concepts = lists.phrases
        .singulars(name)
        .map((one) => lists.names.get(one))
        .find(Boolean);
      if (!concepts) continue;
      return [
        ...namedBy(words.slice(0, at), lists),
        ...concepts,
        ...namedBy(words.slice(at + length), lists),
      ];
    }
  }
  return [];
}

function isThing(thing: string, { phrases, things, words }: Lists): boolean {
  const name = phrases.bare(thing);
  return words.has(name) || phrases.singulars(name).some((one) => things.has(one));
}

interface Lists {
  readonly phrases: Phrases;
  /** What each name, of whichever kind, is the name of: one concept, or all of a group. */
  readonly names: ReadonlyMap<string, readonly string[]>;
  readonly things: ReadonlySet<string>;
  readonly words: ReadonlySet<string>;
}

const lists = new WeakMap<BuiltInLabels, Lists>();

/** The list in a form that is quick to ask; made once. */
function listOf(taught: BuiltInLabels): Lists {
  let made = lists.get(taught);
  if (!made) {
    // The model that knows photographs is the one with groups.
    const phrases = phrasesOf(Object.keys(taught.groups).length > 0 ? "mini-photo" : "mini");
    const { plain } = phrases;
    const { concepts, names, groups, words, colours, shapes } = taught;
    const coloured = colours.flatMap((colour) => shapes.map((shape) => `${colour} ${shape}`));
    const inGroup = (places: readonly number[]) => places.flatMap((place) => concepts[place] ?? []);
    // What comes later counts: a concept's own name means it alone.
    const named: (readonly [name: string, concepts: readonly string[]])[] = [
      ...concepts.map((concept) => [phrases.withoutNote(concept), [concept]] as const),
      ...Object.entries(groups).map(([name, places]) => [name, inGroup(places)] as const),
      ...Object.entries(names).map(([name, concept]) => [name, [concept]] as const),
      ...concepts.map((concept) => [concept, [concept]] as const),
    ];
    const found = new Map(named.map(([name, concepts]) => [plain(name), concepts]));
    made = {
      phrases,
      names: found,
      things: new Set([...found.keys(), ...coloured.map(plain)]),
      words: new Set(words.map(plain)),
    };
    lists.set(taught, made);
  }
  return made;
}
