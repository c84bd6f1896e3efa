/** Starts the WebAssembly module in the worker, and keeps what a panic in it said. */

import init, { installPanicHook } from "#glimpse";
import { GlimpseError, toPlainError } from "../shared/errors.js";

let panic: string | null = null;

/** The message of the panic that ended the Rust code, if one did. */
export function lastPanic(): string | null {
  return panic;
}

/** Starts the module; a second time gives the one that runs. */
export async function startWasm(wasmUrl: string | null): Promise<{ memory: WebAssembly.Memory }> {
  try {
    const wasm = await (wasmUrl === null ? init() : init({ module_or_path: wasmUrl }));
    installPanicHook((message: string) => (panic = message));
    return wasm;
  } catch (error) {
    throw new GlimpseError(
      "network",
      `the WebAssembly module (${wasmUrl ?? "glimpse_bg.wasm"}) could not be started: ${toPlainError(error, "network").message}; ` +
        "it must be served beside the worker or named by wasmUrl, and the page's CSP must allow 'wasm-unsafe-eval'",
    );
  }
}
