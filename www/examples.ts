/**
 * The pictures that come with the page: index.html lists them, each with the labels that make it a story.
 *
 * They are ours: `drawings/*.svg`, drawn by hand, rendered at 384 x 384 pixels into `examples/*.png`.
 */

import type { Picture } from "./state.js";

/** A picture of ours and what one might call it. */
export interface Example {
  button: HTMLButtonElement;
  /** Its file's name without the ending: what links call it. */
  name: string;
  file: string;
  alt: string;
  labels: readonly string[];
}

/** The examples whose buttons are in `group`, first to last. */
export function examplesOf(group: HTMLElement): Example[] {
  return [...group.querySelectorAll("button")].map((button) => {
    const { file = "", alt = "", labels = "" } = button.dataset;
    const name = file.replace(/\.\w+$/, "");
    return { button, name, file, alt, labels: labels.split(",").map((label) => label.trim()) };
  });
}

const fetched = new Map<string, Promise<Picture>>();

/** The example as a picture; the same Blob every time, so that the classifier knows it again. */
export function examplePicture(example: Example): Promise<Picture> {
  let picture = fetched.get(example.file);
  if (!picture) {
    picture = fetchPicture(example);
    fetched.set(example.file, picture);
    picture.catch(() => fetched.delete(example.file));
  }
  return picture;
}

async function fetchPicture({ file, alt }: Example): Promise<Picture> {
  const response = await fetch(`examples/${file}`);
  if (!response.ok) throw new Error(`${response.url} answered ${response.status}.`);
  return { blob: await response.blob(), alt, example: file, photograph: false };
}
