/** `<score-bars>`: a list of labels to type in, each with its bar and its number; the bars are the editor. */

import { ElementBase, glide, openShadow, part } from "./element.js";
import { STYLE } from "./score-bars.style.js";
import { percent, ScoreRow, type BarScore } from "./score-row.js";
import { Suggestions } from "./suggestions.js";

/** What `labelschange` carries. */
export interface LabelsChange {
  /** Every label that is not empty, in the order of the rows. */
  labels: string[];
}

/** The element's four states. `loading` hides the numbers, `error` greys them out. */
export type BarsState = "loading" | "ready" | "working" | "error";

const MARKUP = `
  <div class="rows"><ol part="list" aria-label="Labels"></ol></div>
  <slot name="status"><span class="status" part="status" role="status"></span></slot>
  <span class="unseen" aria-live="polite"></span>
`;

/** The words under the rows while a page puts none of its own into the `status` slot. */
const WORDS: Record<BarsState, string> = {
  loading: "The model is on its way.",
  ready: "",
  working: "Looking at the picture…",
  error: "That did not work. The last numbers are greyed out.",
};

/** How long the hand must be off the rows before they sort, and how long scores must rest before they are read out. */
const SORT_AFTER_MS = 350;
const ANNOUNCE_AFTER_MS = 900;

/**
 * Labels, bars and numbers in one list.
 *
 * Typing in a row changes a label, the empty last row adds one, a list pasted with line breaks adds many. An emptied row
 * goes when it is left; Backspace in it goes to the row above. Arrow keys and Enter move between rows, Escape takes an
 * edit back. Rows sort by score only while neither pointer nor focus is on them. Where the page has {@link ScoreBars.suggest}
 * set, a short list opens under the row while someone types: arrow keys and Enter or a click take from it, Escape closes it.
 *
 * @attr state - `loading`, `ready`, `working` or `error`.
 * @attr detail - shows cosine and logit under each row (they are also the number's tooltip).
 * @attr placeholder - the words in the empty row; "Add a label" unless told.
 * @fires labelschange - {@link LabelsChange}, at every edit that changes the labels.
 * @slot status - replaces the words under the rows.
 * @csspart list, row, label, track, fill, best, number, guess, detail, remove, status, suggestions, suggestion
 * @cssprop --glimpse-accent, --glimpse-ink, --glimpse-muted, --glimpse-line, --glimpse-surface, --glimpse-track, --glimpse-radius
 */
export class ScoreBars extends ElementBase {
  static readonly observedAttributes = ["state", "placeholder"];

