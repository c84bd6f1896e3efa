/** One picture in the gallery's grid: a thumbnail, a name, and the bars of its best labels. */

import type { Item } from "./gallery.js";
import type { BuiltIn } from "../core/model-choice.js";

/** What a picture was taken for, beside its name. */
const TAKEN_FOR: Readonly<Record<BuiltIn, string>> = { mini: "drawing", "mini-photo": "photo" };

/** More bars are not read at this size. */
const BARS = 3;

// The spaces part the words where a screen reader takes the card's text as its name.
const BAR = '<span class="bar"><span class="label"></span> <span class="share"></span></span> ';
const MARKUP = `
  <img alt="" draggable="false" hidden />
  <span class="head"><span class="file"></span> <span class="by"></span></span>
  <span class="bars">${BAR.repeat(BARS)}</span>
  <span class="trouble"></span>
`;

/** The element of one picture, for as long as it is in sight. */
export class GalleryCard {
  readonly element = document.createElement("div");
  readonly item: Item;
  readonly #img: HTMLImageElement;
  readonly #bars: HTMLElement[];
  readonly #trouble: HTMLElement;
  readonly #released = new AbortController();
  #drawn: unknown = undefined;
  #url = "";

  /** `thumbnail` is asked once; what it gives is shown until `release`. */
  constructor(item: Item, thumbnail: (signal: AbortSignal) => Promise<Blob | null>) {
    this.item = item;
    this.element.className = "card";
    this.element.setAttribute("role", "option");
    this.element.innerHTML = MARKUP;
    this.#img = this.element.querySelector("img")!;
    this.#bars = [...this.element.querySelectorAll<HTMLElement>(".bar")];
    this.#trouble = this.element.querySelector(".trouble")!;
    const name = this.element.querySelector<HTMLElement>(".file")!;
    name.textContent = item.name.split("/").at(-1) ?? item.name;
    this.element.title = item.name;
    void thumbnail(this.#released.signal).then((blob) => {
      if (!blob || this.#released.signal.aborted) return;
      this.#url = URL.createObjectURL(blob);
      this.#img.src = this.#url;
      this.#img.hidden = false;
    });
  }

  /** Brings bars and words in line with the item; `isAutomatic`: each picture goes to the built-in model that fits it. */
  draw(answered: boolean, isAutomatic: boolean): void {
    const { scores, error, builtIn } = this.item;
    this.element.toggleAttribute("data-stale", scores !== null && !answered);
    const shown = error ?? scores;
    if (shown === this.#drawn) return;
    this.#drawn = shown;
    this.#bars.forEach((bar, index) => {
      const score = scores?.[index];
      bar.style.setProperty("--score", String(score?.score ?? 0));
      bar.querySelector(".label")!.textContent = score?.label ?? "";
      bar.querySelector(".share")!.textContent = score ? percent(score.score) : "";
    });
    const by = this.element.querySelector<HTMLElement>(".by")!;
    by.textContent = isAutomatic && builtIn ? TAKEN_FOR[builtIn] : "";
    this.#trouble.textContent = error?.title ?? "";
    this.element.toggleAttribute("data-trouble", error !== null);
  }

  /** Removes the card and releases its thumbnail. */
  release(): void {
    this.#released.abort();
    this.element.remove();
    if (this.#url) URL.revokeObjectURL(this.#url);
  }
}

function percent(probability: number): string {
  const whole = Math.round(100 * probability);
  return `${whole === 0 && probability > 0 ? "<1" : whole}\u202f%`;
}
