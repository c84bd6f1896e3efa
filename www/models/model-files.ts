/** A model's files among those that were chosen or dropped, and the choice that they make. */

import { entriesOf, fileOf, partsOf } from "../core/entries.js";
import type { ModelChoice } from "../core/model-choice.js";

/** Whether files that were dropped are a model's rather than pictures. */
export function areModelFiles(files: readonly File[]): boolean {
  return files.some(({ name }) => /\.(?:safetensors|bin)$|^(?:\w+_)?config\.json$/.test(name));
}

/** Makes a choice of picked or dropped files, named after their folder. */
export function modelOfFiles(files: readonly File[]): ModelChoice {
  const folder = files[0]?.webkitRelativePath.split("/")[0];
  return { kind: "files", name: folder || "Your files", files: [...files] };
}

/** Whether a drop may be a model: it holds a folder, or files named like a model's. */
export function mayBeModel(dataTransfer: DataTransfer): boolean {
  const { files, folders } = partsOf(dataTransfer);
  return folders.length > 0 || areModelFiles(files);
}

/** The files of a drop, those of dropped folders included (one level: a model's folder is flat). */
export async function filesOfDrop(
  dataTransfer: DataTransfer,
): Promise<{ folder: string; files: File[] }> {
  const { files, folders } = partsOf(dataTransfer);
  const inside = await Promise.all(folders.map(filesOfFolder));
  return { folder: folders[0]?.name ?? "", files: [...files, ...inside.flat()] };
}

async function filesOfFolder(folder: FileSystemDirectoryEntry): Promise<File[]> {
  const files: File[] = [];
  for (const entry of await entriesOf(folder)) {
    const file = entry.isFile ? await fileOf(entry) : null;
    if (file) files.push(file);
  }
  return files;
}
