/** Reads a pasted text as a list of labels: a label a line, separated by commas, or a column of a table. */

import Papa from "papaparse";

/** What a column of labels may be headed, whatever its case. */
const HEADERS = ["label", "labels", "name", "names", "class", "classes", "class_name", "category"];
const NUMBER = /^-?[\d.,\s]*\d%?$/;

/**
 * The labels in `text`, each once; none where it is no list.
 *
 * A table (from a spreadsheet, or CSV with quotes where a label has a comma) gives its column of labels: the one whose heading
 * says so, else, where one column holds only numbers, the first that does not. A list with commas gives its items, also where it
 * goes on over several lines. Lines of which only some have commas are labels as they stand: "tench, Tinca tinca" is one.
 */
export function labelsInText(text: string): string[] {
  const { data } = Papa.parse<string[]>(text.trim(), {
    skipEmptyLines: "greedy",
    delimitersToGuess: ["\t", ";", ","],
  });
  const rows = data.map((row) => row.map((cell) => cell.trim()));
  const cells = columnOf(rows) ?? (isGrid(rows) ? rows.flat() : linesOf(text));
  const labels = [...new Set(cells)].filter((label) => label !== "");
  return labels.length < 2 ? [] : labels;
}

/** Whether every cell is an item: all rows have as many, or every row but the last goes on after a comma. */
function isGrid(rows: readonly string[][]): boolean {
  const [head] = rows;
  return (
    rows.every((row) => row.length === head?.length) ||
    rows.slice(0, -1).every((row) => row.at(-1) === "")
  );
}

function linesOf(text: string): string[] {
  return text.split(/[\r\n]+/).map((line) => line.trim());
}

/** The column of labels of a table, or null where the rows are no table. */
function columnOf(rows: readonly string[][]): string[] | null {
  const [head = [], ...body] = rows;
  const headed = head.findIndex((cell) => HEADERS.includes(cell.toLowerCase()));
  if (headed >= 0 && body.length > 0) return body.map((row) => row[headed] ?? "");
  if (head.length < 2 || rows.some((row) => row.length !== head.length)) return null;
  const isNumeric = head.map((_, at) => body.every((row) => NUMBER.test(row[at] ?? "")));
  if (body.length === 0 || !isNumeric.includes(true)) return null;
  const at = isNumeric.indexOf(false);
  if (at < 0) return null;
  // The first row is a heading where it has words above the numbers.
  const hasHeading = head.some((cell, index) => isNumeric[index] && !NUMBER.test(cell));
  return (hasHeading ? body : rows).map((row) => row[at] ?? "");
}
