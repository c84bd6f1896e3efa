/** Learns in which directions words move embeddings, from other words on other pictures: what projecting takes out. */

import { letter } from "glimpse-clip";
import type { Lab } from "../lab.js";

/** The page's own drawings, two of which are taken: none that is on the stage. */
const PICTURES = ["dog.png", "bicycle.png", "apple.png"];
const TAKEN = 2;
/** Words that the built-in model was taught to read; those that are written or asked for now are left out. */
const WORDS = ["hello", "music", "hotel", "school", "winter", "police", "library", "birthday"];
const WRITTEN = 4;

/** How many passes through the image tower that takes. */
export const DIRECTION_PASSES = TAKEN * (WRITTEN + 1);

/** One direction a word: the mean of the shifts that it brings about, as long as an embedding. `tell` is called after every pass. */
export async function textDirections(
  lab: Lab,
  signal: AbortSignal,
  tell: () => void,
): Promise<Float32Array[]> {
  const { classifier, state } = lab;
  const spoken = [...state.labels, state.spec.word ?? ""].map((word) => word.toLowerCase());
  const words = WORDS.filter((word) => !spoken.includes(word)).slice(0, WRITTEN);
  const pictures = PICTURES.filter((name) => !state.picture.name.startsWith(name)).slice(0, TAKEN);
  const embed = async (square: ImageData) => {
    const embedding = await classifier.embedImage(square, { signal });
    tell();
    return embedding;
  };
  const shifts = words.map(() => null as Float32Array | null);
  for (const name of pictures) {
    const response = await fetch(`examples/${name}`, { signal });
    if (!response.ok) throw new Error(`${response.url} answered ${response.status}.`);
    const square = await classifier.preprocess(await response.blob(), { signal });
    const clean = await embed(square);
    for (const [at, word] of words.entries()) {
      const { image } = await letter(square, { word }, { classifier, signal });
      const written = await embed(image);
      const before = shifts[at];
      shifts[at] = written.map(
        (value, axis) => (before?.[axis] ?? 0) + (value - clean[axis]!) / pictures.length,
      );
    }
  }
  return shifts.filter((shift) => shift !== null);
}
