/** Starts workers and has them load the model that a caller described. */

import { WorkerConnection, WorkerCrash, abortError } from "./connection.js";
import { GlimpseError, type PlainError } from "./errors.js";
import { baseUrl } from "./image-input.js";
import { resolveModel } from "./models.js";
import type { Calls } from "./protocol.js";
import type { ClassifierInfo, CreateOptions } from "./types.js";

/** A worker with a model in it. */
export interface Session {
  readonly connection: WorkerConnection;
  readonly info: ClassifierInfo;
}

/** What a session is started from; kept, for it may have to be started again. */
export interface Setup {
  /** What the worker is asked to load; why the GPU is not to be tried again is noted in it. */
  readonly ask: Calls["create"]["ask"];
  readonly workerUrl: string | URL | undefined;
}

/** What sessions are started from, as the caller described it. */
export function setupOf(options: CreateOptions): Setup {
  return { ask: askOf(options), workerUrl: options.workerUrl };
}

/** What the worker is asked first. */
function askOf({
  model = "mini",
  device = "auto",
  hub,
  wasmUrl,
  cache = true,
  loadTextTower = true,
  tokenRows = "whole",
}: CreateOptions): Calls["create"]["ask"] {
  if (!["auto", "gpu", "cpu"].includes(device)) {
    throw new TypeError(`device must be "auto", "gpu" or "cpu", not "${device}"`);
  }
  if (tokenRows !== "whole" && tokenRows !== "on-demand") {
    throw new TypeError(`tokenRows must be "whole" or "on-demand", not "${tokenRows}"`);
  }
  return {
    source: resolveModel(model, hub),
    device,
    wasmUrl: wasmUrl === undefined ? null : new URL(wasmUrl, baseUrl()).href,
    gpuFailure: null,
    cache,
    loadTextTower,
    tokenRows,
  };
}

/**
 * Starts a worker and has it load the model.
 *
 * @throws WorkerCrash where the worker stops over it
 */
export async function openSession(
  { ask, workerUrl }: Setup,
  { signal, onProgress }: Pick<CreateOptions, "signal" | "onProgress"> = {},
): Promise<Session> {
  if (signal?.aborted) throw abortError(signal);
  const connection = new WorkerConnection(workerUrl);
  try {
    return { connection, info: await connection.call("create", ask, { signal, onProgress }) };
  } catch (error) {
    connection.close(error as Error);
    throw error;
  }
}

/** The public error for a crash that is not recovered from. */
export function final({ code, message }: PlainError): GlimpseError {
  return new GlimpseError(code, `the worker stopped: ${message}`);
}

/** Throws an error on as callers are to see it. */
export function rethrowFinal(error: unknown): never {
  throw error instanceof WorkerCrash ? final(error.error) : error;
}
