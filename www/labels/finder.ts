/** "Find labels": sets to start from, and a search over what the model is known to know; a click adds a label or takes it away. */

import type { BuiltInLabels } from "glimpse-clip";
import { chip, pressChips, toggled } from "./chips.js";
import { MADE_FOR, type BuiltIn } from "../core/model-choice.js";
import {
  groupsOf,
  imagenetGroups,
  PHOTOGRAPHED,
  TAUGHT,
  type Group,
  type Preset,
} from "./presets.js";
import { builtInOf, taughtOf, type Store } from "../core/state.js";
import { byId } from "../core/elements.js";
import { Latest } from "../core/latest.js";

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
  /** The list of a built-in model that they are of. */
  #taught: BuiltInLabels | null = null;
  readonly #drawing = new Latest();

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
      const taught = taughtOf(state);
      // While a new picture is looked at, what is known of the last one stays.
      const isOther = state.model !== before.model || (taught && taught !== this.#taught);
      if (isOther) void this.#draw();
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
    const signal = this.#drawing.begin();
    const { state } = this.#store;
    const isBuiltIn = state.model.kind === "built-in";
    const builtIn = builtInOf(state);
    const taught = taughtOf(state);
    this.#search.placeholder = placeholder(isBuiltIn, builtIn);
    const sets = builtIn ? TAUGHT[builtIn] : isBuiltIn ? [] : PHOTOGRAPHED;
    byId("finder-sets").replaceChildren(...sets.map((set) => setButton(set)));
    this.#taught = taught;
    this.#groups = taught && groupsOf(taught);
    this.#drawGroups();
    if (isBuiltIn) return;
    const groups = await imagenetGroups().catch(() => []);
    // Another model may have been picked meanwhile.
    if (signal.aborted) return;
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

  #drawGroup(group: Group, sought: string): HTMLElement | null {
    const { name, meanings, membersOf } = group;
    const found = foundIn(group, sought);
    if (found.length === 0) return null;
    const isWhole = sought === "" || membersOf !== undefined;
    const all = isWhole && this.#opened.has(name);
    const shown = all ? found : found.slice(0, sought === "" ? GLANCE : FOUND);
    const drawn = document.createElement("section");
    const heading = document.createElement("h2");
    heading.textContent = name;
    const list = document.createElement("div");
    list.className = "chips";
    list.append(...shown.map((label) => labelButton(label, meanings?.[label])));
    if (shown.length < found.length && isWhole) list.append(moreButton(name, found.length));
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
      this.#store.set({ labels: toggled(labels, label) });
    } else if (set !== undefined) {
      this.#store.set({ labels: set.split("\n") });
    } else if (more !== undefined) {
      const shown = [...(button.parentElement?.children ?? [])].indexOf(button);
      this.#opened.add(more);
      this.#drawGroups();
      const group = [...this.#section.querySelectorAll("h2")].find(
        ({ textContent }) => textContent === more,
      );
      group?.parentElement?.querySelectorAll("button")[shown]?.focus();
    }
  }

  /** Marks what is among the labels. */
  #press(): void {
    pressChips(this.#section, this.#store.state.labels);
  }
}

function nothingWords(groups: readonly Group[] | null): string {
  if (groups === null) return "The list is on its way.";
  if (groups.length === 0)
    return "The list could not be fetched. You can type any label all the same.";
  return "Nothing of that name is known for sure; you can still type it as a label.";
}

function placeholder(isBuiltIn: boolean, builtIn: BuiltIn | null): string {
  if (!isBuiltIn) return "ImageNet’s 1,000 names";
  return builtIn
    ? `What the built-in for ${MADE_FOR[builtIn]} knows`
    : "What the built-in model knows";
}

/** What of a group is shown: a glance without a search, all that matches it, or all members where the group itself is sought. */
function foundIn({ labels, isSought, membersOf }: Group, sought: string): readonly string[] {
  if (membersOf !== undefined) return membersOf.toLowerCase() === sought ? labels : [];
  if (sought === "") return isSought ? [] : labels;
  return matches(labels, sought);
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

/** A label's chip; `meaning` is what it is another name of. */
function labelButton(label: string, meaning: string | undefined): HTMLButtonElement {
  const button = chip(label, { label });
  if (meaning === undefined) return button;
  const says = document.createElement("span");
  says.textContent = ` → ${meaning}`;
  button.append(says);
  return button;
}

function setButton({ name, labels }: Preset): HTMLButtonElement {
  const button = chip(name, { set: labels.join("\n") });
  button.title = labels.join(", ");
  return button;
}

function moreButton(name: string, count: number): HTMLButtonElement {
  const button = chip(`all ${count}`, { more: name });
  button.className = "link";
  button.setAttribute("aria-label", `All ${count}: ${name}`);
  return button;
}
