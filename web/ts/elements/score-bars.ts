/** `<score-bars>`: a list of labels to type in, each with its bar and its number; the bars are the editor. */

import { NONE_OF_THESE } from "../shared/none-of-these.js";
import { Announcer } from "./announcer.js";
import { BarsAttributes } from "./bars-attributes.js";
import type { BarsState, LabelsChange, NoneChange, OrderChange } from "./bars-events.js";
import { glide, openShadow, part } from "./element.js";
import type { BarScore } from "./figures.js";
import { NoneRow } from "./none-row.js";
import { labelsOfLines, labelsPastedInto } from "./pasted-labels.js";
import { letRowsBeCarried } from "./row-drag.js";
import { byScore, moved } from "./row-order.js";
import { same } from "./same.js";
import { STYLE } from "./score-bars.style.js";
import { ScoreRow } from "./score-row.js";
import { Suggestions } from "./suggestions.js";

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

/** How long the hand must be off the rows before they sort. */
const SORT_AFTER_MS = 350;

/**
 * Labels, bars and numbers in one list.
 *
 * Typing in a row changes a label, the empty last row adds one, a list pasted with line breaks adds many. An emptied row
 * goes when it is left; Backspace in it goes to the row above. Arrow keys and Enter move between rows, Escape takes an
 * edit back. Rows sort by score only while neither pointer nor focus is on them. A row dragged by its grip, or moved with Alt
 * and an arrow key, stays where it is put: the order is then `manual`. Where the page has {@link ScoreBars.suggest}
 * set, a short list opens under the row while someone types: arrow keys and Enter or a click take from it, Escape closes it.
 *
 * @attr state - `loading`, `ready`, `working` or `error`.
 * @attr unit - what the numbers say: `probability` (the default), `cosine` or `logit`.
 * @attr order - `score` (the default) or `manual`.
 * @attr none-of-these - `on` or `off` adds a row with a box for "none of these", ticked or not; without it there is no such row.
 * @attr detail - shows cosine and logit under each row (they are also the number's tooltip).
 * @attr placeholder - the words in the empty row. Defaults to "Add a label".
 * @fires labelschange - {@link LabelsChange}, at every edit that changes the labels or their order.
 * @fires orderchange - {@link OrderChange}, when a moved row ends the order by score.
 * @fires nonechange - {@link NoneChange}, when a person ticks the box for "none of these" or takes the tick away.
 * @slot status - replaces the words under the rows.
 * @csspart list, row, grip, label, track, fill, best, number, guess, detail, remove, none, none-label, status, suggestions, suggestion
 * @cssprop --glimpse-accent, --glimpse-ink, --glimpse-muted, --glimpse-line, --glimpse-surface, --glimpse-track, --glimpse-radius
 */
export class ScoreBars extends BarsAttributes {
  static readonly observedAttributes = ["state", "placeholder", "unit", "order", "none-of-these"];

