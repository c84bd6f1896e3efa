/** Tells a list of labels from a label, where something is pasted. */

/**
 * The labels in a pasted list: one a line. Empty where the text is a single line, for that is a label like any other.
 *
 * A page that wants to read more (commas, a table's column) gives `<score-bars>` a reader of its own.
 */
export function labelsOfLines(text: string): string[] {
  const lines = text.split(/[\r\n]+/).map((line) => line.trim());
  const labels = lines.filter((line) => line !== "");
  return labels.length < 2 ? [] : labels;
}
