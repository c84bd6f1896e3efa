/** Which models can be picked, and how a folder, files or an address become a choice. */

import { entriesOf, fileOf, partsOf } from "../pictures/entries.js";

/** The built-in models. */
export type BuiltIn = "mini" | "mini-photo";

/**
 * A model that a person picked. `auto` is both built-in ones: each picture goes to the one that fits it. An `address` is what `Classifier.create` takes: a name (`photo`), a repository, or the URL
 * of a folder; names and repositories come from `hub`, Hugging Face's own where it is left out. `weighed` says that the
 * person knows what a large download means.
 */
export type ModelChoice =
  | { kind: "built-in"; name: "auto" | BuiltIn }
  | { kind: "address"; address: string; hub?: string; weighed?: boolean }
  | { kind: "files"; name: string; files: File[] };

/** What the page opens with: the models that come with it, each for the pictures that it knows. */
export const BUILT_IN: ModelChoice = { kind: "built-in", name: "auto" };

/** The model to offer for what the built-in ones were not taught; index.html says how large it is. */
export const PHOTO = "photo";

/** Whether each picture goes to the built-in model that fits it. */
export function isAutomatic(choice: ModelChoice): boolean {
  return choice.kind === "built-in" && choice.name === "auto";
}

/** Whether a model's name is that of a built-in one. */
export function isBuiltIn(name: string): name is BuiltIn {
  return name === "mini" || name === "mini-photo";
}

/** Which pictures a built-in model is for. */
export const MADE_FOR: Readonly<Record<BuiltIn, string>> = {
  mini: "drawings",
  "mini-photo": "photographs",
};

/** The other one. */
export function otherThan(model: BuiltIn): BuiltIn {
  return model === "mini" ? "mini-photo" : "mini";
}

/** What stands in brackets behind “Built-in”. */
export function builtInNote(name: "auto" | BuiltIn): string {
  if (name === "auto") return "automatic";
  return name === "mini" ? "drawings, words" : MADE_FOR[name];
}

/** The name shown in the header. */
export function modelName(choice: ModelChoice): string {
  if (choice.kind === "built-in") return "Built-in";
  if (choice.kind === "files") return choice.name;
  return choice.address.replace(/\/+$/, "").split("/").slice(-2).join("/");
}

/** What `Classifier.create` takes for this choice. */
export function modelArgument(choice: ModelChoice): string | File[] {
  if (choice.kind === "built-in") return choice.name;
  return choice.kind === "files" ? choice.files : choice.address;
}

/** The template a model starts with: one that it was taught; both built-in models were taught that of `auto`. */
export function usualTemplate(choice: ModelChoice): string {
  if (choice.kind !== "built-in") return "a photo of a {}";
  const kind = { auto: "picture", mini: "drawing", "mini-photo": "photo" }[choice.name];
  return `a ${kind} of a {}`;
}

/**
 * Reads what a person typed: an address, a path on this site, a repository (`owner/name`, `owner/name@revision`) or a name
 * that is offered. Null when it is none of them.
 */
export function parseAddress(typed: string): ModelChoice | null {
  const text = typed.trim();
  if (text === "auto" || text === "mini" || text === "mini-photo")
    return { kind: "built-in", name: text };
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
