/** A person's own pictures, from wherever they come: files, folders, drops, the camera. */

import type { FilesDrop, ImageChange, ImageDrop, ImagesChange } from "glimpse-clip/elements";
import { useCamera } from "./camera.js";
import type { Use } from "../models/model-panel.js";
import * as modelFiles from "../models/model-files.js";
import { picturesOf, picturesOfDrop, type Found } from "./picture-files.js";
import { showSeen } from "./seen.js";
import type { LiveClassifier } from "../core/live-classifier.js";
import { ownPicture, type Store } from "../core/state.js";
import { byId } from "../core/elements.js";
import { NO_PICTURE, NOT_A_FILE } from "../core/problems.js";

/** Where everything but a single picture goes: several pictures to the gallery, a dropped model to the model panel. */
export interface Receivers {
  gather: (found: Found) => void;
  use: Use;
}

/** Sets up all of them. */
export function ownPictures(store: Store, live: LiveClassifier, { gather, use }: Receivers): void {
  useCamera(store, live, (picture) => show(picture, "A picture from the camera"));
  showSeen(store, live);

  const drop = byId<ImageDrop>("picture");
  drop.addEventListener("imagechange", (event) => {
    const { image, name } = (event as CustomEvent<ImageChange>).detail;
    show(image, name);
  });
  drop.addEventListener("imageschange", (event) => {
    take(picturesOf((event as CustomEvent<ImagesChange>).detail.images));
  });
  // Beside what was no picture, the one on the page stays as it is, its numbers too.
  drop.addEventListener("imagereject", () => store.set({ problem: NOT_A_FILE }));
  drop.addEventListener("filesdrop", (event) => {
    const { dataTransfer } = (event as CustomEvent<FilesDrop>).detail;
    if (dataTransfer.files.length < 2 && !modelFiles.mayBeModel(dataTransfer)) return;
    event.preventDefault();
    void takeDrop(dataTransfer);
  });
  const folder = byId<HTMLInputElement>("pictures-folder");
  folder.addEventListener("change", () => {
    const files = [...(folder.files ?? [])];
    folder.value = "";
    if (files.length > 0) take(picturesOf(files));
  });

  async function takeDrop(dataTransfer: DataTransfer): Promise<void> {
    // Both look at the drop at once, for it is gone after its event.
    const [model, found] = await Promise.all([
      modelFiles.filesOfDrop(dataTransfer),
      picturesOfDrop(dataTransfer),
    ]);
    if (!modelFiles.areModelFiles(model.files)) return take(found);
    const choice = modelFiles.modelOfFiles(model.files);
    use(choice.kind === "files" && model.folder ? { ...choice, name: model.folder } : choice);
  }

  /** One picture is looked at; several make a gallery, the first of them at the page's head. */
  function take(found: Found): void {
    const [first] = found.pictures;
    if (!first) return store.set({ problem: NO_PICTURE });
    if (found.pictures.length > 1) gather(found);
    show(first.file, first.name);
  }

  function show(blob: Blob, name: string): void {
    store.set({ picture: ownPicture(blob, name) });
  }
}
