/** The list of models: what each is good at, how large, under what licence, whether it is kept here; picked, weighed, deleted. */

import { cachedBytes, deleteModel, listModels, type ModelEntry } from "glimpse-clip";
import { size } from "../core/amounts.js";
import { builtInNote, isBuiltIn, type ModelChoice } from "../core/model-choice.js";
import type { Store } from "../core/state.js";
import { byId, element } from "../core/elements.js";
import { LARGE, meaning, thisDevice } from "../core/weigh.js";
import { Latest } from "../core/latest.js";

/** Where the host of models is remembered. */
const HUB_KEY = "glimpse-hub";
/** The package's own host for names and repositories. */
const USUAL_HUB = "https://huggingface.co";

/** The list in the model panel. */
export class Picker {
  readonly #store: Store;
  readonly #pick: (choice: ModelChoice) => void;
  readonly #hub: HTMLInputElement;
  #entries: ModelEntry[] = [];
  /** The entry whose download is being weighed. */
  #weighed: string | null = null;
  /** The entry to choose once the list is there. */
  #proposed: string | null = null;
  readonly #listing = new Latest();

  /** `pick` is called when a person chose a model, all things weighed. */
  constructor(store: Store, pick: (choice: ModelChoice) => void) {
    this.#store = store;
    this.#pick = pick;
    this.#hub = byId("model-hub");
    this.#hub.value = remembered();
    this.#hub.addEventListener("change", () => {
      remember(this.hub ?? "");
      void this.list();
    });
    byId("model-panel").addEventListener("toggle", (event) => {
      if ((event as ToggleEvent).newState === "open") void this.list();
      else this.#weighed = null;
    });
    store.subscribe((state, before) => {
      if (state.model !== before.model || state.info !== before.info) this.#draw();
    });
  }

  /** The host that models given by name come from; undefined for Hugging Face's own. */
  get hub(): string | undefined {
    const typed = this.#hub.value.trim();
    return /^https?:\/\//.test(typed) && URL.canParse(typed) ? typed : undefined;
  }

  /** Opens the panel with `name`'s download weighed. */
  propose(name: string): void {
    this.#proposed = name;
    byId("model-panel").showPopover();
  }

  /** Asks what there is and draws it; where the browser's store cannot be read, the last list stays and the reason is said. */
  async list(): Promise<void> {
    const signal = this.#listing.begin();
    try {
      await this.#ask(signal);
    } catch (error) {
      if (signal.aborted) return;
      byId("model-complaint").textContent =
        `What is kept here could not be read: ${(error as Error).message}`;
    }
  }

  async #ask(signal: AbortSignal): Promise<void> {
    const hub = this.hub;
    const listed = await listModels(hub ? { hub } : {});
    const entries = [AUTOMATIC, ...listed.toSorted((one, other) => rank(one) - rank(other))];
    const [kept, { free }] = await Promise.all([cachedBytes(), thisDevice()]);
    if (signal.aborted) return;
    this.#entries = entries;
    const room = free === undefined ? "" : ` ${size(free)} are free for more.`;
    byId("model-kept").textContent =
      kept > 0 ? `${size(kept)} of models are kept here.${room}` : "";
    this.#draw();
    const proposed = entries.find(({ name }) => name === this.#proposed);
    this.#proposed = null;
    if (proposed) this.#choose(proposed);
  }

  #draw(): void {
    const list = byId("model-list");
    const focused = document.activeElement?.id;
    list.replaceChildren(...this.#entries.map((entry) => this.#row(entry)));
    if (focused && list !== document.activeElement) document.getElementById(focused)?.focus();
  }

  #row(entry: ModelEntry): HTMLElement {
    const row = element("li", "", "model");
    const choice = button("choice", `pick-${entry.name}`, () => this.#choose(entry));
    choice.setAttribute("aria-pressed", String(this.#isPicked(entry)));
    const head = element("strong");
    head.append(element("span", nameOf(entry), "name"));
    if (!entry.builtIn) head.append(element("span", size(entry.bytes), "bytes"));
    choice.append(head, element("span", factsOf(entry)));
    if (entry.caution) choice.append(element("span", sentence(entry.caution), "caution"));
    row.append(choice);
    if (entry.cached) row.append(this.#keptLine(entry, entry.cached));
    if (this.#weighed === entry.name) row.append(this.#weighing(entry));
    return row;
  }

  #keptLine(
    entry: ModelEntry,
    { bytes, complete }: NonNullable<ModelEntry["cached"]>,
  ): HTMLElement {
    const line = element("p", "", "kept");
    const words = complete
      ? `Kept here, works offline.`
      : `${size(bytes)} are here; it goes on from there.`;
    const remove = button("link", `delete-${entry.name}`, () => void this.#delete(entry));
    remove.textContent = "Delete";
    remove.setAttribute("aria-label", `Delete ${entry.name} from this device, ${size(bytes)}`);
    line.append(words, " ", remove);
    return line;
  }

  #weighing(entry: ModelEntry): HTMLElement {
    const block = element("div", "", "weigh");
    const words = element("p");
    words.id = "weigh-words";
    const take = button("primary", "weigh-take", () => this.#take(entry));
    take.textContent = entry.cached ? "Go on downloading" : `Download ${size(entry.bytes)}`;
    take.setAttribute("aria-describedby", words.id);
    const leave = button("link", "weigh-leave", () => {
      this.#weighed = null;
      this.#draw();
      document.getElementById(`pick-${entry.name}`)?.focus();
    });
    leave.textContent = "Not now";
    void thisDevice().then(
      (device) => (words.textContent = meaning(entry.bytes, device).join(" ")),
    );
    const answers = element("div", "", "answers");
    answers.append(take, leave);
    block.append(words, answers);
    return block;
  }

  #choose(entry: ModelEntry): void {
    if (this.#isPicked(entry) && this.#store.state.info) return byId("model-panel").hidePopover();
    const here = entry.builtIn || entry.cached?.complete;
    if (here || entry.bytes < LARGE) return this.#take(entry);
    this.#weighed = entry.name;
    this.#draw();
    const take = document.getElementById("weigh-take");
    take?.focus();
    take?.closest("li")?.scrollIntoView({ block: "nearest" });
  }

  #take(entry: ModelEntry): void {
    this.#weighed = null;
    if (entry.builtIn) return this.#pick(builtIn(entry.name));
    const hub = hubOf(entry);
    this.#pick({ kind: "address", address: entry.name, weighed: true, ...(hub && { hub }) });
  }

  async #delete(entry: ModelEntry): Promise<void> {
    const hub = hubOf(entry);
    let deleted = "";
    let complaint = "";
    await deleteModel(entry.name, hub ? { hub } : {}).then(
      (freed) => (deleted = `${entry.name} is deleted: ${size(freed)} are free again.`),
      (error: Error) => (complaint = `${entry.name} could not be deleted: ${error.message}`),
    );
    await this.list();
    byId("model-deleted").textContent = deleted;
    byId("model-complaint").textContent = complaint;
    document.getElementById(`pick-${entry.name}`)?.focus();
  }

  #isPicked(entry: ModelEntry): boolean {
    const { model } = this.#store.state;
    if (model.kind === "built-in") return entry.builtIn && model.name === entry.name;
    return model.kind === "address" && [entry.name, entry.repository].includes(model.address);
  }
}

