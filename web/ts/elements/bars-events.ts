/** What `<score-bars>` can be told and what it tells: its words and its events' details. */

/** What `labelschange` carries. */
export interface LabelsChange {
  /** Every label that is not empty, in the order of the rows. */
  labels: string[];
}

/** What `orderchange` carries. */
export interface OrderChange {
  /** The order from now on. */
  order: BarsOrder;
}

/** What `nonechange` carries. */
export interface NoneChange {
  /** Whether the box for "none of these" is ticked now. */
  on: boolean;
}

/** Rows sorted by their scores, or as they were typed and moved by hand. */
export type BarsOrder = "score" | "manual";

/** The element's four states. `loading` hides the numbers, `error` greys them out. */
export type BarsState = "loading" | "ready" | "working" | "error";
