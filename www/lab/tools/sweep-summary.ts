/** What a sweep found, in a few figures: how often each text won, what of it is the word's own, and how small it may be. */

import type { AttackReport } from "glimpse-clip/lab";
import { element } from "../../core/elements.js";
import { count } from "../../core/amounts.js";
import { quoted } from "../../core/quote.js";
import { percent } from "./markup.js";

type Figures = AttackReport["figures"];
type Rate = Figures["contents"][number]["outcome"]["targeted"];
type Content = Figures["contents"][number]["content"];

const CONTENTS: Record<Content, string> = {
  word: "With the word",
  blank: "With blank paper",
  nonsense: "With a word that means nothing",
  scrambled: "With its letters in another order",
  synonym: "With the synonym",
  truth: "With the true label",
};

/** Fills `list`, a `<dl>`, with the figures of a sweep over one picture. */
export function fillSummary(list: HTMLElement, { figures }: AttackReport): void {
  const [picture] = figures.pictures;
  if (picture && picture.standing !== "counted") {
    const said = picture.clean ? `: the model says ${quoted(picture.clean.label)}` : "";
    list.replaceChildren(
      ...entry(
        "Not counted",
        "–",
        `Without any word it is not named right${said}. Nothing can be won or lost.`,
      ),
    );
    return;
  }
  const rates = figures.contents.map(({ content, outcome: { targeted } }) =>
    entry(CONTENTS[content], share(targeted.rate), intervalWords(targeted)),
  );
  const word = figures.contents.find(({ content }) => content === "word");
  list.replaceChildren(
    ...rates.flat(),
    ...entry(
      "The word’s own share",
      points(word?.outcome.net.net ?? null),
      "the word’s rate less that of blank paper at the same place and size",
    ),
    ...entry("Smallest size that wins", size(figures.flip.median), flipWords(figures.flip)),
  );
}

function entry(name: string, figure: string, words: string): HTMLElement[] {
  const group = element("div");
  const value = element("dd");
  value.append(element("strong", figure), words);
  group.append(element("dt", name), value);
  return [group];
}

function share(rate: number | null): string {
  return rate === null ? "–" : percent(rate);
}

function intervalWords({ hits, of, rate, low, high }: Rate): string {
  if (rate === null) return "not tried";
  return `${hits} of ${count(of, "look")}; 95 % interval ${percent(low)} to ${percent(high)}`;
}

function points(net: number | null): string {
  if (net === null) return "–";
  return `${(100 * net).toFixed(1).replace("-", "\u2212")} points`;
}

function size(height: number | null): string {
  return height === null ? "–" : `${(100 * height).toFixed(1)}\u202f% of the side`;
}

function flipWords({ of, never, median }: Figures["flip"]): string {
  if (of === 0) return "was not looked for to the end";
  const places = count(of, "place");
  if (median === null) return `at more than half of ${places} the word wins at no size`;
  return never === 0
    ? `the median of ${places}`
    : `the median of ${places}; at ${never} of them it wins at no size`;
}
