/** The table of defences: a row each, with what it answers with and without the word, what it costs, and what was measured of it. */

import type { Defended, MeasuredAnswers, MeasuredDefences } from "glimpse-clip/lab";
import { element } from "../../core/elements.js";
import { count } from "../../core/amounts.js";
import { WAYS, type Way, type WayId } from "./defence-list.js";
import { part, percent } from "./markup.js";

/** Both answers of a row. */
export interface Outcomes {
  attacked: Defended;
  clean: Defended;
}

const COLUMNS = ["Defence", "With the word", "Without", "Cost"];
const MEASURED = ["Right with a word, measured", "Right without, measured"];
/** A thumbnail's side, in the canvas' pixels. */
const THUMBNAIL = 128;

/** The table and its rows; `extras` puts a row's own controls under its words. */
export class DefenceTable {
  readonly #table: HTMLElement;

  /** Fills `table`; `extras` gives a row's own controls, null where it has none. */
  constructor(table: HTMLElement, extras: (id: WayId) => HTMLElement | null) {
    this.#table = table;
    const head = element("thead");
    const line = element("tr");
    line.append(...[...COLUMNS, ...MEASURED].map(headOf));
    head.append(line);
    const body = element("tbody");
    body.append(...WAYS.map((way) => rowOf(way, extras(way.id))));
    table.replaceChildren(element("caption", "Defences on this picture", "unseen"), head, body);
    for (const kind of ["table", "rowgroup", "row", "columnheader", "rowheader", "cell"] as const)
      for (const found of table.parentElement!.querySelectorAll(TAGS[kind]))
        found.setAttribute("role", kind);
    this.measure(null);
  }

  /** Writes what a defence answered; `truth` is the label that would be right. */
  fill(id: WayId, { attacked, clean }: Outcomes, truth: string | null): void {
    const row = this.#row(id);
    row.removeAttribute("data-stale");
    part(row, ".attacked").replaceChildren(...answer(attacked, truth));
    part(row, ".clean").replaceChildren(...answer(clean, truth));
    part(row, ".cost").replaceChildren(element("span", costWords(attacked, clean)));
    part(row, ".lab-thumbnails").replaceChildren(
      ...[attacked, clean].flatMap((outcome, at) => {
        const thumbnail = thumbnailOf(outcome);
        return thumbnail ? [figureOf(thumbnail, at === 0 ? "with the word" : "without")] : [];
      }),
    );
  }

  /** Says that the rows answer an earlier question. */
  markStale(): void {
    for (const row of this.#table.querySelectorAll("tbody tr"))
      row.toggleAttribute("data-stale", row.querySelector(".attacked .best") !== null);
  }

  /** Whether any row has an answer of an earlier question. */
  get isStale(): boolean {
    return this.#table.querySelector("tr[data-stale]") !== null;
  }

  /** Shows the measured rates; without any, their columns are not there. */
  measure(measured: MeasuredDefences | null): void {
    for (const cell of this.#table.querySelectorAll<HTMLElement>(".measured"))
      cell.hidden = measured === null;
    for (const { key, attacked, clean, mirrored } of measured?.defences ?? []) {
      if (!WAYS.some(({ id }) => id === key)) continue;
      const row = this.#row(key);
      part(row, ".measured.with").replaceChildren(
        ...rateOf(attacked),
        element("span", `word mirrored: ${percent(mirrored.right.rate)}`, "note"),
      );
      part(row, ".measured.without").replaceChildren(...rateOf(clean));
    }
  }

  #row(id: WayId): HTMLElement {
    return part(this.#table, `tr[data-defence="${id}"]`);
  }
}

/** Cards on a narrow screen take a table's meaning away from it, so that it is written down. */
const TAGS = {
  table: "table.lab-cards",
  rowgroup: "table.lab-cards :is(thead, tbody)",
  row: "table.lab-cards tr",
  columnheader: "table.lab-cards thead th",
  rowheader: "table.lab-cards tbody th",
  cell: "table.lab-cards td",
};

function headOf(words: string): HTMLElement {
  const head = element("th", words, MEASURED.includes(words) ? "measured" : "");
  head.scope = "col";
  return head;
}

function rowOf({ id, name, words }: Way, extra: HTMLElement | null): HTMLElement {
  const row = element("tr");
  row.dataset["defence"] = id;
  const head = element("th");
  head.scope = "row";
  head.append(element("strong", name), element("p", words, "note"));
  if (extra) head.append(extra);
  head.append(element("div", "", "lab-thumbnails"));
  const cells = [
    cellOf("attacked", COLUMNS[1]!),
    cellOf("clean", COLUMNS[2]!),
    cellOf("cost", COLUMNS[3]!),
    cellOf("measured with", MEASURED[0]!),
    cellOf("measured without", MEASURED[1]!),
  ];
  row.append(head, ...cells);
  return row;
}

function cellOf(className: string, column: string): HTMLElement {
  const cell = element("td", "\u2013", className);
  cell.dataset["column"] = column;
  return cell;
}

function answer({ scores, alarm }: Defended, truth: string | null): HTMLElement[] {
  const best = [...scores].sort((a, b) => b.score - a.score)[0];
  if (!best) return [element("span", "\u2013")];
  const label = element("span", best.label, "best");
  const parts: HTMLElement[] = [label];
  if (truth !== null) {
    const right = best.label === truth;
    label.dataset["right"] = String(right);
    label.append(element("span", right ? " (right)" : " (wrong)", "verdict"));
  }
  parts.push(element("span", percent(best.score), "share"));
  if (alarm !== null) parts.push(element("span", `mirror’s cosine ${alarm.toFixed(2)}`, "alarm"));
  return parts;
}

function costWords({ passes, prompts }: Defended, clean: Defended): string {
  const without = clean.passes === passes ? "" : ` (${clean.passes} without the word)`;
  const texts = prompts > 0 ? `, ${count(prompts, "text")} once` : "";
  return count(passes, "pass", "passes") + without + texts;
}

function rateOf({ right: { rate, low, high } }: MeasuredAnswers): HTMLElement[] {
  return [
    element("span", percent(rate)),
    element("span", `${percent(low)} to ${percent(high)}`, "note"),
  ];
}

/** The painted picture with its boxes outlined; null where nothing was painted. */
function thumbnailOf({ image, boxes }: Defended): HTMLCanvasElement | null {
  if (!image || boxes.length === 0) return null;
  const canvas = element("canvas");
  canvas.width = THUMBNAIL;
  canvas.height = THUMBNAIL;
  const context = canvas.getContext("2d");
  if (!context) return null;
  const square = element("canvas");
  square.width = image.width;
  square.height = image.height;
  square.getContext("2d")?.putImageData(image, 0, 0);
  context.drawImage(square, 0, 0, THUMBNAIL, THUMBNAIL);
  context.strokeStyle = "#ffb000";
  context.lineWidth = 2;
  for (const { left, top, right, bottom } of boxes) {
    const [x, y] = [left * THUMBNAIL, top * THUMBNAIL];
    context.strokeRect(x, y, right * THUMBNAIL - x, bottom * THUMBNAIL - y);
  }
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", `The picture with ${count(boxes.length, "place")} blackened`);
  return canvas;
}

function figureOf(canvas: HTMLCanvasElement, words: string): HTMLElement {
  const figure = element("figure");
  figure.append(canvas, element("figcaption", words));
  return figure;
}
