/** Takes the client's messages one at a time and answers each with its handler. */

import { GlimpseError, type PlainError, messageOf, toPlainError } from "../shared/errors.js";
import type { CallMessage, FromWorker, ToWorker } from "../shared/protocol.js";
import type { Progress } from "../shared/types.js";
import { NeedsDocument } from "./decoding.js";
import { Engine } from "./engine.js";
import type { Answer, WorkerState } from "./handlers.js";
import type { CallContext } from "./model-choice.js";
import { allocationFailure, isTrap } from "./traps.js";
import { lastPanic } from "./wasm.js";

/** What this file uses of the worker's global scope, which TypeScript's DOM types do not know. */
interface WorkerScope {
  postMessage(message: FromWorker, transfer?: Transferable[]): void;
  addEventListener<E extends Event>(type: string, listener: (event: E) => void): void;
}

/** Progress is posted at most this often, in milliseconds, but for a change of phase or file. */
const PROGRESS_INTERVAL = 50;

/** Handlers of whatever tables, by the names of their calls. */
type AnyHandlers = Readonly<
  Record<string, (ask: never, context: CallContext, state: WorkerState) => Promise<Answer<unknown>>>
>;

const scope = self as unknown as WorkerScope;
const waiting: CallMessage[] = [];
let handlers: AnyHandlers = {};
let working = false;
/** The call at work, if its caller has not given it up; `ending` fires when that happens. */
let current: { readonly id: number; readonly ending: AbortController } | null = null;
const state: WorkerState = {
  engine: null,
  listener: {
    onGpuFailure: ({ lost, ...error }) => crashWith(error, lost),
    onInfo: (info) => scope.postMessage({ type: "info", info }),
  },
};

/** Begins to listen. Called once, by the worker's entry. */
export function answerCalls(known: AnyHandlers): void {
  handlers = known;
  scope.addEventListener("message", ({ data }: MessageEvent<ToWorker>) => {
    if (data.type === "cancel") cancel(data.id);
    else {
      waiting.push(data);
      if (!working) void work();
    }
  });
  // A panic in Rust ends in a trap inside a microtask: no promise rejects, only these events tell.
  scope.addEventListener("error", (event: ErrorEvent) => {
    event.preventDefault();
    crash(event.error ?? event.message);
  });
  scope.addEventListener("unhandledrejection", (event: PromiseRejectionEvent) => {
    event.preventDefault();
    crash(event.reason);
  });
  scope.postMessage({ type: "started" });
}

async function work(): Promise<void> {
  working = true;
  for (let call = waiting.shift(); call; call = waiting.shift()) {
    const ending = new AbortController();
    current = { id: call.id, ending };
    await answer(call, ending.signal);
  }
  current = null;
  working = false;
}

function cancel(id: number): void {
  const index = waiting.findIndex((call) => call.id === id);
  if (index >= 0) waiting.splice(index, 1);
  if (current?.id !== id) return;
  // A picture's server that does not answer would keep every later call waiting.
  current.ending.abort();
  current = null;
}

async function answer(call: CallMessage, signal: AbortSignal): Promise<void> {
  const { id, type } = call;
  try {
    const handler = handlers[type];
    if (!handler) throw new GlimpseError("device-lost", `the worker knows no call "${type}"`);
    const context: CallContext = { signal, onProgress: throttled(id) };
    const { value, transfer = [] } = await handler(call as never, context, state);
    scope.postMessage({ type: "done", id, value }, transfer);
  } catch (error) {
    if (error instanceof NeedsDocument) {
      scope.postMessage({ type: "draw", id, format: error.format });
    } else if (isTrap(error)) {
      crash(error);
    } else {
      const failure = toPlainError(allocationFailure(error) ?? error, "device-lost");
      scope.postMessage({ type: "failed", id, error: failure });
    }
  }
}

/** Posts progress, throttled; the last update of an interval is posted at its end, so that a stalled download shows where. */
function throttled(id: number): (progress: Progress) => void {
  let last = -Infinity;
  let lastStep = "";
  let held: ReturnType<typeof setTimeout> | undefined;
  const post = (progress: Progress) => {
    last = performance.now();
    scope.postMessage({ type: "progress", id, progress });
  };
  return (progress) => {
    clearTimeout(held);
    const step = `${progress.phase} ${progress.file}`;
    const wait = last + PROGRESS_INTERVAL - performance.now();
    const ended = progress.loaded === progress.total;
    if (step === lastStep && !ended && wait > 0) held = setTimeout(post, wait, progress);
    else post(progress);
    lastStep = step;
  };
}

function crash(error: unknown): void {
  const panic = lastPanic();
  if (panic !== null) {
    const code = /out of memory|memory allocation|capacity overflow/i.test(panic)
      ? "out-of-memory"
      : "device-lost";
    crashWith({ code, message: panic });
  } else if (isTrap(error)) {
    // A trap without a panic before it: the allocator got no more memory.
    const message = `WebAssembly got no more memory (${messageOf(error)})`;
    crashWith({ code: "out-of-memory", message });
  } else {
    crashWith({ code: "device-lost", message: messageOf(error) });
  }
}

function crashWith(error: PlainError, gpuLost = false): void {
  scope.postMessage({ type: "crashed", error, onGpu: Engine.onGpu, gpuLost });
}
