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

/**
 * The labels in a text that is pasted into a label's field, as `split` reads them. A single line is read as a list only where
 * it takes the place of all that is there.
 */
export function labelsPastedInto(
  { value, selectionStart, selectionEnd }: HTMLInputElement,
  text: string,
  split: (text: string) => readonly string[],
): readonly string[] {
  const whole = (selectionEnd ?? 0) - (selectionStart ?? 0) === value.length;
  return whole || /[\r\n]/.test(text.trim()) ? split(text) : [];
}
