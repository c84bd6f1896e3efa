/** The map over the picture: colours on `#lab-heat`, and a grid of patches above it for pointer and keyboard. */

import { element, setText } from "../../core/elements.js";

/** Vermilion and blue, which people of every colour vision tell apart (Okabe and Ito's). */
const TOWARDS = [213, 94, 0] as const;
const AGAINST = [0, 114, 178] as const;
/** How much of the picture the strongest patch covers. */
const STRONGEST = 0.85;
/** The canvas' pixels a patch: enough for sharp edges at any size on the screen. */
const PIXELS = 16;

/** What is drawn: a value a patch, row by row, and how to say it. */
export interface Heat {
  side: number;
  /** One value a patch; the largest distance from 0 has the fullest colour. */
  map: Float32Array;
  /** What a patch's value means, as a sentence goes on after "This patch": `pulls 1.8 logits towards “iPod”`. */
  words: (value: number) => string;
  /** What the map shows, for screen readers. */
  name: string;
}

/** Colours, grid and the sentence about the patch under the hand. */
export class HeatLayer {
  readonly #canvas: HTMLCanvasElement;
  readonly #stage: HTMLElement;
  readonly #grid = element("div", "", "lab-patches");
  readonly #says = element("p", "", "lab-patch-says");
  #heat: Heat | null = null;
  #side = 0;
  #cells: HTMLElement[] = [];
  /** The patch that Tab leads to. */
  #home = 0;

  /** Takes the canvas over; grid and sentence go in behind it. */
  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas;
    this.#stage = canvas.closest<HTMLElement>("#lab-stage") ?? canvas.parentElement!;
    canvas.setAttribute("role", "img");
    canvas.removeAttribute("aria-hidden");
    canvas.hidden = true;
    this.#grid.setAttribute("role", "grid");
    this.#grid.hidden = true;
    // A screen reader hears the patch itself, which says the same.
    this.#says.setAttribute("aria-hidden", "true");
    this.#says.hidden = true;
    canvas.after(this.#grid, this.#says);
    this.#grid.addEventListener("keydown", (event) => this.#walk(event));
    this.#grid.addEventListener("focusin", ({ target }) => this.#told(this.#patchOf(target)));
    this.#grid.addEventListener("focusout", () => this.#told(null));
    for (const kind of ["pointermove", "pointerdown"] as const)
      this.#stage.addEventListener(kind, (event) => this.#told(this.#under(event)));
    this.#stage.addEventListener("pointerleave", () => this.#told(null));
  }

  /** Draws `heat`; null takes everything away. */
  show(heat: Heat | null): void {
    this.#heat = heat;
    this.#canvas.hidden = !heat;
    this.#grid.hidden = !heat;
    this.#stage.toggleAttribute("data-heat", heat !== null);
    this.#told(null);
    if (!heat) return;
    this.#canvas.setAttribute("aria-label", heat.name);
    this.#grid.setAttribute("aria-label", "Patches of the picture");
    this.#paint(heat);
    this.#fill(heat);
  }

  /** Says that what is drawn answers an earlier question. */
  set stale(stale: boolean) {
    this.#canvas.toggleAttribute("data-stale", stale);
  }

  #paint({ side, map }: Heat): void {
    const size = side * PIXELS;
    this.#canvas.width = size;
    this.#canvas.height = size;
    const context = this.#canvas.getContext("2d");
    if (!context) return;
    const most = largest(map);
    map.forEach((value, patch) => {
      const [red, green, blue] = value > 0 ? TOWARDS : AGAINST;
      const alpha = most > 0 ? (STRONGEST * Math.abs(value)) / most : 0;
      context.fillStyle = `rgb(${red} ${green} ${blue} / ${alpha})`;
      const [row, column] = [Math.floor(patch / side), patch % side];
      context.fillRect(column * PIXELS, row * PIXELS, PIXELS, PIXELS);
    });
  }

  #fill({ side, map, words }: Heat): void {
    if (side !== this.#side) {
      this.#side = side;
      this.#home = 0;
      this.#grid.style.setProperty("--side", String(side));
      this.#grid.replaceChildren(...rows(side));
      this.#cells = [...this.#grid.querySelectorAll<HTMLElement>("[role=gridcell]")];
    }
    this.#cells.forEach((cell, patch) => {
      cell.tabIndex = patch === this.#home ? 0 : -1;
      const place = `Row ${Math.floor(patch / side) + 1}, column ${(patch % side) + 1}`;
      cell.setAttribute("aria-label", `${place}: ${words(map[patch] ?? 0)}`);
    });
  }

  #walk(event: KeyboardEvent): void {
    const at = this.#patchOf(event.target);
    if (at === null || event.altKey || event.ctrlKey || event.metaKey) return;
    const side = this.#side;
    const [row, column] = [Math.floor(at / side), at % side];
    const steps: Record<string, readonly [row: number, column: number]> = {
      ArrowUp: [row - 1, column],
      ArrowDown: [row + 1, column],
      ArrowLeft: [row, column - 1],
      ArrowRight: [row, column + 1],
      Home: [row, 0],
      End: [row, side - 1],
    };
    const to = steps[event.key];
    if (!to) return;
    // The page would scroll, and the label on the picture would move.
    event.preventDefault();
    event.stopPropagation();
    const within = (place: number) => Math.max(0, Math.min(side - 1, place));
    const cells = this.#cells;
    cells[this.#home]!.tabIndex = -1;
    this.#home = within(to[0]) * side + within(to[1]);
    cells[this.#home]!.tabIndex = 0;
    cells[this.#home]!.focus();
  }

  #told(patch: number | null): void {
    const heat = this.#heat;
    const cells = this.#cells;
    this.#grid.querySelector("[data-told]")?.removeAttribute("data-told");
    this.#says.hidden = !heat || patch === null;
    if (!heat || patch === null) return;
    cells[patch]?.setAttribute("data-told", "");
    // Where the patch is in the lower half, the sentence stands above, so as not to cover it.
    this.#says.toggleAttribute("data-above", patch >= cells.length / 2);
    setText(this.#says, `This patch ${heat.words(heat.map[patch] ?? 0)}.`);
  }

  /** The patch under the pointer; null beside the picture. */
  #under({ clientX, clientY }: PointerEvent): number | null {
    if (!this.#heat) return null;
    const { left, top, width, height } = this.#canvas.getBoundingClientRect();
    const column = Math.floor(((clientX - left) / width) * this.#side);
    const row = Math.floor(((clientY - top) / height) * this.#side);
    const inside = (place: number) => place >= 0 && place < this.#side;
    return inside(column) && inside(row) ? row * this.#side + column : null;
  }

  #patchOf(target: EventTarget | null): number | null {
    const at = this.#cells.indexOf(target as HTMLElement);
    return at < 0 ? null : at;
  }
}

/** The largest distance from 0. */
export function largest(map: Float32Array): number {
  return map.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

function rows(side: number): HTMLElement[] {
  return Array.from({ length: side }, () => {
    const row = element("div");
    row.setAttribute("role", "row");
    for (let column = 0; column < side; column++) {
      const cell = element("div");
      cell.setAttribute("role", "gridcell");
      row.append(cell);
    }
    return row;
  });
}