  readonly #list: HTMLOListElement;
  readonly #status: HTMLElement;
  readonly #announcer: HTMLElement;
  readonly #suggestions = new Suggestions((input, text) => this.#complete(input, text));
  #suggest: ((typed: string) => readonly string[]) | null = null;
  #caveat: ((label: string) => string) | null = null;
  #rows: ScoreRow[] = [];
  #sent = "";
  #beforeEdit = "";
  #pointerOn = false;
  #sorting: ReturnType<typeof setTimeout> | undefined;
  #announcing: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    const root = openShadow(this, MARKUP, STYLE);
    this.#list = part(root, "ol");
    this.#status = part(root, ".status");
    this.#announcer = part(root, ".unseen");
    this.#list.after(this.#suggestions.element);
    this.#fill([]);
    this.#list.addEventListener("input", (event) => {
      this.#edited();
      this.#offer(event as InputEvent);
    });
    this.#list.addEventListener("keydown", (event) => this.#key(event));
    this.#list.addEventListener("paste", (event) => this.#paste(event));
    this.#list.addEventListener("click", (event) => this.#click(event));
    this.#list.addEventListener("focusin", (event) => this.#focused(event));
    this.#list.addEventListener("focusout", () => {
      this.#suggestions.close();
      setTimeout(() => this.#left());
    });
    this.#list.addEventListener("pointerenter", () => (this.#pointerOn = true));
    this.#list.addEventListener("pointerleave", () => {
      this.#pointerOn = false;
      this.#sortSoon();
    });
  }

  /** The labels in the order of the rows. Setting other labels replaces the rows and fires nothing. */
  get labels(): string[] {
    return this.#rows.map((row) => row.label).filter((label) => label !== "");
  }
  set labels(labels: readonly string[]) {
    if (same(labels, this.labels)) return;
    this.#fill(labels);
  }

  /** Shows these scores, each in the row of its label; null takes all bars down. */
  set scores(scores: readonly BarScore[] | null) {
    const waiting = [...(scores ?? [])];
    const first = this.#rows.every((row) => row.score === undefined);
    const best = waiting.reduce((top, score) => Math.max(top, score.score), 0);
    for (const row of this.#rows) {
      const found = waiting.findIndex((score) => score.label === row.label);
      const score = found < 0 ? undefined : waiting.splice(found, 1)[0];
      if (scores === null || row.label === "") row.clear();
      else row.show(score, score !== undefined && score.score === best);
    }
    if (first) this.#sort(false);
    else this.#sortSoon();
    this.#announceSoon(scores);
  }

  /** One of the four states; the same as the attribute. */
  get state(): BarsState {
    const state = this.getAttribute("state") ?? "";
    return state in WORDS ? (state as BarsState) : "ready";
  }
  set state(state: BarsState) {
    if (this.getAttribute("state") !== state) this.setAttribute("state", state);
  }

  /** What a label that is being typed may become, best first, five at most; null, as at first, for no suggestions. */
  get suggest(): ((typed: string) => readonly string[]) | null {
    return this.#suggest;
  }
  set suggest(suggest: ((typed: string) => readonly string[]) | null) {
    this.#suggest = suggest;
    this.#suggestions.close();
    for (const row of this.#rows) this.#suggestions.equip(row.input, suggest !== null);
  }

  /**
   * Why a label's score is only a guess, in a sentence for people, or "" where it is none: such rows are marked. Null, as at
   * first, marks none.
   */
  get caveat(): ((label: string) => string) | null {
    return this.#caveat;
  }
  set caveat(caveat: ((label: string) => string) | null) {
    this.#caveat = caveat;
    for (const row of this.#rows) this.#doubt(row);
  }

  /** Puts the cursor at the end of row `index`, counted from 0; the row after the last label is the empty one. */
  focusRow(index: number): void {
    const row = this.#rows[Math.max(0, Math.min(index, this.#rows.length - 1))];
    row?.input.focus();
    row?.input.setSelectionRange(row.input.value.length, row.input.value.length);
  }

  attributeChangedCallback(): void {
    this.#status.textContent = WORDS[this.state];
    this.#list.setAttribute(
      "aria-busy",
      String(this.state === "loading" || this.state === "working"),
    );
    this.#place();
  }

  #fill(labels: readonly string[]): void {
    this.#suggestions.close();
    this.#rows = [...labels, ""].map((label) => this.#makeRow(label));
    this.#list.replaceChildren(...this.#rows.map((row) => row.element));
    this.#sent = JSON.stringify(this.labels);
    this.#place();
    this.#makeRoom();
  }

  #makeRow(label: string): ScoreRow {
    const row = new ScoreRow(label);
    this.#suggestions.equip(row.input, this.#suggest !== null);
    this.#doubt(row);
    return row;
  }

  #doubt(row: ScoreRow): void {
    const caveat = row.label === "" ? "" : (this.#caveat?.(row.label) ?? "");
    if (caveat !== row.caveat) row.doubt(caveat);
  }

  /** Gives the labels' column the room that the longest one needs; never while someone types, or the bars would jump. */
  #makeRoom(): void {
    const letters = Math.max(0, ...this.labels.map((label) => label.length));
    this.#list.style.setProperty("--letters", String(letters));
  }

  #place(): void {
    const placeholder = this.getAttribute("placeholder") ?? "Add a label";
    this.#rows.forEach((row, index) => row.place(index, this.#rows.length - 1, placeholder));
  }

  /** After any edit: keeps one empty row at the end, marks what waits for a score, and tells the page. */
  #edited(): void {
    if (this.#rows.at(-1)?.label !== "") this.#insert(this.#rows.length, "");
    for (const row of this.#rows) {
      this.#doubt(row);
      if (row.label === "") row.clear();
      else if (row.score?.label !== row.label) row.show(undefined, false);
    }
    this.#place();
    const { labels } = this;
    const sent = JSON.stringify(labels);
    if (sent === this.#sent) return;
    this.#sent = sent;
    this.dispatchEvent(
      new CustomEvent<LabelsChange>("labelschange", {
        detail: { labels },
        bubbles: true,
        composed: true,
      }),
    );
  }

  #insert(index: number, label: string): void {
    const row = this.#makeRow(label);
    this.#list.insertBefore(row.element, this.#rows[index]?.element ?? null);
    this.#rows.splice(index, 0, row);
  }

  #removeAt(index: number): void {
    if (index < 0 || index >= this.#rows.length - 1) return;
    const [row] = this.#rows.splice(index, 1);
    row?.element.remove();
    this.#edited();
  }

  #offer({ isComposing, target }: InputEvent): void {
    const input = target as HTMLInputElement;
    if (isComposing) this.#suggestions.close();
    else this.#suggestions.offer(input, this.#suggest?.(input.value) ?? []);
  }

  #complete(input: HTMLInputElement, text: string): void {
    input.value = text;
    input.setSelectionRange(text.length, text.length);
    this.#edited();
  }

  #indexOf(event: Event): number {
    return this.#rows.findIndex((row) => row.element.contains(event.target as Node));
  }

  #key(event: KeyboardEvent): void {
    const index = this.#indexOf(event);
    const row = this.#rows[index];
    if (!row || event.target !== row.input || event.isComposing) return;
    if (this.#suggestions.key(event)) return event.preventDefault();
    if (event.key === "ArrowDown" || event.key === "Enter") this.focusRow(index + 1);
    else if (event.key === "ArrowUp") this.focusRow(index - 1);
    else if (event.key === "Backspace" && row.input.value === "" && index > 0) {
      this.#removeAt(index);
      this.focusRow(index - 1);
    } else if (
      event.key === "Escape" &&
      row.input.value !== this.#beforeEdit &&
      this.#beforeEdit !== ""
    ) {
      row.input.value = this.#beforeEdit;
      this.#edited();
    } else return;
    event.preventDefault();
  }

  #paste(event: ClipboardEvent): void {
    const index = this.#indexOf(event);
    const row = this.#rows[index];
    const text = event.clipboardData?.getData("text/plain") ?? "";
    const lines = text.split(/[\r\n]+/).map((line) => line.trim());
    const labels = lines.filter((line) => line !== "");
    if (!row || labels.length < 2) return;
    event.preventDefault();
    row.input.setRangeText(
      labels[0] ?? "",
      row.input.selectionStart ?? 0,
      row.input.selectionEnd ?? 0,
      "end",
    );
    labels.slice(1).forEach((label, offset) => this.#insert(index + 1 + offset, label));
    this.#edited();
    this.focusRow(index + labels.length);
  }

  #click(event: MouseEvent): void {
    const button = (event.target as Element).closest(".remove");
    if (!button) return;
    const index = this.#indexOf(event);
    const byKeyboard = event.detail === 0;
    this.#removeAt(index);
    if (byKeyboard) this.focusRow(index);
  }

  #focused(event: FocusEvent): void {
    const row = this.#rows[this.#indexOf(event)];
    if (row) this.#beforeEdit = row.label;
  }

  /** When a row is left: emptied rows go, and the rows sort once the hand is off them. */
  #left(): void {
    const focused = this.shadowRoot?.activeElement;
    const emptied = this.#rows
      .slice(0, -1)
      .filter((row) => row.label === "" && row.input !== focused);
    for (const row of emptied) this.#removeAt(this.#rows.indexOf(row));
    if (!focused) this.#makeRoom();
    this.#sortSoon();
  }

  #sortSoon(): void {
    clearTimeout(this.#sorting);
    this.#sorting = setTimeout(() => this.#sort(true), SORT_AFTER_MS);
  }

  #sort(animated: boolean): void {
    if (this.#pointerOn || this.shadowRoot?.activeElement) return;
    const adds = this.#rows.at(-1);
    const labelled = this.#rows.slice(0, -1);
    const sorted = [...labelled].sort((a, b) => (b.score?.score ?? -1) - (a.score?.score ?? -1));
    if (!adds || same(sorted, labelled)) return;
    const reorder = () => {
      this.#rows = [...sorted, adds];
      this.#list.append(...this.#rows.map((row) => row.element));
      this.#place();
      this.#sent = JSON.stringify(this.labels);
    };
    if (animated)
      glide(
        sorted.map((row) => row.element),
        reorder,
      );
    else reorder();
  }

  #announceSoon(scores: readonly BarScore[] | null): void {
    clearTimeout(this.#announcing);
    if (!scores?.length) return;
    const best = [...scores].sort((a, b) => b.score - a.score).slice(0, 3);
    this.#announcing = setTimeout(() => {
      this.#announcer.textContent = best
        .map(
          ({ label, score }) =>
            `${label}: ${percent(score)}${this.#caveat?.(label) ? " (a guess)" : ""}`,
        )
        .join(", ");
    }, ANNOUNCE_AFTER_MS);
  }
}

function same<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index]);
}