/** Both built-in models, each for the pictures that it knows; the list has them one by one. */
const AUTOMATIC: ModelEntry = {
  name: "auto",
  repository: null,
  hub: null,
  revision: null,
  bytes: 0,
  licence: "",
  imagenet: null,
  goodAt: "photographs and drawings: each picture goes to the built-in model that fits it",
  caution: null,
  builtIn: true,
  cached: null,
};

/** The built-in models first, and of those the one for photographs, which is what most people have. */
function rank({ builtIn, name }: ModelEntry): number {
  return builtIn ? (name === "mini-photo" ? 0 : 1) : 2;
}

function builtIn(name: string): ModelChoice {
  return { kind: "built-in", name: isBuiltIn(name) ? name : "auto" };
}

function nameOf({ name, builtIn }: ModelEntry): string {
  return builtIn ? `Built-in (${builtInNote(isBuiltIn(name) ? name : "auto")})` : name;
}

/** The entry's host; undefined where it is the usual one, or there is none. */
function hubOf({ hub }: ModelEntry): string | undefined {
  return hub === null || hub === USUAL_HUB ? undefined : hub;
}

function factsOf({ goodAt, licence, imagenet, builtIn, hub }: ModelEntry): string {
  const figure =
    imagenet === null ? "" : ` Names ${imagenet.toFixed(1)}\u202f% of ImageNet’s photos right.`;
  const rights = licence && !builtIn ? ` Licence: ${licence}.` : "";
  // Of a model that was found by its address nothing more is known than where.
  const known = goodAt || (hub ? `from ${new URL(hub).host}` : "from its own address");
  return `${sentence(known)}${builtIn ? " Comes with the page." : ""}${figure}${rights}`;
}

function sentence(words: string): string {
  const text = words.trim().replace(/\.$/, "");
  return text && `${text[0]?.toUpperCase()}${text.slice(1)}.`;
}

function button(name: string, id: string, act: () => void): HTMLButtonElement {
  const made = document.createElement("button");
  made.type = "button";
  made.className = name;
  made.id = id;
  made.addEventListener("click", act);
  return made;
}

function remembered(): string {
  try {
    return localStorage.getItem(HUB_KEY) ?? "";
  } catch {
    return ""; // storage is switched off: the host lasts as long as the page
  }
}

function remember(hub: string): void {
  try {
    if (hub) localStorage.setItem(HUB_KEY, hub);
    else localStorage.removeItem(HUB_KEY);
  } catch {
    return; // as above
  }
}
