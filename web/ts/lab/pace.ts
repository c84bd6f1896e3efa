/** How much a worker is asked for at once: as much as it does while nobody notices that others wait. */

/** How long a step may take, in milliseconds: a label that is dragged meanwhile still moves. */
export const STEP = 80;

/** Sizes the steps of long work by how long the ones before took. */
export class Pace {
  /** How many pieces the next step should have. */
  next = 1;

  /** Runs a step of {@link next} pieces, and sizes the one after it; at most four times as many, for a pause is no pace. */
  async timed<T>(step: () => Promise<T>): Promise<T> {
    const start = performance.now();
    const result = await step();
    const each = (performance.now() - start) / this.next;
    this.next = Math.max(1, Math.min(Math.floor(STEP / each), this.next * 4));
    return result;
  }
}
