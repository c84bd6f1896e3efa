/** Ready-made labels, each one press: the famous apple, the truth, a mirror, a corner. */

import { byId } from "../view.js";
import type { Lab, LabState } from "./lab.js";
import { PLAIN, type LabSpec } from "./spec.js";

/** The labels of the experiment that made the apple famous, in the order of its figure. */
const STORY = ["Granny Smith", "iPod", "library", "pizza", "toaster", "dough"];

/** Shows one of the page's examples, with these labels instead of its own. */
export type ShowExample = (name: string, labels?: readonly string[]) => Promise<void>;

interface Preset {
  name: string;
  title: string;
  press: (lab: Lab, show: ShowExample) => void | Promise<void>;
}

const PRESETS: readonly Preset[] = [
  {
    name: "The apple",
    title: "An apple, and a paper on it that says “iPod”",
    press: async (lab, show) => {
      await show("apple");
      lab.set({ spec: { ...PLAIN, word: "iPod" }, control: "word" });
    },
  },
  {
    name: "The tutorial’s story",
    title: "The same with the six labels of the published experiment",
    press: async (lab, show) => {
      await show("apple", STORY);
      lab.set({ spec: { ...PLAIN, word: "iPod" }, control: "word" });
    },
  },
  {
    name: "Write the truth",
    title: "The label that fits the clean picture best",
    press: (lab) => write(lab, { word: lab.state.truth ?? lab.state.labels[0] ?? "" }),
  },
  {
    name: "Write another label",
    title: "A label that does not fit, and at the next press the next one",
    press: (lab) => write(lab, { word: otherLabel(lab.state) }),
  },
  {
    name: "Mirrored",
    title: "Left and right exchanged",
    press: (lab) => write(lab, { mirror: !lab.state.spec.mirror }),
  },
  {
    name: "Tiny",
    title: "As small as a label can be read, and smaller",
    press: (lab) => write(lab, { height: 0.05 }),
  },
  {
    name: "Hidden in the corner",
    title: "Small, at the edge, where nobody looks",
    press: (lab) => write(lab, { height: 0.07, x: 0.86, y: 0.95, rotation: 0, copies: 1 }),
  },
];

/** Fills `#lab-presets`. */
export function presets(lab: Lab, show: ShowExample): void {
  const chips = PRESETS.map(({ name, title, press }) => {
    const chip = document.createElement("button");
    chip.type = "button";
    chip.className = "chip";
    chip.textContent = name;
    chip.title = title;
    chip.addEventListener("click", () => void press(lab, show));
    return chip;
  });
  byId("lab-presets").replaceChildren(...chips);
}

/** A label that the clean picture does not show; another than the one that is written, where there is one. */
function otherLabel({ labels, truth, target }: LabState): string {
  const others = labels.filter((label) => label !== truth);
  const next = others.indexOf(target) + 1;
  return others[next % others.length] ?? labels[0] ?? "";
}

function write(lab: Lab, change: Partial<LabSpec>): void {
  lab.set({ spec: { ...lab.state.spec, ...change }, control: "word" });
}
