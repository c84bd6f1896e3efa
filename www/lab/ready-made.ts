/** The ready-made words: those for the picture that is there, and the examples, which bring a picture and labels of their own. */

import type { LabState } from "./lab.js";
import { PLAIN, type LabSpec } from "./spec.js";

/** What a press writes; what is not named is as the lab opens with it. */
export interface Preset {
  name: string;
  title: string;
  spec: (state: LabState) => Partial<LabSpec>;
}

/** A preset on one of the page's examples; `labels` default to the example's. */
export interface Example extends Preset {
  picture: string;
  labels?: readonly string[];
}

/** For the picture that is there; they keep word, font, paper and colours, and nothing else of each other. */
export const ON_THIS_PICTURE: readonly Preset[] = [
  {
    name: "Write the truth",
    title: "The label that fits the clean picture best",
    spec: ({ truth, labels }) => ({ word: truth ?? labels[0] ?? "" }),
  },
  {
    name: "Write another label",
    title: "A label that does not fit, and at the next press the next one",
    spec: (state) => ({ word: otherLabel(state) }),
  },
  { name: "Mirrored", title: "Left and right exchanged", spec: () => ({ mirror: true }) },
  {
    name: "Tiny",
    title: "As small as a word can be read, and smaller",
    spec: () => ({ height: 0.05 }),
  },
  {
    name: "Hidden in the corner",
    title: "Small, at the edge, where nobody looks",
    spec: () => ({ height: 0.07, x: 0.86, y: 0.95 }),
  },
];

const APPLE: Example = {
  name: "The apple",
  title: "An apple, and a paper on it that says “iPod”",
  spec: () => ({ word: "iPod" }),
  picture: "apple",
};
const CAT: Example = {
  name: "The cat",
  title: "A photograph of a cat, and a paper on it that says “red fox”",
  spec: () => ({ word: "red fox" }),
  picture: "cat",
};
/** The labels of the experiment that made the apple famous, in the order of its figure. */
const STORY: Example = {
  ...APPLE,
  name: "The tutorial’s story",
  title: "The same with the six labels of the published experiment",
  labels: ["Granny Smith", "iPod", "library", "pizza", "toaster", "dough"],
};

/** The examples for a model; the built-in one was not taught the story's labels, and would tell another. */
export function examplesFor(isBuiltIn: boolean): readonly Example[] {
  return isBuiltIn ? [APPLE, CAT] : [APPLE, STORY];
}

/** The spec that a preset on this picture writes. */
export function specOf({ spec }: Preset, state: LabState): LabSpec {
  const { word, font, paper, ink, paperColour } = state.spec;
  return { ...PLAIN, word, font, paper, ink, paperColour, ...spec(state) };
}

/** A label that the clean picture does not show; another than the one that is written, where there is one. */
function otherLabel({ labels, truth, target }: LabState): string {
  const others = labels.filter((label) => label !== truth);
  const next = others.indexOf(target) + 1;
  return others[next % others.length] ?? labels[0] ?? "";
}
