/**
 * The pictures that come with the page: index.html lists them, each with the labels that make it a story.
 *
 * A photograph's button has its file as `data-photo`, a drawing's as `data-file`. The drawings are ours: `drawings/*.svg`, drawn by
 * hand, rendered at 384 x 384 pixels into `examples/*.png`; whose the photographs are is in `examples/README.md`.
 */

import type { BuiltIn } from "../core/model-choice.js";
import type { Picture } from "../core/state.js";

/** A picture of ours and what one might call it. */
export interface Example {
  button: HTMLButtonElement;
  /** Its file's name without the ending: what links call it. */
  name: string;
  file: string;
  alt: string;
  labels: readonly string[];
  /** The built-in model that it will go to. */
  builtIn: BuiltIn;
}

/** The examples whose buttons are in `group`, first to last. */
export function examplesOf(group: HTMLElement): Example[] {
  return [...group.querySelectorAll("button")].map((button) => {
    const { photo, alt = "", labels = "" } = button.dataset;
    const file = fileOf(button);
    return {
      button,
      name: file.replace(/\.\w+$/, ""),
      file,
      alt,
      labels: labels.split(",").map((label) => label.trim()),
      builtIn: photo ? "mini-photo" : "mini",
    };
  });
}

/** The file of an example's button. */
export function fileOf({ dataset: { photo, file } }: HTMLElement): string {
  return photo ?? file ?? "";
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
  return { blob: await response.blob(), alt, example: file };
}
