/** The keyboard: one table binds the keys and fills the sheet that lists them. */

import { tinykeys } from "tinykeys";
import { byId } from "../core/elements.js";

/** A key, or several for the same, and what it does. */
export interface Key {
  /** As tinykeys writes them: `"?"`, `"$mod+z"` (Command on a Mac, Control elsewhere). */
  keys: readonly string[];
  /** What the sheet shows instead, where these keys go together. */
  shown?: readonly string[];
  /** What it does, in a few words, as the sheet says it. */
  does: string;
  /** Does it; without, the key is the element's own and the table only tells of it. */
  run?: () => void;
  /** Whether it is of use while the lab is open too. */
  inLab?: boolean;
}

/** Keys under a heading of the sheet. */
export interface KeyGroup {
  name: string;
  keys: readonly Key[];
}

const STORED = "glimpse-single-keys";
const APPLE = /Mac|iPhone|iPad/.test(navigator.userAgent);
const NAMES: Record<string, string> = {
  $mod: APPLE ? "⌘" : "Ctrl",
  Alt: APPLE ? "⌥" : "Alt",
  Shift: "Shift",
  ArrowLeft: "←",
  ArrowRight: "→",
  ArrowUp: "↑",
  ArrowDown: "↓",
  Escape: "Esc",
};

/** Binds the table's keys to the page and fills `#keys-sheet`. */
export function bindKeys(groups: readonly KeyGroup[]): void {
  const sheet = byId<HTMLDialogElement>("keys-sheet");
  const single = byId<HTMLInputElement>("keys-single");
  single.checked = singleKeysWanted();
  single.addEventListener("change", () => wantSingleKeys(single.checked));
  byId("keys").addEventListener("click", () => sheet.showModal());
  byId("keys-close").addEventListener("click", () => sheet.close());
  byId("keys-groups").replaceChildren(...groups.map(listOf));
  for (const { keys, run, inLab } of groups.flatMap((group) => group.keys)) {
    if (!run) continue;
    for (const key of keys) {
      const isSingle = !/\$mod|Alt/.test(key);
      const act = (event: KeyboardEvent) => {
        if (document.querySelector("dialog[open]") || isTyping(event)) return;
        if (isSingle && !single.checked) return;
        if (!inLab && document.documentElement.hasAttribute("data-lab")) return;
        event.preventDefault();
        run();
      };
      tinykeys(window, { [key]: act }, { ignore: () => false });
    }
  }
}

/** Keys belong to the field while someone types in it. A ticked box or a chosen segment is no such field. */
function isTyping(event: KeyboardEvent): boolean {
  const [target] = event.composedPath();
  if (event.isComposing || event.repeat) return true;
  if (target instanceof HTMLInputElement)
    return !["checkbox", "radio", "file"].includes(target.type);
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}

function listOf({ name, keys }: KeyGroup): HTMLElement {
  const section = document.createElement("section");
  const heading = document.createElement("h3");
  heading.textContent = name;
  const list = document.createElement("dl");
  for (const { keys: some, shown, does } of keys) {
    const term = document.createElement("dt");
    // Of two ways to press the same, the sheet names the first.
    const pressed = (shown ?? some[0]?.split("+") ?? []).map((part) => {
      const made = document.createElement("kbd");
      made.textContent = NAMES[part] ?? (part.length === 1 ? part.toUpperCase() : part);
      return made;
    });
    term.append(...pressed.flatMap((made, index) => (index > 0 ? [" ", made] : [made])));
    const meaning = document.createElement("dd");
    meaning.textContent = does;
    list.append(term, meaning);
  }
  section.append(heading, list);
  return section;
}

function singleKeysWanted(): boolean {
  try {
    return localStorage.getItem(STORED) !== "off";
  } catch {
    return true; // storage is switched off: the choice lasts as long as the page
  }
}

function wantSingleKeys(wanted: boolean): void {
  try {
    if (wanted) localStorage.removeItem(STORED);
    else localStorage.setItem(STORED, "off");
  } catch {
    return; // as above
  }
}