  readonly #list: HTMLOListElement;
  readonly #status: HTMLElement;
  readonly #announcer: Announcer;
  readonly #suggestions = new Suggestions((input, text) => this.#complete(input, text));
  readonly #none = new NoneRow((on) => this.#chooseNone(on));
  #suggest: ((typed: string) => readonly string[]) | null = null;
  #caveat: ((label: string) => string) | null = null;
  #ghosts: readonly BarScore[] | null = null;
  #rows: ScoreRow[] = [];
  #sent = "";
  #beforeEdit = "";
  #pointerOn = false;
  #carried = false;
  #sorting: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    const root = openShadow(this, MARKUP, STYLE);
    this.#list = part(root, "ol");
    this.#status = part(root, ".status");
    this.#announcer = new Announcer(part(root, ".unseen"));
    this.#list.after(this.#none.element, this.#suggestions.element);
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
    letRowsBeCarried(this.#list, {
      rows: () => this.#rows.slice(0, -1).map((row) => row.element),
      begin: () => {
        this.#carried = true;
        this.#keepOrder();
      },
      move: (from, to) => this.#move(from, to),
      end: () => {
        this.#carried = false;
        this.#edited();
      },
    });
    this.#list.addEventListener("pointerenter", () => (this.#pointerOn = true));
    this.#list.addEventListener("pointerleave", () => {
      this.#pointerOn = false;
      this.#sortSoon();
    });
  }

  /** The labels in the order of the rows. Setting them keeps the rows of labels that stay, and fires nothing. */
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
    const none = waiting.find(({ label }) => label === NONE_OF_THESE);
    this.#none.show(none, none !== undefined && none.score === best);
    if (first) this.#sort(false);
    else this.#sortSoon();
    this.#announcer.tell(scores, this.unit, (label) => Boolean(this.#caveat?.(label)));
  }

  /** Earlier scores to compare with (of the clean picture, say), laid over the bars, pale, up to a mark; null takes them away. */
  get ghosts(): readonly BarScore[] | null {
    return this.#ghosts;
  }
  set ghosts(ghosts: readonly BarScore[] | null) {
    this.#ghosts = ghosts;
    for (const row of this.#rows) this.#haunt(row);
  }

  /**
   * How a pasted text is read as a list: its labels, or none where the text is a label like any other, which then goes in as
   * it is. Asked with what is pasted over a whole row, or with several lines. At first, a list has one label a line.
   */
  split: (text: string) => readonly string[] = labelsOfLines;

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

  attributeChangedCallback(name: string): void {
    if (name === "unit") for (const row of [...this.#rows, this.#none]) row.unit = this.unit;
    else if (name === "order") this.#sortSoon();
    else if (name === "none-of-these") this.#none.choice = this.noneOfThese;
    else this.#tellState();
  }

  #tellState(): void {
    this.#status.textContent = WORDS[this.state];
    this.#list.setAttribute(
      "aria-busy",
      String(this.state === "loading" || this.state === "working"),
    );
    this.#place();
  }

  /** Rows for these labels; those of labels that stay are kept, with their scores and whatever hand is on them. */
  #fill(labels: readonly string[]): void {
    this.#suggestions.close();
    const spare = this.#rows.filter((row) => row.label !== "");
    const rows = labels.map((label) => {
      const found = spare.findIndex((row) => row.label === label);
      return found < 0 ? this.#makeRow(label) : spare.splice(found, 1)[0]!;
    });
    this.#rows = [...rows, this.#makeRow("")];
    this.#list.replaceChildren(...this.#rows.map((row) => row.element));
    this.#sent = JSON.stringify(this.labels);
    this.#place();
    this.#makeRoom();
    this.#sortSoon();
  }

  #makeRow(label: string): ScoreRow {
    const row = new ScoreRow(label);
    row.unit = this.unit;
    this.#suggestions.equip(row.input, this.#suggest !== null);
    this.#doubt(row);
    this.#haunt(row);
    return row;
  }

  #haunt(row: ScoreRow): void {
    row.haunt(this.#ghosts?.find(({ label }) => label === row.label));
  }

  #doubt(row: ScoreRow): void {
    const caveat = row.label === "" ? "" : (this.#caveat?.(row.label) ?? "");
    if (caveat !== row.caveat) row.doubt(caveat);
  }

  /** Gives the labels' column the room that the longest one needs; never while someone types, or the bars would jump. */
  #makeRoom(): void {
    const letters = Math.max(0, ...this.labels.map((label) => label.length));
    this.#list.parentElement?.style.setProperty("--letters", String(letters));
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
      this.#haunt(row);
      if (row.label === "") row.clear();
      else if (row.score?.label !== row.label) row.show(undefined, false);
    }
    this.#place();
    const { labels } = this;
    const sent = JSON.stringify(labels);
    if (sent === this.#sent) return;
    this.#sent = sent;
    this.#tell<LabelsChange>("labelschange", { labels });
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

  #move(from: number, to: number): void {
    if (from === to) return;
    this.#rows = moved(this.#rows, from, to);
    this.#place();
  }

  /** One place up or down, by keyboard. */
  #step(index: number, down: boolean): void {
    const row = this.#rows[index];
    const to = index + (down ? 1 : -1);
    const last = this.#rows.length - 2;
    if (!row || index > last || to < 0 || to > last) return;
    this.#keepOrder();
    glide(
      this.#rows.map(({ element }) => element),
      () => this.#move(index, to),
    );
    this.#edited();
    this.#announcer.say(`${row.label}: ${to + 1} of ${last + 1}`);
  }

  /** From now on rows stay where they are put. */
  #keepOrder(): void {
    if (this.order === "manual") return;
    this.order = "manual";
    this.#tell<OrderChange>("orderchange", { order: "manual" });
  }

  #chooseNone(on: boolean): void {
    this.noneOfThese = on;
    this.#tell<NoneChange>("nonechange", { on });
  }

  #tell<T>(name: string, detail: T): void {
    this.dispatchEvent(new CustomEvent<T>(name, { detail, bubbles: true, composed: true }));
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
    if (event.altKey && (event.key === "ArrowDown" || event.key === "ArrowUp"))
      this.#step(index, event.key === "ArrowDown");
    else if (event.key === "ArrowDown" || event.key === "Enter") this.focusRow(index + 1);
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
    if (!row) return;
    const labels = labelsPastedInto(row.input, text, this.split);
    if (labels.length < 2) return;
    event.preventDefault();
    row.input.setRangeText(labels[0] ?? "");
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
    if (this.order === "manual" || this.#carried) return;
    if (this.#pointerOn || this.shadowRoot?.activeElement) return;
    const adds = this.#rows.at(-1);
    const labelled = this.#rows.slice(0, -1);
    const sorted = byScore(labelled);
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
}
