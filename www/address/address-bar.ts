/** Keeps the address in step with what is on screen, and the page with an address that someone opens or pastes. */

import { fragmentOf, LONGEST_READ, readFragment, type Linked } from "./link.js";
import { usualTemplate } from "../core/model-choice.js";
import type { State, Store } from "../core/state.js";

/** Browsers refuse addresses that change too often. */
const WRITE_AFTER_MS = 400;
/** Chats and mail programs cut or refuse longer ones. */
const LONGEST_SHARED = 4000;

/** What the page opens with, and how an example's labels are looked up. */
export interface Opening {
  linked: Linked;
  labelsOf(example: string | null): readonly string[];
}

/** Writes the address after changes; `opened` is called with what another address asks for. */
export class AddressBar {
  readonly #store: Store;
  readonly #opening: Opening;
  #waiting: ReturnType<typeof setTimeout> | undefined;

  constructor(store: Store, opening: Opening, opened: (linked: Partial<Linked>) => void) {
    this.#store = store;
    this.#opening = opening;
    // Not anew at each change: a download changes the state more often than that, and a reload in its midst has to find its model.
    store.subscribe(() => {
      this.#waiting ??= setTimeout(() => {
        this.#waiting = undefined;
        this.#write();
      }, WRITE_AFTER_MS);
    });
    addEventListener("hashchange", () => opened(readFragment(location.hash)));
  }

  /** The address of what is on screen, to be passed on; null where it would be too long for that. */
  link(): string | null {
    return this.#address(LONGEST_SHARED);
  }

  #address(longest: number): string | null {
    const linked = linkedOf(this.#store.state);
    const { labelsOf, linked: opens } = this.#opening;
    const fragment = fragmentOf(linked, opens, labelsOf(linked.example));
    if (fragment.length > longest) return null;
    const { origin, pathname, search } = location;
    return origin + pathname + search + (fragment && `#${fragment}`);
  }

  /** A reload finds its labels again in the address, also where they are too many for a link. */
  #write(): void {
    const address = this.#address(LONGEST_READ);
    // What the page wrote itself needs no asking when the tab is opened again.
    const picked = this.#store.state.asked === null;
    if (address === null || (address === location.href && picked === modelWasPicked())) return;
    history.replaceState({ picked }, "", address);
  }
}

/** Whether the person whose tab this is picked the model in its address: then it loads without asking. */
export function modelWasPicked(): boolean {
  return (history.state as { picked?: boolean } | null)?.picked === true;
}

/** What an address says of a state. */
function linkedOf(state: State): Linked {
  const { labels, template, model, asked, none, unit, order, lab, picture, chosen } = state;
  const example = picture?.example?.replace(/\.\w+$/, "") ?? null;
  // A model that is still asked for brings its own usual template.
  const usual = asked && template === usualTemplate(model) ? usualTemplate(asked) : template;
  const by = (picture && chosen.get(picture.blob)) ?? null;
  return { labels, template: usual, model: asked ?? model, none, unit, order, lab, example, by };
}
