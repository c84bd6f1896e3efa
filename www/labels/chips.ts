/** Chips: small buttons of which each stands for a label, pressed while it is among the labels. */

/** A chip with this text; `data` are its data attributes. */
export function chip(text: string, data: Readonly<Record<string, string>> = {}): HTMLButtonElement {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "chip";
  button.textContent = text;
  Object.assign(button.dataset, data);
  return button;
}

/** Marks the chips in `place` whose label is among `labels`. */
export function pressChips(place: Element, labels: readonly string[]): void {
  const present = new Set(labels.map((label) => label.toLowerCase()));
  for (const button of place.querySelectorAll<HTMLButtonElement>("button[data-label]")) {
    const pressed = present.has(button.dataset["label"]?.toLowerCase() ?? "");
    button.setAttribute("aria-pressed", String(pressed));
  }
}

/** The labels with `label` among them, or without it where it was, whatever its capitals. */
export function toggled(labels: readonly string[], label: string): readonly string[] {
  const without = labels.filter((one) => one.toLowerCase() !== label.toLowerCase());
  return without.length < labels.length ? without : [...labels, label];
}
