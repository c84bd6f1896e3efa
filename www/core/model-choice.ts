/** Which models can be picked, what they are called, and how what a person types becomes a choice. */

/** The built-in models. */
export type BuiltIn = "mini" | "mini-photo";

/**
 * A model that a person picked. `auto` is both built-in ones: each picture goes to the one that fits it. An `address` is what
 * `Classifier.create` takes: a name (`photo`), a repository, or the URL of a folder; names and repositories come from `hub`, which
 * defaults to Hugging Face. `weighed` says that the person knows what a large download means.
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

/** Whether both are the same model, however it came to be picked. */
export function isSameModel(one: ModelChoice, other: ModelChoice): boolean {
  if (one.kind === "address" && other.kind === "address")
    return one.address === other.address && one.hub === other.hub;
  if (one.kind === "built-in" && other.kind === "built-in") return one.name === other.name;
  return one === other;
}
