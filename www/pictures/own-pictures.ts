/** Where a person's own pictures come from (files, folders, drops, the camera) and where they go: the page's head, the gallery. */

import type { FilesDrop, ImageChange, ImageDrop, ImagesChange } from "glimpse-clip/elements";
import { useCamera } from "./camera.js";
import { GallerySection } from "../gallery/section.js";
import type { Use } from "../models/model-panel.js";
import * as models from "../core/model-choice.js";
import { picturesOf, picturesOfDrop, type Found } from "./picture-files.js";
import { showSeen } from "./seen.js";
import type { Session } from "../core/session.js";
import type { Store } from "../core/state.js";
import { byId } from "../core/view.js";
import { NO_PICTURE, NOT_A_FILE } from "../core/words.js";

/** Equips all of them. A dropped model goes to `use`. */
export function ownPictures(store: Store, session: Session, use: Use): void {
  const gallery = new GallerySection(store, session, show);
  useCamera(store, session, (picture) => show(picture, "A picture from the camera"));
  showSeen(store, session);

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
    if (dataTransfer.files.length < 2 && !models.mayBeModel(dataTransfer)) return;
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
      models.filesOfDrop(dataTransfer),
      picturesOfDrop(dataTransfer),
    ]);
    if (!models.areModelFiles(model.files)) return take(found);
    const choice = models.modelOfFiles(model.files);
    use(choice.kind === "files" && model.folder ? { ...choice, name: model.folder } : choice);
  }

  /** One picture is looked at; several make a gallery, the first of them at the page's head. */
  function take(found: Found): void {
    const [first] = found.pictures;
    if (!first) return store.set({ problem: NO_PICTURE });
    if (found.pictures.length > 1) gallery.add(found);
    show(first.file, first.name);
  }

  function show(blob: Blob, name: string): void {
    store.set({ picture: { blob, alt: name, example: null } });
  }
}
