/** Tells what ended the wasm module, and the loaded model with it, from what failed for one call alone. */

import { GlimpseError } from "../shared/errors.js";

/**
 * True where the wasm module itself stopped: it trapped, or its stack overflowed. Engines report the latter as a RangeError
 * (Firefox: an InternalError) with wasm's functions on its stack; in JavaScript's own functions it would end one call only.
 */
export function isTrap(error: unknown): boolean {
  if (error instanceof WebAssembly.RuntimeError) return true;
  return isStackOverflow(error) && /wasm-function/.test((error as Error).stack ?? "");
}

/** The error for a JavaScript array, buffer or canvas that got no memory, of which RangeErrors tell; null for other errors. */
export function allocationFailure(error: unknown): GlimpseError | null {
  if (!(error instanceof RangeError) || isStackOverflow(error)) return null;
  return new GlimpseError(
    "out-of-memory",
    `the browser gave no memory for this (${error.message}); try a smaller picture, or close other pages`,
  );
}

function isStackOverflow(error: unknown): boolean {
  return error instanceof Error && /call stack size|too much recursion/i.test(error.message);
}
