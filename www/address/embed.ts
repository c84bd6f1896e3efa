/** The state on screen as code for other pages: one `<glimpse-classifier>` line, and the same in TypeScript. */

import { isAutomatic, modelArgument } from "../core/model-choice.js";
import type { State, Store } from "../core/state.js";
import { byId } from "../core/elements.js";

/** Opens the sheet with the snippets, and copies them. */
export class EmbedSheet {
  readonly #store: Store;
  readonly #sheet = byId<HTMLDialogElement>("embed-sheet");

  constructor(store: Store) {
    this.#store = store;
    byId("embed").addEventListener("click", () => this.open());
    byId("embed-close").addEventListener("click", () => this.#sheet.close());
    for (const button of this.#sheet.querySelectorAll<HTMLElement>("[data-copies]"))
      button.addEventListener("click", () => void this.#copy(button));
  }

  open(): void {
    const { state } = this.#store;
    byId("embed-picture").textContent = pictureOf(state);
    byId("embed-element").textContent = elementOf(state);
    byId("embed-script").textContent = scriptOf(state);
    for (const button of this.#sheet.querySelectorAll("[data-copies]")) button.textContent = "Copy";
    this.#sheet.showModal();
  }

  async #copy(button: HTMLElement): Promise<void> {
    const source = byId(button.dataset["copies"] ?? "");
    try {
      await navigator.clipboard.writeText(source.textContent ?? "");
      button.textContent = "Copied";
    } catch {
      // Without the right to write there, the text is selected for the person's own hand.
      getSelection()?.selectAllChildren(source);
      button.textContent = "Selected";
    }
  }
}

/** The line for HTML, with what its module needs. */
function elementOf(state: State): string {
  const attributes: [string, string | null][] = [
    ["src", pictureOf(state)],
    ["labels", labelsOf(state)],
    ["template", state.template.trim() || null],
    ["model", modelWord(state)],
    ["hub", hubOf(state)],
    ["device", state.device === "auto" ? null : state.device],
    ["none-of-these", state.none ? "" : null],
    ["unit", state.unit === "probability" ? null : state.unit],
  ];
  const written = attributes
    .filter(([, value]) => value !== null)
    .map(([name, value]) => (value === "" ? `  ${name}` : `  ${name}=${quotedFor(value ?? "")}`));
  return `<script type="module">\n  import "glimpse-clip/elements";\n</script>\n\n<glimpse-classifier\n${written.join("\n")}\n></glimpse-classifier>`;
}

/** The same with `Classifier`. */
function scriptOf(state: State): string {
  const create = objectOf([
    ["model", modelWord(state)],
    ["hub", hubOf(state)],
    ["device", state.device === "auto" ? null : state.device],
  ]);
  const options = objectOf([
    ["hypothesisTemplate", state.template.trim() || null],
    ["noneOfThese", state.none || null],
  ]);
  const labels = `[${state.labels.map((label) => JSON.stringify(label)).join(", ")}]`;
  return [
    `import { Classifier } from "glimpse-clip";`,
    "",
    `const classifier = await Classifier.create(${create});`,
    `const labels = ${labels};`,
    ...(options ? [`const options = ${options};`] : []),
    `const scores = await classifier.classify(${JSON.stringify(pictureOf(state))}, labels${options && ", options"});`,
    "console.log(scores[0]); // { label, score, logit, cosine }",
  ].join("\n");
}

/** A name that says whose picture it is: addresses of a person's own pictures mean nothing elsewhere. */
function pictureOf({ picture }: State): string {
  return picture?.example ?? "picture.jpg";
}

/** How the model is named elsewhere; files from this device cannot be, and stand as a folder to put them in. */
function modelWord({ model, chosen, picture }: State): string | null {
  if (isAutomatic(model)) return (picture && chosen.get(picture.blob)) ?? null;
  const argument = modelArgument(model);
  return typeof argument === "string" ? argument : "./model/";
}

function hubOf({ model }: State): string | null {
  return model.kind === "address" ? (model.hub ?? null) : null;
}

function objectOf(entries: readonly [string, string | true | null][]): string {
  const given = entries.filter(([, value]) => value !== null);
  if (given.length === 0) return "";
  return `{ ${given.map(([name, value]) => `${name}: ${JSON.stringify(value)}`).join(", ")} }`;
}

/** Separated by commas; where that would be read otherwise, as a JSON array. */
function labelsOf({ labels }: State): string {
  const ambiguous = labels.some((label) => label.includes(",")) || labels[0]?.startsWith("[");
  return ambiguous ? JSON.stringify(labels) : labels.join(", ");
}

/** An attribute's value in the quotation marks that leave it most readable. */
function quotedFor(text: string): string {
  const plain = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  if (plain.includes('"') && !plain.includes("'")) return `'${plain}'`;
  return `"${plain.replaceAll('"', "&quot;")}"`;
}
