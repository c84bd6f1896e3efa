/** The pictures that come with the page, each with the labels that make it a story. */

import type { Picture } from "./state.js";

/** A picture of ours and what one might call it. */
export interface Example {
  file: string;
  /** The word under the thumbnail. */
  name: string;
  alt: string;
  labels: readonly string[];
}

/** All examples; the first one is on the page before anyone does anything. */
export const EXAMPLES: readonly [Example, ...Example[]] = [
  {
    file: "dog.png",
    name: "dog",
    alt: "A drawing of a dog",
    labels: ["dog", "cat", "wolf", "fox"],
  },
  {
    file: "bicycle.png",
    name: "bicycle",
    alt: "A drawing of a bicycle",
    labels: ["bicycle", "motorcycle", "wheel", "car"],
  },
  {
    file: "apple.png",
    name: "apple",
    alt: "A drawing of an apple",
    labels: ["apple", "pear", "tomato", "iPod"],
  },
  {
    file: "apple-ipod.png",
    name: "apple, “iPod”",
    alt: "A drawing of an apple with a paper label that says iPod",
    labels: ["apple", "pear", "tomato", "iPod"],
  },
];

const fetched = new Map<string, Promise<Picture>>();

/** Where an example's file is, from the page. */
export function exampleUrl(example: Example): string {
  return `examples/${example.file}`;
}

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

async function fetchPicture(example: Example): Promise<Picture> {
  const response = await fetch(exampleUrl(example));
  if (!response.ok) throw new Error(`${response.url} answered ${response.status}.`);
  return { blob: await response.blob(), alt: example.alt, example: example.file, photograph: false };
}

/** The button that shows an example. */
export function exampleButton(example: Example, onClick: () => void): HTMLButtonElement {
  const button = document.createElement("button");
  button.type = "button";
  button.dataset["file"] = example.file;
  const image = document.createElement("img");
  image.src = exampleUrl(example);
  image.alt = "";
  image.draggable = false;
  image.width = image.height = 64;
  const caption = document.createElement("span");
  caption.textContent = example.name;
  button.append(image, caption);
  button.addEventListener("click", onClick);
  return button;
}
