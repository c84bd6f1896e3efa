/** The line that says which built-in model answered, and the button beside it that has the other one look at this picture. */

import { otherThan } from "../core/model-choice.js";
import { builtInOf, type Store } from "../core/state.js";
import { byId } from "../core/elements.js";

/** Sets up the button. */
export function answererLine(store: Store): void {
  byId("answerer-change").addEventListener("click", () => {
    const { picture, chosen } = store.state;
    const builtIn = builtInOf(store.state);
    if (!picture || !builtIn) return;
    const now = new Map(chosen);
    // A second click leaves it to the page again.
    if (!now.delete(picture.blob)) now.set(picture.blob, otherThan(builtIn));
    store.set({ chosen: now });
  });
}
