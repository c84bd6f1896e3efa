/** Puts the rows of `<score-bars>` in another order: by their scores, or one of them to another place. */

import type { ScoreRow } from "./score-row.js";

/** The rows by their scores, best first; those without one stay behind, as they are. */
export function byScore(rows: readonly ScoreRow[]): ScoreRow[] {
  return [...rows].sort((one, other) => (other.score?.score ?? -1) - (one.score?.score ?? -1));
}

/**
 * The rows with the one at `from` at `to`. In the document it is the rows that it passes which go to its other side: so it keeps
 * its focus and the pointer that holds it.
 */
export function moved(rows: readonly ScoreRow[], from: number, to: number): ScoreRow[] {
  const order = [...rows];
  const row = rows[from];
  if (!row) return order;
  const down = to > from;
  const passed = rows.slice(down ? from + 1 : to, down ? to + 1 : from);
  const elements = passed.map(({ element }) => element);
  if (down) row.element.before(...elements);
  else row.element.after(...elements);
  order.splice(to, 0, ...order.splice(from, 1));
  return order;
}
