/** Takes back what was done to the label on the picture. */

import type { Lab } from "./lab.js";
import type { LabSpec } from "./spec.js";

/** Changes of the same kind that follow each other faster than this are one: a drag, a word that is typed. In milliseconds. */
const ONE_CHANGE = 800;
const MOST = 100;
/** What hands on the label change, now one, now another. */
const PLACE: readonly string[] = ["x", "y", "height", "rotation"] satisfies (keyof LabSpec)[];

/** The label's past. */
export class Past {
  readonly #lab: Lab;
  readonly #specs: LabSpec[] = [];
  #last = { what: "", at: -Infinity };
  #returning = false;

  /** `changed` is called whenever {@link canUndo} may have changed. */
  constructor(lab: Lab, changed: () => void) {
    this.#lab = lab;
    lab.subscribe((now, before) => {
      if (now.spec === before.spec || this.#returning) return;
      const what = changedFields(now.spec, before.spec);
      const at = performance.now();
      const goesOn = what === this.#last.what && at - this.#last.at < ONE_CHANGE;
      this.#last = { what, at };
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
      this.#last.at = -Infinity;
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

function changedFields(now: LabSpec, before: LabSpec): string {
  const fields = (Object.keys(now) as (keyof LabSpec)[]).filter(
    (name) => now[name] !== before[name],
  );
  return [...new Set(fields.map((name) => (PLACE.includes(name) ? "place" : name)))].join();
}
