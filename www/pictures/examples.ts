/**
 * The pictures that come with the page: index.html lists them, each with the labels that make it a story.
 *
 * A photograph's button has its file as `data-photo`, a drawing's as `data-file`. The drawings are ours: `drawings/*.svg`, drawn by
 * hand, rendered at 384 x 384 pixels into `examples/*.png`; whose the photographs are is in `examples/README.md`.
 */

import type { BuiltIn } from "../core/model-choice.js";
import type { Picture, Store } from "../core/state.js";

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
    const { photo, file: drawing, alt = "", labels = "" } = button.dataset;
    const file = photo ?? drawing ?? "";
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

/** Keeps the button pressed whose example is on the page. */
export function pressShown(store: Store, examples: readonly Example[]): void {
  const press = (picture: Picture | null) => {
    for (const { button, file } of examples)
      button.setAttribute("aria-pressed", String(file === picture?.example));
  };
  store.subscribe(({ picture }, before) => {
    if (picture !== before.picture) press(picture);
  });
  press(store.state.picture);
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
