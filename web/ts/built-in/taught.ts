/** Tells labels that a built-in model was taught from those whose score is a guess. */

import type { BuiltInLabels } from "./taught-list.js";

// The sentences are those that the studio writes as captions (crates/studio/src/captions.rs), read backwards.
const ARTICLE = /^(?:an?|the) /;
const AROUND =
  /^(?:this is |itap of |(?:(?:an?|the) )?(?:(?:good|bad|line) )?(?:photo|picture|drawing|image|illustration|cartoon|emoji|icon|symbol|art) of )(?:the (?:small|large) )?/;
const BEHIND = / in a video game$/;
const WRITTEN =
  /^(?:(.+?) (?:with|and) )?(?:(?:an?|the) )?(?:picture of the )?(?:word|(?:written )?text|(?:sheet of paper|text|sign|label) that says) (.+?)(?: on it)?$/;
/** What people put around a thing that they see; the model of photographs was taught with all of CLIP's templates. */
const AROUND_PHOTOGRAPH =
  /^(?:(?:this|it|there) is |i see |itap of |(?:(?:an?|the) )?(?:[a-z]+ ){0,3}(?:photos?|photographs?|pictures?|images?|close up|art|cartoon|doodle|drawing|painting|rendering|rendition|sculpture|sketch|tattoo) (?:of|showing) )+(?:(?:an?|the|my|many|some|several) )?(?:(?:big|clean|cool|dirty|good|hard to see|large|nice|small|weird) )?/;
const BEHIND_PHOTOGRAPH = / (?:in a video game|in the picture|here)$/;
const BETWEEN = / (?:and|(?:to the )?(?:left|right) of|above|below|over) /;
const NUMBER = /^(?:one|two|three|four|five|[1-5]) /;
const NUMBER_OF_PHOTOGRAPH = /^(?:many|some|several) /;

/** Plurals that no rule undoes. */
const PLURALS: Readonly<Record<string, string>> = {
  feet: "foot",
  men: "man",
  mice: "mouse",
  teeth: "tooth",
  women: "woman",
};

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
  const text = plain(label);
  if (knowsPhotographs(taught)) return isThing(text, taught) || isThing(inside(text), taught);
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
  if (knowsPhotographs(taught)) {
    const thing = isThing(text, taught) ? text : inside(text);
    return new Set(namedBy(thing.split(" "), listOf(taught).names));
  }
  const written = WRITTEN.exec(text);
  const things = written ? (written[1] ?? "") : text.replace(AROUND, "").replace(BEHIND, "");
  const words = things.split(BETWEEN).map((thing) => thing.replace(ARTICLE, "").split(" "));
  return new Set(words.flatMap((some) => namedBy(some, listOf(taught).names)));
}

/** Whether it is the list of the model that knows photographs: that one has groups. */
function knowsPhotographs({ groups }: BuiltInLabels): boolean {
  return Object.keys(groups).length > 0;
}

/** What stands in a sentence about a photograph. */
function inside(text: string): string {
  return [AROUND_PHOTOGRAPH, BEHIND_PHOTOGRAPH, NUMBER_OF_PHOTOGRAPH].reduce(
    (left, part) => left.replace(part, ""),
    text,
  );
}

/** The concepts named by words in a row; the longest name counts, for there is no cream in "ice cream". */
function namedBy(
  words: readonly string[],
  names: ReadonlyMap<string, readonly string[]>,
): string[] {
  for (let length = words.length; length > 0; length--) {
    for (let at = 0; at + length <= words.length; at++) {
      const name = words.slice(at, at + length).join(" ");
      const concepts = singulars(name)
        .map((one) => names.get(one))
        .find(Boolean);
      if (!concepts) continue;
      return [
        ...namedBy(words.slice(0, at), names),
        ...concepts,
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
    const { concepts, names, groups, words, colours, shapes } = taught;
    const coloured = colours.flatMap((colour) => shapes.map((shape) => `${colour} ${shape}`));
    const inGroup = (places: readonly number[]) => places.flatMap((place) => concepts[place] ?? []);
    // What comes later counts: a concept's own name means it alone.
    const named: (readonly [name: string, concepts: readonly string[]])[] = [
      // "kite (bird of prey)" is a kite.
      ...concepts.map((concept) => [concept.replace(/ \(.*\)$/, ""), [concept]] as const),
      ...Object.entries(groups).map(([name, places]) => [name, inGroup(places)] as const),
      ...Object.entries(names).map(([name, concept]) => [name, [concept]] as const),
      ...concepts.map((concept) => [concept, [concept]] as const),
    ];
    const found = new Map(named.map(([name, concepts]) => [plain(name), concepts]));
    made = {
      names: found,
      things: new Set([...found.keys(), ...coloured.map(plain)]),
      words: new Set(words.map(plain)),
    };
    lists.set(taught, made);
  }
  return made;
}
