/** Writes the gallery's scores as a table or as JSON. */

import type { ClassifierInfo } from "glimpse-clip";
import Papa from "papaparse";
import type { Item } from "./gallery.js";

/**
 * One line a picture: its name, the model that answered, the best label and its probability, every label's probability, and what went
 * wrong.
 */
export function csvOf(
  items: readonly Item[],
  labels: readonly string[],
  info: ClassifierInfo | null,
): string {
  const known = items.flatMap(({ scores }) => scores?.map(({ label }) => label) ?? []);
  const columns = [...new Set([...labels, ...known])];
  const data = items.map((item) => {
    const { name, scores, error } = item;
    const of = new Map(scores?.map(({ label, score }) => [label, score]));
    const numbers = columns.map((label) => of.get(label) ?? "");
    const best = scores?.[0];
    const model = scores ? modelOf(item, info) : "";
    return [name, model, best?.label ?? "", best?.score ?? "", ...numbers, error?.detail ?? ""];
  });
  const fields = ["file", "model", "best label", "probability", ...columns, "error"];
  // Spreadsheets run what begins with "=": such a name gets an apostrophe. They also want the mark in front to see UTF-8.
  return `\uFEFF${Papa.unparse({ fields, data }, { escapeFormulae: true })}\r\n`;
}

/** The same objects that `glimpse classify --json` prints. */
export function jsonOf(items: readonly Item[], info: ClassifierInfo | null): string {
  const objects = items.map((item) => {
    const { name: image, scores, error } = item;
    if (error) return { image, error: { kind: error.code, message: error.detail } };
    return { image, model: modelOf(item, info), device: info?.device, scores: scores ?? [] };
  });
  return `${JSON.stringify(objects, null, 2)}\n`;
}

/** Under "automatic" each picture has its own. */
function modelOf({ builtIn }: Item, info: ClassifierInfo | null): string | undefined {
  return builtIn ?? info?.model;
}
