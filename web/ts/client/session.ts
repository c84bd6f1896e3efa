/** Starts and restarts a session: a worker with the model that the caller described. */

import { resolveModel } from "../model-files/resolve-model.js";
import { abortError } from "../shared/abort.js";
import { checkBuiltIn } from "../shared/arguments.js";
import { AUTO, type BuiltInName } from "../shared/built-ins.js";
import { GlimpseError, type PlainError } from "../shared/errors.js";
import type { Calls } from "../shared/protocol.js";
import type { ClassifierInfo } from "../shared/types.js";
import { baseUrl } from "../shared/urls.js";
import { WorkerConnection, WorkerCrash } from "./connection.js";
import type { CreateOptions } from "./options.js";

/** A worker with a loaded model, or with two that are loaded lazily. */
export interface Session {
  readonly connection: WorkerConnection;
  /** As the worker told it last. */
  info: ClassifierInfo;
}

/** What a session is started, and after a crash restarted, from. */
export interface Setup {
  /** What the worker is asked to load; why the GPU is not to be tried again is noted in it. */
  readonly ask: Calls["create"]["ask"];
  readonly workerUrl: string | URL | undefined;
  readonly onProgress: CreateOptions["onProgress"];
  /** Whether a GPU that was lost has been opened anew: the next time it is left for the CPU. */
  gpuReopened: boolean;
}

/** What sessions are started from, as the caller described it. */
export function setupOf(options: CreateOptions): Setup {
  const { workerUrl, onProgress } = options;
  return { ask: askOf(options), workerUrl, onProgress, gpuReopened: false };
}

/** What the worker is asked first. */
function askOf({
  model = AUTO,
  preload = [],
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
  if (model === AUTO && !loadTextTower) {
    throw new GlimpseError(
      "unsupported-model",
      "without the text tower labels come as packs, and a pack belongs to one model: name that, as in " +
        '{ model: "mini-photo", loadTextTower: false }',
    );
  }
  return {
    source: resolveModel(model, hub),
    preload: namesOf(preload),
    device,
    wasmUrl: wasmUrl === undefined ? null : new URL(wasmUrl, baseUrl()).href,
    gpuFailure: null,
    cache,
    loadTextTower,
    tokenRows,
  };
}

/** @throws TypeError unless all of them are built-in models' names */
function namesOf(preload: NonNullable<CreateOptions["preload"]>): BuiltInName[] {
  const names = typeof preload === "object" ? [...preload] : [preload];
  for (const name of names) checkBuiltIn(name, "preload");
  return [...new Set(names)];
}

/** Starts a worker and has it load the model; where the GPU fails on the way, again as {@link noteGpuCrash} says. */
export async function openSession(setup: Setup, signal?: AbortSignal): Promise<Session> {
  for (;;) {
    const triedCpu = setup.ask.gpuFailure !== null;
    try {
      return await startSession(setup, signal);
    } catch (error) {
      // On the CPU it would end the same way, most likely for want of memory.
      if (!(error instanceof WorkerCrash && error.onGpu) || triedCpu) return rethrowFatal(error);
      noteGpuCrash(setup, error);
    }
  }
}

/** Has the next session open a GPU anew that was lost for the first time, and leave one that failed otherwise, or again, for the CPU. */
export function noteGpuCrash(setup: Setup, { gpuLost, message }: WorkerCrash): void {
  if (gpuLost && !setup.gpuReopened) setup.gpuReopened = true;
  else setup.ask.gpuFailure ??= message;
}

async function startSession(
  { ask, workerUrl, onProgress }: Setup,
  signal: AbortSignal | undefined,
): Promise<Session> {
  if (signal?.aborted) throw abortError(signal);
  let session: Session | null = null;
  const onInfo = (info: ClassifierInfo) => {
    if (session) session.info = info;
  };
  const connection = new WorkerConnection(workerUrl, { onProgress, onInfo });
  try {
    session = { connection, info: await connection.call("create", ask, { signal }) };
    return session;
  } catch (error) {
    connection.close(error as Error);
    throw error;
  }
}

/** The public error for a crash that is not recovered from. */
export function fatalError({ code, message }: PlainError): GlimpseError {
  return new GlimpseError(code, `the worker stopped: ${message}`);
}

/** Rethrows an error in its public form. */
export function rethrowFatal(error: unknown): never {
  throw error instanceof WorkerCrash ? fatalError(error.error) : error;
}
