/** Undo and redo of changes to labels, template, model, picture and "none of these". */

import { isSameModel } from "./model-choice.js";
import type { State, Store } from "./state.js";

/** The parts of the state that can be undone. */
const KEPT = ["labels", "template", "model", "chosen", "picture", "none", "order"] as const;
type Moment = Pick<State, (typeof KEPT)[number]>;

/** Changes of the same kind that follow each other faster than this are one: a word that is typed, not its letters. */
const ONE_EDIT_MS = 1000;
const MOST = 200;

/** The page's undo history. */
export class History {
  readonly #store: Store;
  readonly #changed: () => void;
  #past: Moment[] = [];
  #future: Moment[] = [];
  #travelling = false;
  #lastEdit = { what: "", at: -Infinity };

  /** `changed` is called whenever {@link canUndo} or {@link canRedo} may have changed. */
  constructor(store: Store, changed: () => void) {
    this.#store = store;
    this.#changed = changed;
    store.subscribe((state, before) => this.#remember(state, before));
  }

  get canUndo(): boolean {
    return this.#past.length > 0;
  }
  get canRedo(): boolean {
    return this.#future.length > 0;
  }

  /** Goes one change back. */
  undo(): void {
    this.#travel(this.#past, this.#future);
  }

  /** Goes one change forward again. */
  redo(): void {
    this.#travel(this.#future, this.#past);
  }

  #travel(from: Moment[], to: Moment[]): void {
    const moment = from.pop();
    if (!moment) return;
    const { state } = this.#store;
    to.push(momentOf(state));
    this.#travelling = true;
    // Labels typed before the first picture had come are no reason to take it away.
    this.#store.set({ ...moment, picture: moment.picture ?? state.picture });
    this.#travelling = false;
    this.#lastEdit.at = -Infinity;
    this.#changed();
  }

  #remember(state: State, before: State): void {
    if (this.#travelling) return;
    const changes = KEPT.filter((name) => isChange(name, state, before));
    if (changes.length === 0) return;
    const what = changes.join();
    const now = performance.now();
    const goesOn =
      what === this.#lastEdit.what &&
      now - this.#lastEdit.at < ONE_EDIT_MS &&
      (what === "template" || (what === "labels" && isTyping(state, before)));
    this.#lastEdit = { what, at: now };
    // The first picture is not a person's doing.
    if (before.picture === null && changes.includes("picture")) return;
    if (!goesOn) this.#past.push(momentOf(before));
    if (this.#past.length > MOST) this.#past.shift();
    this.#future = [];
    this.#changed();
  }
}

function momentOf(state: State): Moment {
  const { labels, template, model, chosen, picture, none, order } = state;
  return { labels, template, model, chosen, picture, none, order };
}

/** What is learnt of a picture or a model later on does not make it another one. */
function isChange(name: (typeof KEPT)[number], state: State, before: State): boolean {
  if (name === "picture") return state.picture?.blob !== before.picture?.blob;
  if (name === "model") return !isSameModel(state.model, before.model);
  return state[name] !== before[name];
}

/** Whether at most one label differs. */
function isTyping({ labels }: State, { labels: before }: State): boolean {
  return (
    labels.length === before.length &&
    labels.filter((label, index) => label !== before[index]).length <= 1
  );
}
