/** Fetches what the built-in models were taught, each list once it is of use; without it the page goes on and suggests nothing. */

import { builtInLabels } from "glimpse-clip";
import type { BuiltIn } from "../core/model-choice.js";
import { builtInOf, type State, type Store } from "../core/state.js";

/** Keeps in `state.taught` the list of the model that the picture on the page belongs to. */
export function learnWhatIsTaught(store: Store): void {
  const asked = new Set<BuiltIn>();
  const learn = async (state: State) => {
    // The model itself comes first.
    const builtIn = state.info && builtInOf(state);
    if (!builtIn || asked.has(builtIn)) return;
    asked.add(builtIn);
    try {
      const list = await builtInLabels(builtIn);
      store.set({ taught: { ...store.state.taught, [builtIn]: list } });
    } catch (error) {
      console.warn(error);
    }
  };
  store.subscribe((state) => void learn(state));
  void learn(store.state);
}
