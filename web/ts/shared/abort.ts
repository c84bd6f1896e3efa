/** Rejects promises when an AbortSignal fires. */

import { GlimpseError } from "./errors.js";

/**
 * `promise`, or a rejection with code `aborted` as soon as `signal` fires: also where the work is not yet at the worker (a
 * bitmap is being made, a session restarted). What is under way goes on unseen.
 */
export function untilAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(abortError(signal));
    if (signal.aborted) onAbort();
    signal.addEventListener("abort", onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}

/** The error for a call that its caller ended. */
export function abortError(signal: AbortSignal | undefined): GlimpseError {
  return new GlimpseError("aborted", "the caller's AbortSignal ended the call", {
    cause: signal?.reason,
  });
}
