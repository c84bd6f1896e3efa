/** The list that opens under a label's field while someone types: an ARIA listbox, the field being its combobox. */

/** More than this many hide the bars below and are slower to read than to type on. */
const MOST = 5;

/** Suggestions for one field at a time; the element that owns the fields tells it what happens to them. */
export class Suggestions {
  /** The listbox, to be placed in the root that holds the fields. */
  readonly element: HTMLElement;
  readonly #choose: (input: HTMLInputElement, text: string) => void;
  #input: HTMLInputElement | null = null;
  #active = -1;

  /** `choose` is called when a person takes a suggestion. */
  constructor(choose: (input: HTMLInputElement, text: string) => void) {
    this.#choose = choose;
    this.element = document.createElement("div");
    this.element.id = "suggestions";
    this.element.part.add("suggestions");
    this.element.setAttribute("role", "listbox");
    this.element.setAttribute("aria-label", "Suggestions");
    this.element.hidden = true;
    // The field keeps the focus, or the list would close under the finger.
    this.element.addEventListener("pointerdown", (event) => event.preventDefault());
    this.element.addEventListener("mousedown", (event) => event.preventDefault());
    this.element.addEventListener("click", (event) => {
      const index = this.#options.indexOf((event.target as Element).closest("[role=option]")!);
      if (index >= 0) this.#take(index);
    });
  }

  /** Says in `input`'s attributes whether it has suggestions at all. */
  equip(input: HTMLInputElement, able: boolean): void {
    const attributes = {
      role: "combobox",
      "aria-autocomplete": "list",
      "aria-controls": this.element.id,
      "aria-expanded": "false",
    };
    for (const [name, value] of Object.entries(attributes)) {
      if (able) input.setAttribute(name, value);
      else input.removeAttribute(name);
    }
  }

  /** Opens the list under `input`, or closes it where there is nothing to suggest. */
  offer(input: HTMLInputElement, suggestions: readonly string[]): void {
    this.close();
    if (suggestions.length === 0) return;
    this.#input = input;
    this.element.replaceChildren(...suggestions.slice(0, MOST).map(option));
    const { offsetTop = 0 } = input.closest("li") ?? {};
    this.element.style.setProperty(
      "--top",
      `${offsetTop + input.offsetTop + input.offsetHeight}px`,
    );
    this.element.hidden = false;
    input.setAttribute("aria-expanded", "true");
  }

  /** Closes the list; nothing is taken. */
  close(): void {
    this.element.hidden = true;
    this.#input?.setAttribute("aria-expanded", "false");
    this.#input?.removeAttribute("aria-activedescendant");
    this.#input = null;
    this.#active = -1;
  }

  /** Handles a key in the field; true when it was meant for the list. Enter without a chosen suggestion is not. */
  key(event: KeyboardEvent): boolean {
    if (!this.#input) return false;
    const last = this.#options.length - 1;
    if (event.key === "ArrowDown") this.#activate(this.#active < last ? this.#active + 1 : -1);
    else if (event.key === "ArrowUp") this.#activate(this.#active < 0 ? last : this.#active - 1);
    else if (event.key === "Enter" && this.#active >= 0) this.#take(this.#active);
    else if (event.key === "Escape") this.close();
    else return false;
    return true;
  }

  get #options(): Element[] {
    return [...this.element.children];
  }

  #activate(index: number): void {
    this.#active = index;
    this.#options.forEach((option, at) =>
      option.setAttribute("aria-selected", String(at === index)),
    );
    const id = this.#options[index]?.id;
    if (id) this.#input?.setAttribute("aria-activedescendant", id);
    else this.#input?.removeAttribute("aria-activedescendant");
  }

  #take(index: number): void {
    const input = this.#input;
    const text = this.#options[index]?.textContent;
    this.close();
    if (input && text) this.#choose(input, text);
  }
}

function option(text: string, index: number): HTMLElement {
  const made = document.createElement("div");
  made.id = `suggestion-${index}`;
  made.part.add("suggestion");
  made.setAttribute("role", "option");
  made.setAttribute("aria-selected", "false");
  made.textContent = text;
  return made;
}
