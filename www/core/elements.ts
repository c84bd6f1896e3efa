/** Looks up the elements of index.html, and sets their texts. */

/** The element with this id. */
export function byId<E extends HTMLElement>(id: string): E {
  const found = document.getElementById(id);
  if (!found) throw new Error(`index.html has no #${id}.`);
  return found as E;
}

/** Sets a text only where it differs, so that live regions speak once. */
export function setText(target: Element, text: string): void {
  if (target.textContent !== text) target.textContent = text;
}
