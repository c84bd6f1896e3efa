/** Finds the pictures in what was dropped or chosen: files, and folders with all that is below them. */

import { entriesOf, fileOf, partsOf } from "../core/entries.js";

/** A picture's file, and its name with the folders that it lay in. */
export interface NamedFile {
  file: File;
  name: string;
}

/** What a drop held: the pictures, and how many other files were left out. */
export interface Found {
  pictures: NamedFile[];
  others: number;
}

/** Browsers give no type to some formats, and their names are all there is to tell by. */
const PICTURE_NAME = /\.(apng|avif|bmp|dib|gif|heic|heif|ico|jfif|jpe?g|mpo|png|svg|tiff?|webp)$/i;

/** Whether a file seems to be a picture; its content is looked at later. */
function seemsPicture({ type, name }: File): boolean {
  return type.startsWith("image/") || PICTURE_NAME.test(name);
}

/** The pictures among chosen files; a folder chooser gives their paths. */
export function picturesOf(files: readonly File[]): Found {
  const found: Found = { pictures: [], others: 0 };
  for (const file of files) sort(file, file.webkitRelativePath || file.name, found);
  return found;
}

/**
 * The pictures of a drop, folders walked to the bottom. The entries must be taken while the drop's event is handled, so
 * this starts at once.
 */
export async function picturesOfDrop(dataTransfer: DataTransfer): Promise<Found> {
  const { files, folders } = partsOf(dataTransfer);
  const found = picturesOf(files);
  for (const folder of folders) await walk(folder, found);
  return found;
}

async function walk(folder: FileSystemDirectoryEntry, found: Found): Promise<void> {
  const entries = await entriesOf(folder);
  entries.sort((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }));
  for (const entry of entries) {
    if (entry.isDirectory) {
      await walk(entry as FileSystemDirectoryEntry, found);
      continue;
    }
    const file = await fileOf(entry);
    if (file) sort(file, entry.fullPath.replace(/^\//, ""), found);
    else found.others++;
  }
}

/** Puts a file where it belongs. */
function sort(file: File, name: string, found: Found): void {
  // Hidden files (.DS_Store, and the ._ twin that a Mac leaves beside every picture) are no pictures of a person's, and are not counted as left out.
  if (file.name.startsWith(".")) return;
  if (seemsPicture(file)) found.pictures.push({ file, name });
  else found.others++;
}
