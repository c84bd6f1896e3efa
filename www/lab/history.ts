/** Takes back what was done to the word on the picture, and the picture with it where an example brought another. */

import type { Lab, LabState } from "./lab.js";
import type { LabSpec } from "./spec.js";

/** Changes of the same kind that follow each other faster than this are one: a drag, a word that is typed. In milliseconds. */
const ONE_CHANGE = 800;
const MOST = 100;
/** The fields that a gesture changes, one or several at a time. */
const PLACE: readonly string[] = ["x", "y", "height", "rotation"] satisfies (keyof LabSpec)[];

/** What is taken back at once: what the lab had before, and what else was done. */
interface Step {
  before: Partial<LabState>;
  back?: () => void;
}

/** The undo history of the lab. */
export class LabHistory {
  readonly #lab: Lab;
  readonly #changed: () => void;
  readonly #steps: Step[] = [];
  #last = { what: "", at: -Infinity };
  /** While a step is made or taken back, its changes are no steps of their own. */
  #stepping = false;

  /** `changed` is called whenever {@link canUndo} may have changed. */
  constructor(lab: Lab, changed: () => void) {
    this.#lab = lab;
    this.#changed = changed;
    lab.subscribe((now, before) => {
      if (now.spec === before.spec || this.#stepping) return;
      const what = changedFields(now.spec, before.spec);
      const at = performance.now();
      const goesOn = what === this.#last.what && at - this.#last.at < ONE_CHANGE;
      this.#last = { what, at };
      if (!goesOn) this.#keep({ before: { spec: before.spec } });
    });
  }

  /** Whether there is anything to take back. */
  get canUndo(): boolean {
    return this.#steps.length > 0;
  }

  /** Makes a change that is taken back together with what `back` takes back. */
  step(change: Pick<LabState, "spec" | "control">, back: () => void): void {
    const { spec, control } = this.#lab.state;
    this.#set(change);
    this.#keep({ before: { spec, control }, back });
  }

  /** Undoes the last step. */
  undo(): void {
    const step = this.#steps.pop();
    if (!step) return;
    step.back?.();
    this.#set(step.before);
    this.#changed();
  }

  #set(change: Partial<LabState>): void {
    this.#stepping = true;
    this.#lab.set(change);
    this.#stepping = false;
    this.#last.at = -Infinity;
  }

  #keep(step: Step): void {
    this.#steps.push(step);
    if (this.#steps.length > MOST) this.#steps.shift();
    this.#changed();
  }
}

function changedFields(now: LabSpec, before: LabSpec): string {
  const fields = (Object.keys(now) as (keyof LabSpec)[]).filter(
    (name) => now[name] !== before[name],
  );
  return [...new Set(fields.map((name) => (PLACE.includes(name) ? "place" : name)))].join();
}
