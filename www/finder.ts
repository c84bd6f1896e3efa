/** "Find labels": sets to start from, and a search over what the model is known to know; a click adds a label or takes it away. */

import {
  DRAWN,
  groupsOf,
  imagenetGroups,
  PHOTOGRAPHED,
  type Group,
  type Preset,
} from "./presets.js";
import type { State, Store } from "./state.js";
import { byId } from "./view.js";

/** How many labels of a group are shown: at a glance, and of what was searched for. */
const GLANCE = 12;
const FOUND = 40;

/** The section that `#find` opens. */
export class Finder {
  readonly #store: Store;
  readonly #button = byId<HTMLButtonElement>("find");
  readonly #section = byId("finder");
  readonly #search = byId<HTMLInputElement>("finder-search");
  readonly #opened = new Set<string>();
  /** What is known to be known; null while that is on its way. */
  #groups: readonly Group[] | null = null;
  #draws = 0;

  constructor(store: Store) {
    this.#store = store;
    this.#button.addEventListener("click", () => this.toggle());
    byId("finder-close").addEventListener("click", () => this.toggle());
    this.#search.addEventListener("input", () => this.#drawGroups());
    this.#section.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.toggle();
    });
    this.#section.addEventListener("click", (event) => this.#click(event.target as Element));
    store.subscribe((state, before) => {
      if (this.#section.hidden) return;
      if (state.model !== before.model || state.taught !== before.taught) void this.#draw();
      else if (state.labels !== before.labels) this.#press();
    });
  }

  /** Opens the section and puts the cursor into its search, or closes it again. */
  toggle(): void {
    const opens = this.#section.hidden;
    this.#section.hidden = !opens;
    this.#button.setAttribute("aria-expanded", String(opens));
    if (!opens) return this.#button.focus();
    void this.#draw();
    this.#search.focus({ preventScroll: true });
    this.#section.scrollIntoView({ block: "nearest" });
  }

  async #draw(): Promise<void> {
    const number = ++this.#draws;
    const { model, taught } = this.#store.state;
    const builtIn = model.kind === "built-in";
    this.#search.placeholder = builtIn ? "What the built-in model knows" : "ImageNet’s 1,000 names";
    const sets = builtIn ? DRAWN : PHOTOGRAPHED;
    byId("finder-sets").replaceChildren(...sets.map((set) => setButton(set)));
    this.#groups = builtIn && taught ? groupsOf(taught) : null;
    this.#drawGroups();
    if (builtIn) return;
    const groups = await imagenetGroups().catch(() => []);
    // Another model may have been picked meanwhile.
    if (number !== this.#draws) return;
    this.#groups = groups;
    this.#drawGroups();
  }

  #drawGroups(): void {
    const sought = this.#search.value.trim().toLowerCase();
    const groups = (this.#groups ?? [])
      .map((group) => this.#drawGroup(group, sought))
      .filter((drawn) => drawn !== null);
    const nothing = document.createElement("p");
    nothing.textContent = nothingWords(this.#groups);
    byId("finder-groups").replaceChildren(...(groups.length > 0 ? groups : [nothing]));
    this.#press();
  }

  #drawGroup({ name, labels }: Group, sought: string): HTMLElement | null {
    const found = sought === "" ? labels : matches(labels, sought);
    if (found.length === 0) return null;
    const all = sought === "" && this.#opened.has(name);
    const shown = all ? found : found.slice(0, sought === "" ? GLANCE : FOUND);
    const drawn = document.createElement("section");
    const heading = document.createElement("h2");
    heading.textContent = name;
    const list = document.createElement("div");
    list.className = "chips";
    list.append(...shown.map(labelButton));
    if (shown.length < found.length && sought === "") list.append(moreButton(name, found.length));
    drawn.append(heading, list);
    return drawn;
  }

  #click(target: Element): void {
    const button = target.closest<HTMLButtonElement>(
      "button[data-label], button[data-set], button[data-more]",
    );
    if (!button) return;
    const { label, set, more } = button.dataset;
    const { labels } = this.#store.state;
    if (label !== undefined) {
      const without = labels.filter((one) => one.toLowerCase() !== label.toLowerCase());
      this.#store.set({ labels: without.length < labels.length ? without : [...labels, label] });
    } else if (set !== undefined) {
      this.#store.set({ labels: set.split("\n") });
    } else if (more !== undefined) {
      this.#opened.add(more);
      this.#drawGroups();
      const group = [...this.#section.querySelectorAll("h2")].find(
        ({ textContent }) => textContent === more,
      );
      group?.parentElement?.querySelectorAll("button")[GLANCE]?.focus();
    }
  }

  /** Marks what is among the labels. */
  #press(): void {
    const { labels }: State = this.#store.state;
    const present = new Set(labels.map((label) => label.toLowerCase()));
    for (const button of this.#section.querySelectorAll<HTMLButtonElement>("button[data-label]")) {
      const pressed = present.has(button.dataset["label"]?.toLowerCase() ?? "");
      button.setAttribute("aria-pressed", String(pressed));
    }
  }
}

function nothingWords(groups: readonly Group[] | null): string {
  if (groups === null) return "The list is on its way.";
  if (groups.length === 0)
    return "The list could not be fetched. You can type any label all the same.";
  return "Nothing of that name is known for sure; you can still type it as a label.";
}

/** Those that begin with what is sought, then those with a word that does, then those that hold it anywhere. */
function matches(labels: readonly string[], sought: string): string[] {
  const rank = (label: string) => {
    const text = label.toLowerCase();
    if (text.startsWith(sought)) return 0;
    return text.includes(` ${sought}`) ? 1 : text.includes(sought) ? 2 : 3;
  };
  return labels.filter((label) => rank(label) < 3).sort((one, other) => rank(one) - rank(other));
}

function labelButton(label: string): HTMLButtonElement {
  const button = chip(label);
  button.dataset["label"] = label;
  return button;
}

function setButton({ name, labels }: Preset): HTMLButtonElement {
  const button = chip(name);
  button.dataset["set"] = labels.join("\n");
  button.title = labels.join(", ");
  return button;
}

function moreButton(name: string, count: number): HTMLButtonElement {
  const button = chip(`all ${count}`);
  button.className = "link";
  button.dataset["more"] = name;
  button.setAttribute("aria-label", `All ${count}: ${name}`);
  return button;
}

function chip(text: string): HTMLButtonElement {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "chip";
  button.textContent = text;
  return button;
}
