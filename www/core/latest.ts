/** Latest wins: work that begins ends the work of the same kind that began before it. */

/** One kind of work, of which only the newest run counts. */
export class Latest {
  #controller = new AbortController();

  /** The signal of the newest run. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Begins a run: aborts the one before, and gives the new one's signal, which fires once it is overtaken or stopped. */
  begin(): AbortSignal {
    this.#controller.abort();
    this.#controller = new AbortController();
    return this.#controller.signal;
  }

  /** Aborts the newest run; nothing takes its place. */
  stop(): void {
    this.#controller.abort();
  }
}
