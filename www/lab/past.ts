/** Takes back what was done to the label on the picture. */

import type { Lab } from "./lab.js";
import type { LabSpec } from "./spec.js";

/** Changes that follow each other faster than this are one: a drag, a word that is typed. In milliseconds. */
const ONE_CHANGE = 800;
const MOST = 100;

/** The label's past. */
export class Past {
  readonly #lab: Lab;
  readonly #specs: LabSpec[] = [];
  #at = -Infinity;
  #returning = false;

  /** `changed` is called whenever {@link canUndo} may have changed. */
  constructor(lab: Lab, changed: () => void) {
    this.#lab = lab;
    lab.subscribe((now, before) => {
      if (now.spec === before.spec || this.#returning) return;
      const goesOn = performance.now() - this.#at < ONE_CHANGE;
      this.#at = performance.now();
      if (goesOn) return;
      this.#specs.push(before.spec);
      if (this.#specs.length > MOST) this.#specs.shift();
      changed();
    });
    this.undo = () => {
      const spec = this.#specs.pop();
      if (!spec) return;
      this.#returning = true;
      this.#lab.set({ spec });
      this.#returning = false;
      this.#at = -Infinity;
      changed();
    };
  }

  /** Whether there is anything to take back. */
  get canUndo(): boolean {
    return this.#specs.length > 0;
  }

  /** Goes one change back. */
  readonly undo: () => void;
}
