/** Small pieces that every tool of the lab is made of: a tool's own parts, choices of a select, shares. */

/** The part of `place` that `selector` names; a tool writes its markup itself, so it is there. */
export function part<E extends Element = HTMLElement>(place: ParentNode, selector: string): E {
  const found = place.querySelector<E>(selector);
  if (!found) throw new Error(`The tool's markup has no ${selector}.`);
  return found;
}

/** Fills a select with these choices, keeping what is chosen where it is still among them. */
export function choices(
  select: HTMLSelectElement,
  options: readonly (readonly [value: string, words: string])[],
): void {
  const before = [...select.options].map(({ value, text }) => [value, text]);
  if (JSON.stringify(before) === JSON.stringify(options)) return;
  const { value } = select;
  select.replaceChildren(...options.map(([value, words]) => new Option(words, value)));
  if (options.some(([other]) => other === value)) select.value = value;
}

/** A probability as the bars write it: `97.4 %`, `<0.1 %`. */
export function percent(probability: number): string {
  const some = probability > 0 && probability < 0.0005;
  return `${some ? "<0.1" : (100 * probability).toFixed(1)}\u202f%`;
}
