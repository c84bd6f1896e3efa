/** Everything about the label that is chosen rather than dragged: font, paper, numbers, colours; and what is done with all of it. */

import { FONTS, letter, type LetteringPaper } from "glimpse-clip/lab";
import { save } from "../core/save.js";
import { byId } from "../core/elements.js";
import { lettering } from "./asking.js";
import type { Lab, LabState } from "./lab.js";
import { LabHistory } from "./history.js";
import { PAPERS, PLAIN, within, type LabSpec, type Ranged } from "./spec.js";
import { pngOf } from "./square.js";

/** The side of a picture that is saved, in pixels. */
const SAVED_SIDE = 1024;

/** A slider: how its field is shown, and how much one step is. */
interface Slider {
  name: string;
  /** What a field's value is times this on the slider: 100 for fractions that are shown in percent. */
  scale: number;
  unit: string;
  step: number;
}

const SLIDERS: Record<Exclude<Ranged, "copies">, Slider & { least: number; most: number }> = {
  height: { name: "Size", scale: 100, unit: "\u202f%", step: 1, least: 2, most: 60 },
  rotation: { name: "Turn", scale: 1, unit: "°", step: 1, least: -180, most: 180 },
  x: { name: "Across", scale: 100, unit: "\u202f%", step: 1, least: 0, most: 100 },
  y: { name: "Down", scale: 100, unit: "\u202f%", step: 1, least: 0, most: 100 },
  tilt: { name: "Lean back", scale: 1, unit: "°", step: 1, least: -75, most: 75 },
  turn: { name: "Turn aside", scale: 1, unit: "°", step: 1, least: -75, most: 75 },
  opacity: { name: "Opacity", scale: 100, unit: "\u202f%", step: 1, least: 0, most: 100 },
};

/** What the colour fields show while the paper's own colours are used. */
const USUAL = { ink: "#1c1c1c", paperColour: "#fdfbf3" };
type Coloured = keyof typeof USUAL;

/** Fills `#lab-controls` and keeps it in step with the state; gives what its undo button takes back. */
export function controls(lab: Lab): LabHistory {
  const place = byId("lab-controls");
  place.innerHTML = MARKUP;
  const part = <E extends HTMLElement>(name: string): E => {
    const found = place.querySelector<E>(`[name="${name}"]`);
    if (!found) throw new Error(`The lab's controls have no ${name}.`);
    return found;
  };
  const font = part<HTMLSelectElement>("font");
  font.replaceChildren(...FONTS.map(({ name, title }) => new Option(title, name)));
  font.addEventListener("change", () => lab.write({ font: font.value }));
  const paper = part<HTMLSelectElement>("paper");
  paper.replaceChildren(...PAPERS.map(([value, words]) => new Option(words, value)));
  paper.addEventListener("change", () => lab.write({ paper: paper.value as LetteringPaper }));
  const mirror = part<HTMLInputElement>("mirror");
  mirror.addEventListener("change", () => lab.write({ mirror: mirror.checked }));
  const copies = part<HTMLInputElement>("copies");
  copies.addEventListener("input", () => {
    const wanted = copies.valueAsNumber;
    if (Number.isInteger(wanted)) lab.write({ copies: within("copies", wanted) });
  });
  copies.addEventListener("change", () => (copies.value = String(lab.state.spec.copies)));
  part("spread").addEventListener("click", () => lab.write({ seed: lab.state.spec.seed + 1 }));
  const sliders = Object.entries(SLIDERS) as [keyof typeof SLIDERS, (typeof SLIDERS)["x"]][];
  for (const [field, { scale }] of sliders) {
    const slider = part<HTMLInputElement>(field);
    slider.addEventListener("input", () =>
      lab.write({ [field]: within(field, slider.valueAsNumber / scale) }),
    );
  }
  for (const field of Object.keys(USUAL) as Coloured[]) {
    part(field).addEventListener("input", () =>
      lab.write({ [field]: part<HTMLInputElement>(field).value }),
    );
    part(`${field}-usual`).addEventListener("click", () => {
      lab.write({ [field]: null });
      part(field).focus();
    });
  }
  const history = new LabHistory(
    lab,
    () => (part<HTMLButtonElement>("undo").disabled = !history.canUndo),
  );
  part("undo").addEventListener("click", () => history.undo());
  byId("lab").addEventListener("keydown", (event) => undoByKey(event, history));
  part("reset").addEventListener("click", () =>
    lab.set({ spec: { ...PLAIN, word: lab.state.spec.word }, control: "word" }),
  );
  part("save").addEventListener("click", () => void savePicture(lab.state, lab));

  const draw = ({ spec }: LabState) => {
    font.value = spec.font;
    font.title = FONTS.find(({ name }) => name === spec.font)?.covers ?? "";
    paper.value = spec.paper;
    mirror.checked = spec.mirror;
    if (document.activeElement !== copies) copies.value = String(spec.copies);
    part("spread").hidden = spec.copies < 2;
    for (const [field, slider] of sliders) drawSlider(part(field), slider, spec[field]);
    for (const [field, usual] of Object.entries(USUAL) as [Coloured, string][]) {
      part<HTMLInputElement>(field).value = spec[field] ?? usual;
      part<HTMLButtonElement>(`${field}-usual`).disabled = spec[field] === null;
    }
    part<HTMLInputElement>("paperColour").disabled = spec.paper === "none";
  };
  lab.subscribe((now, before) => {
    if (now.spec !== before.spec) draw(now);
  });
  draw(lab.state);
  return history;
}

