/** Writes the gallery's scores as a table or as JSON. */

import type { ClassifierInfo } from "glimpse-clip";
import Papa from "papaparse";
import type { Item } from "./gallery.js";

/** One line a picture: its name, the best label and its probability, every label's probability, and what went wrong. */
export function csvOf(items: readonly Item[], labels: readonly string[]): string {
  const known = items.flatMap(({ scores }) => scores?.map(({ label }) => label) ?? []);
  const columns = [...new Set([...labels, ...known])];
  const data = items.map(({ name, scores, error }) => {
    const of = new Map(scores?.map(({ label, score }) => [label, score]));
    const numbers = columns.map((label) => of.get(label) ?? "");
    const best = scores?.[0];
    return [name, best?.label ?? "", best?.score ?? "", ...numbers, error?.detail ?? ""];
  });
  const fields = ["file", "best label", "probability", ...columns, "error"];
  // Spreadsheets run what begins with "=": such a name gets an apostrophe. They also want the mark in front to see UTF-8.
  return `\uFEFF${Papa.unparse({ fields, data }, { escapeFormulae: true })}\r\n`;
}

/** The same objects that `glimpse classify --json` prints. */
export function jsonOf(items: readonly Item[], info: ClassifierInfo | null): string {
  const objects = items.map(({ name: image, scores, error }) => {
    if (error) return { image, error: { kind: error.code, message: error.detail } };
    return { image, model: info?.model, device: info?.device, scores: scores ?? [] };
  });
  return `${JSON.stringify(objects, null, 2)}\n`;
}
