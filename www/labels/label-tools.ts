/** What stands around the bars: labels and their order, the unit of the numbers, the template and its menu. */

import type { LabelsChange, NoneChange, OrderChange, ScoreBars, Unit } from "glimpse-clip/elements";
import { adviseBars } from "./advice.js";
import { labelsInText } from "./pasted.js";
import { taughtOf, type Store } from "../core/state.js";
import { TEMPLATES } from "../core/templates.js";
import { byId } from "../core/elements.js";

/** Sets them up. */
export function labelTools(store: Store): void {
  const bars = byId<ScoreBars>("labels");
  bars.split = labelsInText;
  bars.addEventListener("labelschange", (event) => {
    store.set({ labels: (event as CustomEvent<LabelsChange>).detail.labels });
  });
  bars.addEventListener("orderchange", (event) => {
    store.set({ order: (event as CustomEvent<OrderChange>).detail.order });
  });
  bars.addEventListener("nonechange", (event) => {
    store.set({ none: (event as CustomEvent<NoneChange>).detail.on });
  });
  adviseBars(bars, store.state);
  store.subscribe((state, before) => {
    if (taughtOf(state) !== taughtOf(before)) adviseBars(bars, state);
  });
  byId("unit").addEventListener("change", (event) => {
    store.set({ unit: (event.target as HTMLInputElement).value as Unit });
  });
  const sorted = byId<HTMLInputElement>("sorted");
  sorted.addEventListener("change", () => sortByScore(store, sorted.checked));
  document.querySelector(".skip")?.addEventListener("click", (event) => {
    event.preventDefault();
    bars.focusRow(0);
  });
  templateMenu(store);
}

/** Sorts the rows by score from now on, or leaves them as they stand. */
export function sortByScore(store: Store, sorts: boolean): void {
  const { labels } = byId<ScoreBars>("labels");
  store.set(sorts ? { order: "score" } : { order: "manual", labels });
}

function templateMenu(store: Store): void {
  const field = byId<HTMLInputElement>("template");
  const menu = byId("template-menu");
  field.addEventListener("input", () => store.set({ template: field.value }));
  menu.replaceChildren(
    ...TEMPLATES.map(({ template, note }) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "choice";
      button.dataset["template"] = template;
      const [sentence, use] = [document.createElement("strong"), document.createElement("span")];
      sentence.textContent = template;
      use.textContent = note;
      button.append(sentence, use);
      return button;
    }),
  );
  menu.addEventListener("click", (event) => {
    const button = (event.target as Element).closest("button");
    if (!button) return;
    store.set({ template: button.dataset["template"] ?? "" });
    menu.hidePopover();
    field.focus();
  });
  menu.addEventListener("keydown", (event) => {
    const buttons = [...menu.querySelectorAll("button")];
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const at = buttons.indexOf(document.activeElement as HTMLButtonElement) + step;
    buttons.at(at % buttons.length)?.focus();
  });
  // Before it opens: the browser focuses the button with autofocus at once, so that no key that follows is lost.
  menu.addEventListener("beforetoggle", (event) => {
    if ((event as ToggleEvent).newState !== "open") return;
    placeUnder(menu, field);
    const buttons = [...menu.querySelectorAll("button")];
    // An empty field means the label alone.
    const template = store.state.template.trim() || "{}";
    const chosen = buttons.find((button) => button.dataset["template"] === template);
    for (const button of buttons) {
      button.setAttribute("aria-pressed", String(button === chosen));
      button.autofocus = button === (chosen ?? buttons[0]);
    }
  });
}

/** Lays a menu under a field, as wide; where there is no room, above it. */
function placeUnder(menu: HTMLElement, field: HTMLElement): void {
  const { left, top, bottom, width } = (field.parentElement ?? field).getBoundingClientRect();
  const below = innerHeight - bottom > 20 * 16;
  menu.style.left = `${left + scrollX}px`;
  menu.style.right = "auto";
  menu.style.minWidth = `${width}px`;
  menu.style.top = below ? `${bottom + scrollY + 4}px` : "auto";
  menu.style.bottom = below
    ? "auto"
    : `${document.documentElement.clientHeight - top - scrollY + 4}px`;
}
