/** The picture with the label on it, large, and the label's frame and handles. */

import { letter } from "glimpse-clip/lab";
import { quoted } from "../core/quote.js";
import { byId } from "../core/elements.js";
import { lettering } from "./asking.js";
import { boxAround, carried, type Corners, type Point } from "./geometry.js";
import { handlesOf } from "./handles.js";
import { Gestures } from "./gestures.js";
import type { Lab, LabState } from "./lab.js";
import { PLAIN, type LabSpec } from "./spec.js";

/** The side of what is drawn, in pixels; the model's own square is often smaller than it is shown. */
const SIDE = 512;

/** Draws for as long as the lab is open, always what the state says at that moment. */
export class Stage {
  readonly #lab: Lab;
  readonly #stage = byId("lab-stage");
  readonly #canvas = byId<HTMLCanvasElement>("lab-picture");
  readonly #label = byId("lab-label");
  readonly #scale = byId("lab-scale");
  readonly #rotate = byId("lab-rotate");
  readonly #outline = byId<SVGElement>("lab-outline");
  /** The clean picture at this size, and of which square it is. */
  #clean: { of: ImageData; image: ImageData } | null = null;
  /** Where the label lies that is on the canvas. */
  #drawn: { spec: LabSpec; corners: readonly Corners[] } | null = null;
  #busy = false;
  #again = false;

  constructor(lab: Lab) {
    this.#lab = lab;
    new Gestures(lab, this.#stage, this.#label, { scale: this.#scale, rotate: this.#rotate });
    new ResizeObserver(() => this.#frame()).observe(this.#stage);
    lab.subscribe((now, before) => {
      if (
        now.square !== before.square ||
        now.spec !== before.spec ||
        now.control !== before.control
      )
        this.#changed();
    });
    this.#changed();
  }

  #changed(): void {
    this.#frame();
    if (this.#busy) this.#again = true;
    else void this.#draw();
  }

  async #draw(): Promise<void> {
    this.#busy = true;
    this.#stage.setAttribute("aria-busy", "true");
    do {
      this.#again = false;
      const { state } = this.#lab;
      try {
        await this.#drawOnce(state);
      } catch {
        // The last good picture stays; the error is shown beside the word (lab/asking.ts).
        this.#describe(state);
      }
    } while (this.#again);
    this.#busy = false;
    this.#stage.removeAttribute("aria-busy");
  }

  async #drawOnce(state: LabState): Promise<void> {
    const { square, builtIn, spec, control, picture } = state;
    if (this.#clean?.of !== square) {
      // The package's own resize and crop, as the model has them: an invisible label costs nothing.
      const unseen = { ...PLAIN, word: "x", opacity: 0 };
      const { classifier } = this.#lab;
      const as = { classifier, size: SIDE, ...(builtIn && { builtIn }) };
      const { image } = await letter(picture.blob, unseen, as);
      this.#clean = { of: square, image };
      // The worker that writes on it may have to be started first.
      if (this.#lab.state.square === square) this.#show(state, image, spec, []);
    }
    const { image } = this.#clean;
    if (control === "clean") this.#show(state, image, spec, []);
    else {
      const lettered = await letter(image, lettering(spec, control), { size: SIDE });
      if (this.#lab.state.square === square)
        this.#show(state, lettered.image, spec, lettered.corners);
    }
  }

  #show(state: LabState, image: ImageData, spec: LabSpec, corners: readonly Corners[]): void {
    this.#canvas.getContext("2d")?.putImageData(image, 0, 0);
    this.#drawn = corners.length > 0 ? { spec, corners } : null;
    this.#describe(state);
    this.#frame();
  }

  #describe({ picture, control, spec }: LabState): void {
    const what = picture.alt || "The picture";
    const on =
      control === "word"
        ? `, with ${quoted(spec.word)} written on it`
        : control === "clean"
          ? ""
          : control === "blank"
            ? ", with a blank paper on it"
            : ", with a word without meaning on it";
    this.#canvas.setAttribute("aria-label", what + on);
  }

  /** Frame and handles follow the pointer at once; the label itself follows as soon as it is drawn. */
  #frame(): void {
    const { spec, control } = this.#lab.state;
    const drawn = this.#drawn;
    const isThere = drawn !== null && control !== "clean";
    for (const part of [this.#label, this.#scale, this.#rotate]) part.hidden = !isThere;
    this.#outline.toggleAttribute("hidden", !isThere);
    if (!isThere) return;
    const [first, ...copies] = drawn.corners;
    const corners = carried(first ?? [], drawn.spec, spec);
    this.#outline.innerHTML = [corners, ...copies]
      .map((one) => `<polygon points="${one.map((corner) => corner.join(",")).join(" ")}" />`)
      .join("");
    this.#place(corners, spec);
    this.#label.setAttribute("aria-label", placeWords(spec));
  }

  #place(corners: Corners, spec: LabSpec): void {
    const side = this.#stage.clientWidth;
    const { x, y, width, height, angle } = boxAround(corners, spec.rotation);
    const [centre, across, down] = [{ x: x * side, y: y * side }, width * side, height * side];
    const { style } = this.#label;
    style.setProperty("--width", `${across}px`);
    style.setProperty("--height", `${down}px`);
    style.setProperty("--angle", `${angle}deg`);
    put(this.#label, centre);
    const box = { ...centre, width: across, height: down, angle };
    const { scale, rotate } = handlesOf(box, side, this.#scale.offsetWidth);
    put(this.#scale, scale);
    put(this.#rotate, rotate);
  }
}

/** Where the paper is, in words: `Word “iPod”, 42 % across, 60 % down, 16 % high`. */
export function placeWords({ word, x, y, height, rotation, mirror }: LabSpec): string {
  const turn = Math.round(rotation);
  const parts = [
    `Word ${quoted(word)}`,
    `${percent(x)} across`,
    `${percent(y)} down`,
    `${percent(height)} high`,
    ...(turn === 0 ? [] : [`turned ${turn} degrees`]),
    ...(mirror ? ["mirrored"] : []),
  ];
  return parts.join(", ");
}

function percent(fraction: number): string {
  return `${Math.round(100 * fraction)}\u202f%`;
}

/** Places an element's centre, in pixels. */
function put({ style }: HTMLElement, { x, y }: Point): void {
  style.setProperty("left", `${x}px`);
  style.setProperty("top", `${y}px`);
}
