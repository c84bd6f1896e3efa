/** "Copy link": what is on screen as an address, without the picture. */

import type { AddressBar } from "./address-bar.js";
import type { Store } from "../core/state.js";
import { byId } from "../core/elements.js";

/** How long the answer stays beside the button. */
const SHOWN_MS = 5000;

/** Copies the link and says what is in it. */
export async function copyLink(store: Store, address: AddressBar): Promise<void> {
  const link = address.link();
  if (link === null) return tell("Too many labels for a link.");
  try {
    await navigator.clipboard.writeText(link);
    tell(contents(store));
  } catch {
    tell("This browser does not let a page copy. The link is in the address bar.");
  }
}

function contents({ state }: Store): string {
  if (state.model.kind === "files") return "Copied. Your picture and your model are not in it.";
  return state.picture?.example ? "Copied." : "Copied. Your picture is not in it.";
}

let clearing: ReturnType<typeof setTimeout> | undefined;

function tell(words: string): void {
  const told = byId("shared");
  told.textContent = words;
  clearTimeout(clearing);
  clearing = setTimeout(() => (told.textContent = ""), SHOWN_MS);
}
