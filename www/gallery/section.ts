/** The gallery on the page: its words, its buttons, and when it asks the model; hidden until there are pictures. */

import type { Classifier } from "glimpse-clip";
import { count, wait } from "../core/amounts.js";
import { csvOf, jsonOf } from "./export.js";
import { GalleryGrid } from "./grid.js";
import { Gallery, type Filter, type Item, type Order } from "./gallery.js";
import { isAutomatic } from "../core/model-choice.js";
import type { Found } from "../pictures/picture-files.js";
import { quoted } from "../core/quote.js";
import { requestOf } from "../core/classify-request.js";
import { save } from "../core/save.js";
import type { LiveClassifier } from "../core/live-classifier.js";
import { ownPicture, type State, type Store } from "../core/state.js";
import { byId } from "../core/elements.js";
import { templateComplaint } from "../core/templates.js";
import { Thumbnails } from "./thumbnails.js";

/** The page is drawn at most this often while pictures are worked through, in milliseconds. */
const DRAW_EVERY = 100;
/** While it works, an order that depends on scores is brought up to date this often, and not under the pointer. */
const ORDER_EVERY = 1000;
/** While someone types, the gallery waits this long before it asks anew. */
const PAUSE = 300;

const ORDERS: [value: string, words: string][] = [
  ["added", "as they came"],
  ["name", "by name"],
  ["surest", "surest first"],
  ["least-sure", "least sure first"],
];

/** What the gallery's scores depend on. */
interface Asked {
  classifier: Classifier | null;
  words: string;
  chosen: State["chosen"];
}

/** The section and its gallery. */
export class GallerySection {
  readonly #store: Store;
  readonly #live: LiveClassifier;
  readonly #gallery = new Gallery(() => this.#draw());
  readonly #grid: GalleryGrid;
  readonly #thumbnails: Thumbnails;
  #items: readonly Item[] = [];
  #itemsAt = 0;
  /** What the items on show were made for; another order, filter or number of pictures makes them anew. */
  #itemsFor = "";
  /** Of which classifier the gallery's scores are, and for which words. */
  #asked: Asked = { classifier: null, words: "", chosen: new Map() };
  #left = 0;
  #drawing = 0;
  #asking: ReturnType<typeof setTimeout> | undefined;