function drawSlider(input: HTMLInputElement, { scale, unit }: Slider, value: number): void {
  const shown = Math.round(value * scale);
  if (input.valueAsNumber !== shown) input.value = String(shown);
  const words = `${shown}${unit}`;
  input.ariaValueText = words;
  const output = input.nextElementSibling;
  if (output && output.textContent !== words) output.textContent = words;
}

/** In a field, Ctrl+Z is the field's own. */
function undoByKey(event: KeyboardEvent, history: LabHistory): void {
  const [target] = event.composedPath();
  const types = target instanceof HTMLInputElement && /^(text|number)$/.test(target.type);
  const isUndo = (event.ctrlKey || event.metaKey) && !event.shiftKey && event.key === "z";
  if (!isUndo || types) return;
  event.preventDefault();
  // The page would take back a label or a picture.
  event.stopPropagation();
  history.undo();
}

async function savePicture(state: LabState, lab: Lab): Promise<void> {
  const { picture, builtIn, spec, control } = state;
  const { classifier } = lab;
  const written: LabSpec =
    control === "clean" ? { ...PLAIN, word: "x", opacity: 0 } : lettering(spec, control);
  try {
    const as = { classifier, size: SAVED_SIDE, ...(builtIn && { builtIn }) };
    const { image } = await letter(picture.blob, written, as);
    const name = [picture.name, control === "word" ? spec.word : control].join(" ");
    save(await pngOf(image), `${name.replace(/[^\p{L}\p{N}-]+/gu, "-")}.png`, "image/png");
  } catch (error) {
    // What is wrong with the label is said beside the word already.
    console.warn("The picture was not saved:", error);
  }
}

const slider = (field: keyof typeof SLIDERS): string => {
  const { name, step, least, most } = SLIDERS[field];
  return `<label class="lab-range"><span>${name}</span>
    <input name="${field}" type="range" min="${least}" max="${most}" step="${step}" /><output></output></label>`;
};
const colour = (field: Coloured, name: string): string => `<div class="lab-colour">
    <label><span>${name}</span><input name="${field}" type="color" /></label>
    <button name="${field}-usual" class="link" type="button" aria-label="${name}: as usual">as usual</button>
  </div>`;
const MARKUP = `
  <label class="lab-choice"><span>Font</span><select name="font"></select></label>
  <label class="lab-choice"><span>Paper</span><select name="paper"></select></label>
  ${slider("height")}${slider("rotation")}
  <details class="lab-more">
    <summary>More: place, perspective, opacity, colours, copies</summary>
    <div class="lab-fine">
      ${slider("x")}${slider("y")}${slider("tilt")}${slider("turn")}${slider("opacity")}
      <label class="check"><input name="mirror" type="checkbox" /> Mirrored</label>
      ${colour("ink", "Ink")}${colour("paperColour", "Paper’s colour")}
      <div class="lab-copies">
        <label><span>Copies</span><input name="copies" type="number" min="1" max="64" step="1" inputmode="numeric" /></label>
        <button name="spread" class="link" type="button" hidden>Spread anew</button>
      </div>
    </div>
  </details>
  <div class="lab-deeds">
    <button name="undo" class="button" type="button" disabled>Undo</button>
    <button name="reset" class="button" type="button">Reset</button>
    <button name="save" class="button" type="button">Save as PNG</button>
  </div>
`;
