/** The one error class of the package, and its stable codes. */

/**
 * What went wrong, as a word that a program can switch on. The words never change; messages may.
 *
 * | code | meaning |
 * |---|---|
 * | `decode` | the picture cannot be read: damaged, empty, of a kind that neither Glimpse nor this browser knows, or no picture at all (`undefined`) |
 * | `too-large` | the picture has more than 100 megapixels |
 * | `unsupported-model` | the folder holds no CLIP model that Glimpse can run, or its files do not fit together; a label pack is another model's; or what is asked for belongs to one model, and `"auto"` is two |
 * | `network` | a file (model, picture, worker or wasm) could not be fetched |
 * | `integrity` | a downloaded file, or a label pack, is cut short or is not what it should be |
 * | `quota` | the browser's storage is full |
 * | `aborted` | your `AbortSignal` fired, a newer call with `queue: "newest"` came, or the classifier was disposed |
 * | `device-lost` | the GPU, or the worker, stopped, and a fresh start did not help |
 * | `no-labels` | there are no labels, one of them is empty, the template lacks `{}`, or the text tower was not loaded |
 * | `out-of-memory` | the browser gave no more memory |
 * | `lettering` | a word cannot be written as asked: it is empty or too long, the font lacks a letter, a size or place is out of range; or a sweep's options or state do not fit |
 */
export type GlimpseErrorCode =
  | "decode"
  | "too-large"
  | "unsupported-model"
  | "network"
  | "integrity"
  | "quota"
  | "aborted"
  | "device-lost"
  | "no-labels"
  | "out-of-memory"
  | "lettering";

/**
 * Everything that Glimpse throws. `message` says what, where and what to do.
 *
 * @example
 * ```ts
 * try {
 *   await classifier.classify(file, labels, { signal });
 * } catch (error) {
 *   if (error instanceof GlimpseError && error.code === "aborted") return;
 *   throw error;
 * }
 * ```
 */
export class GlimpseError extends Error {
  /** A stable word for programs; see {@link GlimpseErrorCode}. */
  readonly code: GlimpseErrorCode;

  constructor(code: GlimpseErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    // An abort carries the name that every AbortSignal-aware caller already looks for.
    this.name = code === "aborted" ? "AbortError" : "GlimpseError";
  }
}

/** An error in the form that crosses a worker border or comes out of the Rust bindings. */
export interface PlainError {
  readonly code: GlimpseErrorCode;
  readonly message: string;
}

/** The plain form of anything that was thrown; what carries no code of ours gets `fallback`. */
export function toPlainError(error: unknown, fallback: GlimpseErrorCode): PlainError {
  if (isPlainError(error)) return { code: error.code, message: error.message };
  return { code: fallback, message: messageOf(error) };
}

/** The text of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function isPlainError(error: unknown): error is PlainError {
  if (typeof error !== "object" || error === null || error instanceof DOMException) return false;
  const { code, message } = error as Record<string, unknown>;
  return typeof code === "string" && typeof message === "string";
}
