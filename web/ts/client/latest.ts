/** "Latest wins", in both of its forms: new work aborts what is under way, or takes the place of what waits behind it. */

import { abortError } from "../shared/abort.js";
import { GlimpseError } from "../shared/errors.js";

/** One piece of work at a time: new work aborts the work before it. */
export class LatestCall {
  #current = new AbortController();

  /** What `work` gives; null where newer work came, or {@link stop} was called, before it was done. */
  async run<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T | null> {
    this.stop();
    const { signal } = (this.#current = new AbortController());
    try {
      return await work(signal);
    } catch (error) {
      if (signal.aborted) return null;
      throw error;
    }
  }

  /** Aborts the work under way. */
  stop(): void {
    this.#current.abort();
  }
}

interface Waiting {
  readonly start: () => void;
  readonly giveUp: (error: GlimpseError) => void;
}

/** One piece of work at a time, which is let finish, and at most one that waits: the latest. */
export class LatestQueue {
  #busy = false;
  #waiting: Waiting | null = null;

  /**
   * Runs `work` when the work before it is done; rejects with `aborted` if a newer one comes before that. `signal` gives up
   * the waiting; work that has begun looks after its own.
   */
  run<T>(work: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    if (signal?.aborted) return Promise.reject(abortError(signal));
    if (!this.#busy) return this.#perform(work);
    this.#waiting?.giveUp(
      new GlimpseError("aborted", 'a newer call with queue: "newest" took the place of this one'),
    );
    return new Promise((resolve, reject) => {
      const stop = () => waiting.giveUp(abortError(signal));
      const leave = () => {
        signal?.removeEventListener("abort", stop);
        if (this.#waiting === waiting) this.#waiting = null;
      };
      const waiting: Waiting = {
        start: () => (leave(), this.#perform(work).then(resolve, reject)),
        giveUp: (error) => (leave(), reject(error)),
      };
      signal?.addEventListener("abort", stop, { once: true });
      this.#waiting = waiting;
    });
  }

  async #perform<T>(work: () => Promise<T>): Promise<T> {
    this.#busy = true;
    try {
      return await work();
    } finally {
      this.#busy = false;
      this.#waiting?.start();
    }
  }
}
