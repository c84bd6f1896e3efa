/** Reads labels as the captions that a built-in model learned: with its `grammar.json`, as Rust does (crates/classifier/src/taught/grammar.rs). */

import { GRAMMARS } from "./grammar.json.js";

/** Whose captions. */
export type GrammarName = keyof typeof GRAMMARS;

/** The sentences in which a model's things are called, with their patterns compiled. */
export interface Phrases {
  /** Whether a label that is a name already is looked at no further. */
  readonly nameFirst: boolean;
  /** Lower case, single blanks, no quotation marks and no full stop: none of them changes what a label says. */
  plain(label: string): string;
  /** The word that is to be read, and what it is on; null for a text that is about no written word. */
  written(text: string): { thing: string; word: string } | null;
  /** A text without what stands around its things. */
  inside(text: string): string;
  /** The things that stand beside each other in a text with nothing around them. */
  things(text: string): string[];
  /** A concept's name without what tells it from another: "kite (bird of prey)" is a kite. */
  withoutNote(concept: string): string;
  withoutArticle(thing: string): string;
  /** A thing without its article and without how many there are. */
  bare(thing: string): string;
  /** What a name may be the plural of, itself first. */
  singulars(name: string): string[];
}

const compiled = /* @__PURE__ */ new Map<GrammarName, Phrases>();

/** The phrases of a built-in model. */
export function phrasesOf(name: GrammarName): Phrases {
  const known = compiled.get(name);
  if (known) return known;
  const phrases = compile(name);
  compiled.set(name, phrases);
  return phrases;
}

function compile(name: GrammarName): Phrases {
  const grammar = GRAMMARS[name];
  const plurals = new Map<string, string>(Object.entries(grammar.plurals));
  const [ignored, blank] = [new RegExp(grammar.ignored, "g"), new RegExp(grammar.blank, "g")];
  const [note, article, number] = [grammar.note, grammar.article, grammar.number].map(
    (pattern) => new RegExp(pattern),
  ) as [RegExp, RegExp, RegExp];
  const around = grammar.around.map((pattern) => new RegExp(pattern));
  const written = grammar.written === null ? null : new RegExp(grammar.written);
  const between = grammar.between === null ? null : new RegExp(grammar.between);
  const withoutArticle = (thing: string) => thing.replace(article, "");
  return {
    nameFirst: grammar.nameFirst,
    plain: (label) => label.toLowerCase().replace(ignored, "").replace(blank, " ").trim(),
    written: (text) => {
      const parts = written?.exec(text);
      return parts ? { thing: parts[1] ?? "", word: parts[2] ?? "" } : null;
    },
    inside: (text) => around.reduce((left, part) => left.replace(part, ""), text),
    things: (text) => (between ? text.split(between) : [text]),
    withoutNote: (concept) => concept.replace(note, ""),
    withoutArticle,
    bare: (thing) => withoutArticle(thing).replace(number, ""),
    singulars: (name) => {
      const at = name.lastIndexOf(" ") + 1;
      const [front, last] = [name.slice(0, at), name.slice(at)];
      const irregular = plurals.get(last);
      const regular = grammar.endings
        .filter(([ending]) => last.endsWith(ending))
        .map(([ending, single]) => last.slice(0, last.length - ending.length) + single);
      return [last, ...(irregular ? [irregular] : []), ...regular].map((one) => front + one);
    },
  };
}
