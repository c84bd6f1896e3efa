/** "What the model sees": shows the preprocessed picture (resized and cropped) over the picture, pixel by pixel. */

import { GlimpseError } from "glimpse-clip";
import { chosenFor } from "../core/classify-request.js";
import type { LiveClassifier } from "../core/live-classifier.js";
import type { State, Store } from "../core/state.js";
import { byId } from "../core/elements.js";
import { Latest } from "../core/latest.js";

/** Sets up the button, and follows picture and model while it is pressed. */
export function showSeen(store: Store, live: LiveClassifier): void {
  const button = byId<HTMLButtonElement>("seen-button");
  const canvas = byId<HTMLCanvasElement>("seen");
  const note = byId("seen-note");
  let pressed = false;
  const looking = new Latest();

  button.addEventListener("click", () => {
    pressed = !pressed;
    button.setAttribute("aria-pressed", String(pressed));
    void look(store.state);
  });
  store.subscribe((state, before) => {
    const changed =
      state.picture?.blob !== before.picture?.blob ||
      state.info !== before.info ||
      state.chosen !== before.chosen;
    button.disabled = state.camera;
    if (pressed && (changed || state.camera !== before.camera)) void look(state);
  });

  async function look(state: State): Promise<void> {
    const { picture, camera } = state;
    const signal = looking.begin();
    const { classifier } = live;
    if (!pressed || !picture || !classifier || camera) return hide("");
    // Until the new picture is preprocessed, the last one's square would lie over it.
    canvas.hidden = true;
    try {
      const { blob } = picture;
      const square = await classifier.preprocess(blob, { ...chosenFor(state, blob), signal });
      if (signal.aborted) return;
      canvas.width = square.width;
      canvas.height = square.height;
      canvas.getContext("2d")?.putImageData(square, 0, 0);
      canvas.setAttribute("aria-label", `What the model sees of ${picture.alt || "the picture"}`);
      canvas.hidden = false;
      note.textContent = `${square.width} × ${square.height} pixels: all that the model knows of it.`;
    } catch (error) {
      // What is wrong with the picture is said beside the bars.
      if (!signal.aborted) hide(error instanceof GlimpseError ? "" : String(error));
    }
  }

  function hide(words: string): void {
    canvas.hidden = true;
    note.textContent = words;
  }
}
