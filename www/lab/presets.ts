/** The buttons of the ready-made words, in two groups: those for this picture, and those that bring another. */

import { letter } from "glimpse-clip/lab";
import { byId } from "../core/elements.js";
import { insideOf } from "./geometry.js";
import type { Lab } from "./lab.js";
import type { LabHistory } from "./history.js";
import { examplesFor, ON_THIS_PICTURE, specOf, type Example, type Preset } from "./ready-made.js";
import { PLAIN, type LabSpec } from "./spec.js";
import { Latest } from "../core/latest.js";

/** Shows one of the page's examples, with these labels instead of its own; gives what brings back what was there. */
export type ShowExample = (name: string, labels?: readonly string[]) => Promise<() => void>;

/** Fills `#lab-presets`. */
export class Presets {
  readonly #lab: Lab;
  readonly #history: LabHistory;
  readonly #show: ShowExample;
  readonly #examples = group("Examples");
  readonly #presses = new Latest();

  constructor(lab: Lab, history: LabHistory, show: ShowExample) {
    this.#lab = lab;
    this.#history = history;
    this.#show = show;
    const onThis = group("On this picture");
    onThis.append(...ON_THIS_PICTURE.map((one) => chip(one, () => void this.#write(one))));
    byId("lab-presets").replaceChildren(onThis, this.#examples);
  }

  /** Whether the model is the built-in one: not every example is for every model. */
  set isBuiltIn(isBuiltIn: boolean) {
    const chips = examplesFor(isBuiltIn).map((one) => chip(one, () => void this.#bring(one)));
    const [heading] = this.#examples.children;
    this.#examples.replaceChildren(...(heading ? [heading] : []), ...chips);
  }

  async #write(preset: Preset): Promise<void> {
    const signal = this.#presses.begin();
    const { state } = this.#lab;
    const spec = await inside(state.square, specOf(preset, state));
    if (!signal.aborted) this.#lab.set({ spec, control: "word" });
  }

  async #bring({ picture, labels, spec }: Example): Promise<void> {
    const signal = this.#presses.begin();
    const back = await this.#show(picture, labels);
    if (signal.aborted) return;
    const change = { ...PLAIN, ...spec(this.#lab.state) };
    this.#history.step({ spec: change, control: "word" }, back);
  }
}

/** The spec, moved and made smaller as far as that keeps its paper on the picture; a word that cannot be drawn is left as it is. */
async function inside(square: ImageData, spec: LabSpec): Promise<LabSpec> {
  try {
    const { corners } = await letter(square, spec, { size: square.width });
    return corners[0] ? { ...spec, ...insideOf(corners[0], spec) } : spec;
  } catch {
    // What is wrong with it is said where it is asked about.
    return spec;
  }
}

function group(name: string): HTMLElement {
  const made = document.createElement("div");
  made.role = "group";
  made.ariaLabel = name;
  const heading = document.createElement("span");
  heading.textContent = name;
  heading.ariaHidden = "true";
  made.append(heading);
  return made;
}

function chip({ name, title }: Preset, press: () => void): HTMLButtonElement {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "chip";
  made.textContent = name;
  made.title = title;
  made.addEventListener("click", press);
  return made;
}
