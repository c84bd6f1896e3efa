/** The attributes of `<score-bars>` as properties: each is the same word in both places. */

import type { BarsOrder, BarsState } from "./bars-events.js";
import { ElementBase } from "./element.js";
import type { Unit } from "./figures.js";

const STATES: readonly string[] = ["loading", "ready", "working", "error"] satisfies BarsState[];

/** What `<score-bars>` stands on. */
export class BarsAttributes extends ElementBase {
  /** One of the four states; the same as the attribute. */
  get state(): BarsState {
    const state = this.getAttribute("state") ?? "";
    return STATES.includes(state) ? (state as BarsState) : "ready";
  }
  set state(state: BarsState) {
    if (this.getAttribute("state") !== state) this.setAttribute("state", state);
  }

  /** What the numbers say; the same as the attribute. */
  get unit(): Unit {
    const unit = this.getAttribute("unit");
    return unit === "cosine" || unit === "logit" ? unit : "probability";
  }
  set unit(unit: Unit) {
    if (this.unit !== unit) this.setAttribute("unit", unit);
  }

  /** How the rows are ordered; the same as the attribute. */
  get order(): BarsOrder {
    return this.getAttribute("order") === "manual" ? "manual" : "score";
  }
  set order(order: BarsOrder) {
    if (this.order !== order) this.setAttribute("order", order);
  }

  /** Whether "none of these" is ticked, or null where there is no such row; the same as the attribute. */
  get noneOfThese(): boolean | null {
    const word = this.getAttribute("none-of-these");
    return word === null ? null : word !== "off";
  }
  set noneOfThese(on: boolean | null) {
    if (on === this.noneOfThese) return;
    if (on === null) this.removeAttribute("none-of-these");
    else this.setAttribute("none-of-these", on ? "on" : "off");
  }
}
