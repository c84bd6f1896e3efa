/** "What could it be?": the names that fit the picture best of all that its built-in model was taught, as chips to take over as labels. */

import type { Classifier } from "glimpse-clip";
import { chip, pressChips, toggled } from "./chips.js";
import { isBuiltIn, type BuiltIn } from "../core/model-choice.js";
import { chosenFor } from "../core/classify-request.js";
import type { LiveClassifier } from "../core/live-classifier.js";
import { labelsAreAnothers, type State, type Store } from "../core/state.js";
import { byId } from "../core/elements.js";
import { problemOf } from "../core/problems.js";
import { Latest } from "../core/latest.js";

/** How many are shown; more are hard to choose from. */
const MOST = 5;
/** How many more are asked for, since two kinds of things may have one name. */
const SPARE = 3;

/** What names are asked for: another picture, model or choice of the built-in one has other names. */
interface Question {
  classifier: Classifier;
  blob: Blob;
  builtIn: BuiltIn | undefined;
}

/** Said of names that came unasked, since the bars compare the picture with what it never had to do with. */
const LABELS_OF_ANOTHER = "The labels above are the example's. This picture could be:";

/**
 * The section `#names`: open once its button is pressed, where there is no label, and where a person's own picture meets an example's
 * labels; it then follows the picture.
 */
export class Names {
  readonly #store: Store;
  readonly #live: LiveClassifier;
  readonly #button = byId<HTMLButtonElement>("name-it");
  readonly #list = byId("names-list");
  readonly #chips = byId("names-chips");
  #asked: Question | null = null;
  readonly #asking = new Latest();

  constructor(store: Store, live: LiveClassifier) {
    this.#store = store;
    this.#live = live;
    this.#button.addEventListener("click", () => this.#show(Boolean(this.#list.hidden)));
    byId("names-all").addEventListener("click", () => this.#takeAll());
    this.#chips.addEventListener("click", ({ target }) => this.#take(target as Element));
    store.subscribe((state, before) => this.#follow(state, before));
    this.#follow(store.state, null);
  }

  #follow(state: State, before: State | null): void {
    byId("names").hidden = state.model.kind !== "built-in" || state.camera;
    const isEmptied = state.labels.length === 0 && before?.labels.length !== 0;
    const isNew = before !== null && state.picture !== before.picture;
    const isUnasked = isEmptied || (isNew && labelsAreAnothers(state));
    if (isUnasked && this.#list.hidden) return this.#show(true);
    if (this.#list.hidden) return;
    void this.#ask();
    if (state.labels !== before?.labels) pressChips(this.#chips, state.labels);
  }

  #show(open: boolean): void {
    this.#list.hidden = !open;
    this.#button.setAttribute("aria-expanded", String(open));
    if (open) void this.#ask();
    else this.#forget();
  }

  #forget(): void {
    this.#asking.stop();
    this.#asked = null;
    this.#draw([], "");
  }

  /** Fetches the names, where they are not there or on their way already. */
  async #ask(): Promise<void> {
    const question = this.#question();
    if (!question) return this.#asked ? this.#forget() : undefined;
    if (this.#asked && isSame(question, this.#asked)) return;
    const signal = this.#asking.begin();
    this.#asked = question;
    this.#draw([], "Looking…");
    const { classifier, blob } = question;
    let model = "";
    try {
      const scores = await classifier.suggest(blob, {
        topK: MOST + SPARE,
        ...chosenFor(this.#store.state, blob),
        onDecoded: (details) => (model = details.model),
        signal,
      });
      if (signal.aborted) return;
      const names = new Set(scores.map(({ label }) => label));
      const words = labelsAreAnothers(this.#store.state) ? LABELS_OF_ANOTHER : "";
      this.#draw([...names].slice(0, MOST), words);
      // Without labels nothing else has set which model answers.
      if (isBuiltIn(model) && !this.#store.state.scores)
        this.#store.set({ answerer: { builtIn: model, blob } });
    } catch (error) {
      if (signal.aborted) return;
      const { title, advice, detail } = problemOf(error);
      this.#draw([], `${title} ${advice || detail}`);
    }
  }

  /** What names are wanted for now; null where there is no model or no picture. */
  #question(): Question | null {
    const { state } = this.#store;
    const { classifier } = this.#live;
    if (!classifier || !state.info || !state.picture || byId("names").hidden) return null;
    const { blob } = state.picture;
    return { classifier, blob, builtIn: chosenFor(state, blob).builtIn };
  }

  #draw(names: readonly string[], words: string): void {
    this.#chips.replaceChildren(...names.map((label) => chip(label, { label })));
    pressChips(this.#chips, this.#store.state.labels);
    byId("names-all").hidden = names.length === 0;
    byId("names-words").textContent = words;
    byId("names-spoken").textContent = names.length > 0 ? `It could be: ${names.join(", ")}.` : "";
  }

  #take(target: Element): void {
    const label = target.closest<HTMLElement>("[data-label]")?.dataset["label"];
    if (label === undefined) return;
    this.#store.set({ labels: toggled(this.#store.state.labels, label) });
  }

  #takeAll(): void {
    const { labels } = this.#store.state;
    const names = [...this.#chips.querySelectorAll<HTMLElement>("[data-label]")];
    const there = new Set(labels.map((label) => label.toLowerCase()));
    const more = names
      .map(({ dataset }) => dataset["label"] ?? "")
      .filter((name) => !there.has(name.toLowerCase()));
    this.#store.set({ labels: [...labels, ...more] });
  }
}

function isSame(one: Question, other: Question): boolean {
  return (
    one.classifier === other.classifier && one.blob === other.blob && one.builtIn === other.builtIn
  );
}
