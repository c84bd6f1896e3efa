/** Learns in which directions words move an embedding, from other words on another picture: what projecting takes out. */

import { textDirections } from "glimpse-clip/lab";
import type { Lab } from "../lab.js";

/** The page's own drawings; the first that is not on the stage is written on. */
const PICTURES = ["dog.png", "apple.png"];
/** Words that the built-in model was taught to read; those that are written or asked for now are left out. */
const WORDS = ["hello", "music", "hotel", "school", "winter", "police", "library", "birthday"];
/** How many directions are taken out: some of what eight words have in common. */
const COUNT = 3;

/** Orthonormal directions, as long as an embedding each. One pass a word and one more. */
export async function otherWords(lab: Lab, signal: AbortSignal): Promise<Float32Array[]> {
  const { classifier, state } = lab;
  const spoken = [...state.labels, state.spec.word].map((word) => word.toLowerCase());
  const words = WORDS.filter((word) => !spoken.includes(word));
  const shown = state.picture.name;
  const name = PICTURES.find((file) => !shown.startsWith(file.replace(".png", ""))) ?? PICTURES[0];
  const response = await fetch(`examples/${name}`, { signal });
  if (!response.ok) throw new Error(`${response.url} answered ${response.status}.`);
  const count = Math.min(COUNT, words.length);
  return textDirections(classifier, await response.blob(), words, { count, signal });
}