  constructor(store: Store, live: LiveClassifier) {
    this.#store = store;
    this.#live = live;
    this.#thumbnails = new Thumbnails(async (file) => {
      const { classifier } = this.#live;
      if (!classifier) throw new Error("No model is loaded.");
      return classifier.preprocess(file);
    });
    this.#grid = new GalleryGrid(
      byId("gallery-grid"),
      this.#gallery,
      this.#thumbnails,
      ({ file, name }) => {
        store.set({ picture: ownPicture(file, name) });
        byId("left").scrollIntoView({ block: "start" });
      },
    );
    store.subscribe((state, before) => this.#follow(state, before));
    this.#listen();
  }

  /** Takes pictures in. */
  add({ pictures, others }: Found): void {
    this.#left += others;
    this.#gallery.add(pictures);
    this.#ask();
  }

  #listen(): void {
    byId("gallery-stop").addEventListener("click", () => {
      if (this.#gallery.activity === "stopped") this.#gallery.resume();
      else this.#gallery.stop();
    });
    byId("gallery-clear").addEventListener("click", () => {
      this.#left = 0;
      this.#gallery.clear();
      this.#thumbnails.clear();
      byId("picture").focus();
    });
    for (const id of ["gallery-order", "gallery-filter"])
      byId(id).addEventListener("change", () => this.#draw());
    const grid = byId("gallery-grid");
    for (const type of ["pointerleave", "focusout"])
      grid.addEventListener(type, () => this.#draw());
    byId("gallery-csv").addEventListener("click", () =>
      save(
        csvOf(this.#gallery.current(), this.#store.state.labels, this.#store.state.info),
        "glimpse.csv",
        "text/csv;charset=utf-8",
      ),
    );
    byId("gallery-json").addEventListener("click", () =>
      save(
        jsonOf(this.#gallery.current(), this.#store.state.info),
        "glimpse.json",
        "application/json",
      ),
    );
  }

  #follow(state: State, before: State): void {
    if (this.#gallery.items.length === 0) return;
    if (state.picture !== before.picture) this.#draw();
    const asksAnew = key(state) !== key(before) || state.chosen !== before.chosen;
    if (state.info === before.info && !asksAnew) return;
    clearTimeout(this.#asking);
    // Another model is asked at once; words that are being typed are waited for.
    if (state.info !== before.info) this.#ask();
    else this.#asking = setTimeout(() => this.#ask(), PAUSE);
  }

  #ask(): void {
    const { state } = this.#store;
    if (this.#gallery.items.length === 0 || templateComplaint(state.template)) return;
    const classifier = state.info ? this.#live.classifier : null;
    const asked = { classifier, words: key(state), chosen: state.chosen };
    if (isSame(asked, this.#asked)) return;
    this.#asked = asked;
    this.#gallery.ask(classifier, (file) => requestOf(state, file));
  }

  #draw(): void {
    if (this.#drawing) return;
    this.#drawing = window.setTimeout(() => {
      this.#drawing = 0;
      this.#drawNow();
    }, DRAW_EVERY);
  }

  #drawNow(): void {
    const gallery = this.#gallery;
    const section = byId("gallery");
    section.hidden = gallery.items.length === 0;
    section.dataset["activity"] = gallery.activity;
    this.#drawChoices();
    this.#order();
    byId("gallery-title").textContent = count(gallery.items.length, "picture");
    const words = this.#words();
    byId("gallery-status").textContent = words;
    // Spoken at the turns only: every picture would be a chatter.
    const turn = `${gallery.activity} ${gallery.items.length}`;
    const spoken = byId("gallery-spoken");
    if (spoken.dataset["turn"] !== turn) spoken.textContent = words;
    spoken.dataset["turn"] = turn;
    const progress = byId<HTMLProgressElement>("gallery-progress");
    progress.hidden = gallery.activity !== "working";
    progress.max = gallery.items.length || 1;
    progress.value = gallery.answered;
    const stop = byId("gallery-stop");
    stop.hidden = gallery.activity !== "working" && gallery.activity !== "stopped";
    stop.textContent = gallery.activity === "stopped" ? "Go on" : "Stop";
    const { picture, model } = this.#store.state;
    this.#grid.show(this.#items, picture?.blob ?? null, isAutomatic(model));
  }

  /** The pictures in the order and selection that are set, brought up to date while neither pointer nor focus is on them. */
  #order(): void {
    const [order, filter] = ["gallery-order", "gallery-filter"].map(
      (id) => byId<HTMLSelectElement>(id).value,
    ) as [string, string];
    const gallery = this.#gallery;
    const wanted = `${gallery.items.length} ${order}\n${filter}`;
    const stands = ["added", "name"].includes(order) && filter === "all";
    const late = gallery.activity !== "working" || performance.now() - this.#itemsAt > ORDER_EVERY;
    if (wanted === this.#itemsFor && (stands || this.#grid.held || !late)) return;
    this.#itemsFor = wanted;
    this.#itemsAt = performance.now();
    this.#items = gallery.view(choice<Order>(order), choice<Filter>(filter));
  }

  #drawChoices(): void {
    const { labels } = this.#store.state;
    const { best, errors, waiting } = this.#gallery.counts();
    const named = [...new Set(labels)];
    options("gallery-order", [
      ...ORDERS,
      ...named.map((label): [string, string] => [`label ${label}`, `most ${quoted(label)} first`]),
    ]);
    const some: [string, string, number][] = [
      ...[...best].map(([label, number]): [string, string, number] => [
        `label ${label}`,
        label,
        number,
      ]),
      ["errors", "could not be read", errors],
      ["waiting", "not looked at yet", waiting],
    ];
    options("gallery-filter", [
      ["all", `all (${this.#gallery.items.length})`],
      ...some
        .filter(([, , number]) => number > 0)
        .map(([value, words, number]): [string, string] => [value, `${words} (${number})`]),
    ]);
  }

  #words(): string {
    const { activity, answered, items, pace } = this.#gallery;
    const left = this.#left
      ? ` ${count(this.#left, "other file was", "other files were")} left out.`
      : "";
    const { errors } = this.#gallery.counts();
    switch (activity) {
      case "idle":
        return this.#store.state.info
          ? "Type a label to see how well it fits each of them."
          : "They are looked at as soon as the model is loaded.";
      case "working": {
        const seconds = pace.secondsUntil(items.length);
        const rest = seconds === null ? "" : `, ${wait(seconds)} left`;
        return `${answered} of ${items.length} looked at${rest}.${left}`;
      }
      case "stopped":
        return `Stopped: ${answered} of ${items.length} looked at.${left}`;
      case "done": {
        const unread = errors ? ` ${errors} could not be read.` : "";
        return `All looked at; none of them left this device.${unread}${left}`;
      }
    }
  }
}

function isSame(one: Asked, other: Asked): boolean {
  return (
    one.classifier === other.classifier && one.words === other.words && one.chosen === other.chosen
  );
}

/** The words that the scores depend on; their order does not matter. */
function key(state: State): string {
  const { labels, options } = requestOf(state, null);
  return JSON.stringify([labels.toSorted(), options]);
}

function choice<Choice extends Order | Filter>(value: string): Choice {
  return (value.startsWith("label ") ? { label: value.slice("label ".length) } : value) as Choice;
}

/** Fills a select, only where its options changed, so that one that is open does not close. */
function options(id: string, entries: readonly [value: string, words: string][]): void {
  const select = byId<HTMLSelectElement>(id);
  const now = [...select.options].map(({ value, text }) => [value, text]);
  if (JSON.stringify(now) === JSON.stringify(entries)) return;
  const { value } = select;
  select.replaceChildren(...entries.map(([value, words]) => new Option(words, value)));
  select.value = entries.some(([known]) => known === value) ? value : (entries[0]?.[0] ?? "");
}
