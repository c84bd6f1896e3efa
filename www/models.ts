/** Which models can be picked, and how a folder, files or an address become a choice. */

import { entriesOf, fileOf, partsOf } from "./entries.js";

/**
 * A model that a person picked. An `address` is what `Classifier.create` takes: a name (`photo`), a repository, or the URL
 * of a folder; names and repositories come from `hub`, Hugging Face's own where it is left out. `weighed` says that the
 * person knows what a large download means.
 */
export type ModelChoice =
  | { kind: "built-in" }
  | { kind: "address"; address: string; hub?: string; weighed?: boolean }
  | { kind: "files"; name: string; files: File[] };

/** The model that comes with the page. */
export const BUILT_IN: ModelChoice = { kind: "built-in" };

/** The model to offer for photographs; index.html says how large it is. */
export const PHOTO = "photo";

/** The name shown in the header. */
export function modelName(choice: ModelChoice): string {
  if (choice.kind === "built-in") return "Built-in";
  if (choice.kind === "files") return choice.name;
  return choice.address.replace(/\/+$/, "").split("/").slice(-2).join("/");
}

/** What `Classifier.create` takes for this choice. */
export function modelArgument(choice: ModelChoice): string | File[] {
  if (choice.kind === "built-in") return "mini";
  return choice.kind === "files" ? choice.files : choice.address;
}

/** The template a model starts with: the built-in one learnt from drawings, the others from photographs. */
export function usualTemplate(choice: ModelChoice): string {
  return choice.kind === "built-in" ? "a drawing of a {}" : "a photo of a {}";
}

/**
 * Reads what a person typed: an address, a path on this site, a repository (`owner/name`, `owner/name@revision`) or a name
 * that is offered. Null when it is none of them.
 */
export function parseAddress(typed: string): ModelChoice | null {
  const text = typed.trim();
  if (text === "mini") return BUILT_IN;
  if (/^(?:[\w-][\w.-]*\/)?[\w-][\w.-]*(?:@[\w./-]+)?$/.test(text))
    return { kind: "address", address: text };
  if (!/^(https?:\/\/|\.{0,2}\/)/.test(text) || !URL.canParse(text, document.baseURI)) return null;
  return { kind: "address", address: new URL(text, document.baseURI).href };
}

/** Whether files that were dropped are a model's rather than pictures. */
export function areModelFiles(files: readonly File[]): boolean {
  return files.some(({ name }) => /\.safetensors$|^(?:\w+_)?config\.json$/.test(name));
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
