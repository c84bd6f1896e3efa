/** A worker without a model, for what needs none: started by the first call, shared by all, ended when none has come for a while. */

import { WorkerConnection } from "../../client/connection.js";
import { rethrowFatal } from "../../client/session.js";
import { abortError, untilAborted } from "../../shared/abort.js";
import { GlimpseError } from "../../shared/errors.js";
import { baseUrl } from "../../shared/urls.js";
import type { LabCalls } from "../shared/calls.js";
import type { LabConnection } from "./lab-access.js";

/** How long it waits for the next call, in milliseconds. */
const IDLE = 30_000;

/** Which worker, and until when. */
interface ModellessOptions {
  readonly wasmUrl: string | URL | undefined;
  readonly workerUrl: string | URL | undefined;
  readonly signal: AbortSignal | undefined;
}

/** A worker that runs, and who waits for it. */
interface Shared {
  readonly connection: LabConnection;
  readonly ready: Promise<unknown>;
  calls: number;
  idle: ReturnType<typeof setTimeout> | undefined;
}

/** By where their files are. */
const workers = /* @__PURE__ */ new Map<string, Shared>();

/** Runs `call` in the shared worker. */
export async function callModelless<T>(
  call: (connection: LabConnection) => Promise<T>,
  { wasmUrl, workerUrl, signal }: ModellessOptions,
): Promise<T> {
  if (signal?.aborted) throw abortError(signal);
  const wasm = wasmUrl === undefined ? null : new URL(wasmUrl, baseUrl()).href;
  const key = JSON.stringify([wasm, workerUrl === undefined ? null : String(workerUrl)]);
  const shared = workers.get(key) ?? start(wasm, workerUrl);
  workers.set(key, shared);
  clearTimeout(shared.idle);
  shared.calls += 1;
  try {
    await untilAborted(shared.ready, signal);
    return await untilAborted(call(shared.connection), signal);
  } catch (error) {
    // What could not be started, or crashed, is started anew by the next call.
    if (shared.connection.closed && workers.get(key) === shared) workers.delete(key);
    return rethrowFatal(error);
  } finally {
    shared.calls -= 1;
    if (shared.calls === 0) shared.idle = later(() => end(key, shared));
  }
}

function start(wasmUrl: string | null, workerUrl: string | URL | undefined): Shared {
  const connection = new WorkerConnection<LabCalls>(workerUrl);
  const ready = connection.call("prepare", { wasmUrl });
  // Whoever waits for it is told; where nobody does any more, it is nobody's.
  ready.catch((error: Error) => connection.close(error));
  return { connection, ready, calls: 0, idle: undefined };
}

function end(key: string, shared: Shared): void {
  if (workers.get(key) === shared) workers.delete(key);
  shared.connection.close(new GlimpseError("aborted", "nobody had asked this worker for a while"));
}

/** Runs `work` after the idle time; in Node.js without keeping the process alive for it. */
function later(work: () => void): ReturnType<typeof setTimeout> {
  const timer = setTimeout(work, IDLE);
  (timer as { unref?: () => void }).unref?.();
  return timer;
}
