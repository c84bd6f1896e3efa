/** The gallery's grid: of thousands of pictures only those in sight are in the document; arrow keys walk through all. */

import { GalleryCard } from "./card.js";
import type { Item } from "./gallery.js";
import type { Thumbnails } from "./thumbnails.js";

/** The narrowest card, and the space between two, in pixels. */
const NARROWEST = 148;
const GAP = 16;
/** The height of a card below its square picture, in rem: name, bars, and the space inside. */
const TEXT_REM = 6.75;
/** How far beyond the window cards are kept ready, in pixels. */
const BEYOND = 400;

/** What the grid needs to know of the gallery. */
export interface GridSource {
  isAnswered(item: Item): boolean;
}

/** A listbox whose options are the pictures. */
export class GalleryGrid {
  readonly #list: HTMLElement;
  readonly #source: GridSource;
  readonly #thumbnails: Thumbnails;
  readonly #cards = new Map<Item, GalleryCard>();
  #items: readonly Item[] = [];
  #indexOf = new Map<Item, number>();
  /** The option that Tab reaches. */
  #active = 0;
  #open: Blob | null = null;
  #isAutomatic = false;
  #columns = 1;

  constructor(
    list: HTMLElement,
    source: GridSource,
    thumbnails: Thumbnails,
    open: (item: Item) => void,
  ) {
    this.#list = list;
    this.#source = source;
    this.#thumbnails = thumbnails;
    list.addEventListener("click", (event) => {
      const item = this.#itemAt(event.target);
      if (!item) return;
      this.#activate(this.#indexOf.get(item) ?? 0);
      open(item);
    });
    list.addEventListener("keydown", (event) => {
      const item = this.#items[this.#active];
      if ((event.key === "Enter" || event.key === " ") && item) open(item);
      else if (!this.#walk(event)) return;
      event.preventDefault();
    });
    new ResizeObserver(() => this.draw()).observe(list);
    addEventListener("scroll", () => this.draw(), { passive: true });
  }

  /** Whether pointer or focus is on it: then nothing should move. */
  get held(): boolean {
    return this.#list.matches(":hover, :focus-within");
  }

  /** Shows these pictures in this order; the one whose file is `open` is marked, and where it `isAutomatic`, what each was taken for. */
  show(items: readonly Item[], open: Blob | null, isAutomatic: boolean): void {
    this.#isAutomatic = isAutomatic;
    const active = this.#items[this.#active];
    if (items !== this.#items) {
      this.#items = items;
      this.#indexOf = new Map(items.map((item, index) => [item, index]));
      this.#active = (active && this.#indexOf.get(active)) ?? 0;
    }
    this.#open = open;
    this.draw();
  }

  /** Brings what is in sight in line with the pictures. */
  draw(): void {
    const width = this.#list.clientWidth;
    if (width === 0) return this.#release(() => true);
    this.#columns = Math.max(1, Math.floor((width + GAP) / (NARROWEST + GAP)));
    const card = (width - GAP * (this.#columns - 1)) / this.#columns;
    const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
    const row = card + TEXT_REM * rem + GAP;
    const rows = Math.ceil(this.#items.length / this.#columns);
    this.#list.style.setProperty("--card", `${card}px`);
    this.#list.style.blockSize = `${Math.max(0, rows * row - GAP)}px`;

    const top = -this.#list.getBoundingClientRect().top;
    const first = Math.max(0, Math.floor((top - BEYOND) / row)) * this.#columns;
    const last = Math.ceil((top + innerHeight + BEYOND) / row) * this.#columns;
    const seen = this.#items.slice(first, Math.max(first, last));
    const active = this.#items[this.#active];
    // The active one stays, wherever it is: it has the focus, or Tab must find it.
    const wanted = new Set(active ? [...seen, active] : seen);
    this.#release((item) => !wanted.has(item));
    for (const item of wanted) this.#place(item, card, row);
  }

  #place(item: Item, width: number, row: number): void {
    const index = this.#indexOf.get(item) ?? 0;
    let card = this.#cards.get(item);
    if (!card) {
      card = new GalleryCard(item, (signal) => this.#thumbnails.of(item.file, signal));
      this.#cards.set(item, card);
    }
    const { element } = card;
    const x = (index % this.#columns) * (width + GAP);
    const y = Math.floor(index / this.#columns) * row;
    element.style.setProperty("--x", `${x}px`);
    element.style.setProperty("--y", `${y}px`);
    element.setAttribute("aria-posinset", String(index + 1));
    element.setAttribute("aria-setsize", String(this.#items.length));
    element.setAttribute("aria-selected", String(item.file === this.#open));
    element.tabIndex = index === this.#active ? 0 : -1;
    card.draw(this.#source.isAnswered(item), this.#isAutomatic);
    if (!element.isConnected) this.#list.append(element);
  }

  #release(unwanted: (item: Item) => boolean): void {
    for (const [item, card] of this.#cards) {
      if (!unwanted(item)) continue;
      card.release();
      this.#cards.delete(item);
    }
  }

  #itemAt(target: EventTarget | null): Item | null {
    const element = (target as Element).closest(".card");
    for (const [item, card] of this.#cards) if (card.element === element) return item;
    return null;
  }

  /** Moves the focus for an arrow key, Home, End, or a page; false for other keys, and the browser's own (Alt and an arrow). */
  #walk({ key, altKey, ctrlKey, metaKey }: KeyboardEvent): boolean {
    if (altKey || ctrlKey || metaKey) return false;
    const steps: Record<string, number> = {
      ArrowRight: 1,
      ArrowLeft: -1,
      ArrowDown: this.#columns,
      ArrowUp: -this.#columns,
      PageDown: 4 * this.#columns,
      PageUp: -4 * this.#columns,
      Home: -this.#active,
      End: this.#items.length - 1 - this.#active,
    };
    const step = steps[key];
    if (step === undefined) return false;
    const next = this.#active + step;
    if (next >= 0 && next < this.#items.length) this.#activate(next);
    return true;
  }

  #activate(index: number): void {
    this.#active = index;
    this.draw();
    const item = this.#items[index];
    if (item) this.#cards.get(item)?.element.focus();
  }
}
