/** The table of an explanation's parts: for each label what it is made of, the sum, the logit, and how far they are apart. */

import type { Explanation } from "glimpse-clip/lab";
import { element, setText } from "../../core/elements.js";
import { quoted } from "../../core/quote.js";
import { errorOf, logitsOf, type PartRow, rowsOf, sumOf } from "./attribution.js";

/** Fills `table`, and `note` with the error in words. */
export function fillParts(table: HTMLElement, note: HTMLElement, explanation: Explanation): void {
  const { label, against } = explanation;
  const rows = rowsOf(explanation);
  const sum = sumOf(rows);
  const logit = logitsOf(explanation);
  const caption = element("caption", "What the logits are made of");
  const columns = [
    "part",
    quoted(label.label),
    ...(against ? [quoted(against.label), "difference"] : []),
  ];
  const head = element("thead");
  head.append(rowOf(columns.map((words) => headOf(words, "col"))));
  const body = element("tbody");
  body.append(...rows.map(lineOf));
  const foot = element("tfoot");
  foot.append(lineOf(sum), lineOf(logit));
  table.replaceChildren(caption, head, body, foot);
  setText(
    note,
    `Sum and logit are apart by ${small(errorOf(sum, logit))} at most: the error of calculating with 32-bit numbers.`,
  );
}

function lineOf(row: PartRow): HTMLTableRowElement {
  const head = headOf(row.name, "row");
  head.append(" ", element("span", row.what, "note"));
  const numbers = [row.label, row.against, row.difference].filter((number) => number !== null);
  const line = rowOf([head, ...numbers.map((number) => element("td", signed(number)))]);
  line.dataset["part"] = row.name.toLowerCase().replaceAll(" ", "-");
  return line;
}

function rowOf(cells: readonly HTMLElement[]): HTMLTableRowElement {
  const row = element("tr");
  row.append(...cells);
  return row;
}

function headOf(words: string, scope: "col" | "row"): HTMLTableCellElement {
  const head = element("th", words);
  head.scope = scope;
  return head;
}

/** Three digits behind the point, and a real minus. */
function signed(number: number): string {
  return number.toFixed(3).replace("-", "\u2212");
}

/** A number near 0 in powers of ten: `3.1 × 10⁻⁶`. */
function small(number: number): string {
  if (number === 0) return "0";
  if (number >= 0.001) return number.toPrecision(2);
  const [digits = "", power = ""] = number.toExponential(1).split("e");
  const raised = [...power].map((digit) => RAISED[digit] ?? digit).join("");
  return `${digits} × 10${raised}`;
}

const RAISED: Record<string, string> = {
  "-": "⁻",
  "+": "",
  "0": "⁰",
  "1": "¹",
  "2": "²",
  "3": "³",
  "4": "⁴",
  "5": "⁵",
  "6": "⁶",
  "7": "⁷",
  "8": "⁸",
  "9": "⁹",
};
