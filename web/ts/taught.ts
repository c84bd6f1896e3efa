/** Tells labels that the built-in model was taught from those whose score is a guess. */

import type { BuiltInLabels } from "./built-in-labels.js";

// The sentences are those that the studio writes as captions (crates/studio/src/captions.rs), read backwards.
const ARTICLE = /^(?:an?|the) /;
const AROUND =
  /^(?:this is |itap of |(?:(?:an?|the) )?(?:(?:good|bad|line) )?(?:photo|picture|drawing|image|illustration|cartoon|emoji|icon|symbol|art) of )(?:the (?:small|large) )?/;
const BEHIND = / in a video game$/;
const WRITTEN =
  /^(?:(.+?) (?:with|and) )?(?:(?:an?|the) )?(?:picture of the )?(?:word|(?:written )?text|(?:sheet of paper|text|sign|label) that says) (.+?)(?: on it)?$/;
const BETWEEN = / (?:and|(?:to the )?(?:left|right) of|above|below|over) /;
const NUMBER = /^(?:one|two|three|four|five|[1-5]) /;

/** Plurals that no rule undoes. */
const PLURALS: Readonly<Record<string, string>> = {
  feet: "foot",
  men: "man",
  mice: "mouse",
  teeth: "tooth",
  women: "woman",
};

/**
 * Whether the built-in model was taught a label: one of its things by any of its names, a word that it reads, a shape in one
 * of its colours, up to five of them, or two beside each other. Case, articles and plurals make no difference, nor does a
 * usual sentence around it ("a drawing of a dog"). Where it was not, the score is a guess.
 *
 * @param taught what {@link builtInLabels} gives
 * @example
 * ```ts
 * const taught = await builtInLabels();
 * isTaught("two dogs", taught); // true
 * isTaught("photosynthesis", taught); // false: its score would be a guess
 * ```
 */
export function isTaught(label: string, taught: BuiltInLabels): boolean {
  const text = plain(label);
  const written = WRITTEN.exec(text);
  if (written) {
    const [, thing, word = ""] = written;
    return listOf(taught).words.has(word) && (!thing || isTaught(thing, taught));
  }
  const things = text.replace(AROUND, "").replace(BEHIND, "").split(BETWEEN);
  return things.length <= 2 && things.every((thing) => isThing(thing, taught));
}

/**
 * The things that a label names, as `taught.concepts` spells them; of a label that was not taught, those whose names occur in
 * it: "a dog with a hat" names a dog and a hat, "hot dog" only itself.
 */
export function conceptsIn(label: string, taught: BuiltInLabels): Set<string> {
  const text = plain(label);
  const written = WRITTEN.exec(text);
  const things = written ? (written[1] ?? "") : text.replace(AROUND, "").replace(BEHIND, "");
  const words = things.split(BETWEEN).map((thing) => thing.replace(ARTICLE, "").split(" "));
  return new Set(words.flatMap((some) => namedBy(some, listOf(taught).names)));
}

/** The concepts named by words in a row; the longest name counts, for there is no cream in "ice cream". */
function namedBy(words: readonly string[], names: ReadonlyMap<string, string>): string[] {
  for (let length = words.length; length > 0; length--) {
    for (let at = 0; at + length <= words.length; at++) {
      const name = words.slice(at, at + length).join(" ");
      const concept = singulars(name)
        .map((one) => names.get(one))
        .find(Boolean);
      if (!concept) continue;
      return [
        ...namedBy(words.slice(0, at), names),
        concept,
        ...namedBy(words.slice(at + length), names),
      ];
    }
  }
  return [];
}

function isThing(thing: string, taught: BuiltInLabels): boolean {
  const { things, words } = listOf(taught);
  const name = thing.replace(ARTICLE, "").replace(NUMBER, "");
  return words.has(name) || singulars(name).some((one) => things.has(one));
}

/** What a name may be the plural of, itself first. */
function singulars(name: string): string[] {
  const [, front = "", last = ""] = /^(.* )?(.*)$/.exec(name) ?? [];
  const irregular = Object.hasOwn(PLURALS, last) ? PLURALS[last] : undefined;
  const endings: [RegExp, string][] = [
    [/s$/, ""],
    [/es$/, ""],
    [/ies$/, "y"],
    [/ves$/, "f"],
    [/ves$/, "fe"],
  ];
  const regular = endings
    .filter(([ending]) => ending.test(last))
    .map(([ending, single]) => last.replace(ending, single));
  return [last, ...(irregular ? [irregular] : []), ...regular].map((one) => front + one);
}

/** Lower case, single blanks, no quotation marks and no full stop: none of them changes what a label says. */
function plain(label: string): string {
  return label
    .toLowerCase()
    .replace(/["“”„'‘’.!?]/g, "")
    .replace(/[\s-]+/g, " ")
    .trim();
}

interface Lists {
  /** What each name, of whichever kind, is the name of. */
  readonly names: ReadonlyMap<string, string>;
  readonly things: ReadonlySet<string>;
  readonly words: ReadonlySet<string>;
}

const lists = new WeakMap<BuiltInLabels, Lists>();

/** The list in a form that is quick to ask; made once. */
function listOf(taught: BuiltInLabels): Lists {
  let made = lists.get(taught);
  if (!made) {
    const { concepts, names, words, colours, shapes } = taught;
    const coloured = colours.flatMap((colour) => shapes.map((shape) => `${colour} ${shape}`));
    const things = [...concepts, ...Object.keys(names), ...coloured].map(plain);
    const ofConcepts = concepts.map((concept) => [concept, concept] as const);
    made = {
      names: new Map(
        [...ofConcepts, ...Object.entries(names)].map(([name, concept]) => [plain(name), concept]),
      ),
      things: new Set(things),
      words: new Set(words.map(plain)),
    };
    lists.set(taught, made);
  }
  return made;
}
