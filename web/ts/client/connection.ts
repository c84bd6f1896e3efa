/** A worker's client side: calls are posted as messages, answers resolve their promises, a crash rejects them all. */

import { abortError } from "../shared/abort.js";
import { GlimpseError, type PlainError } from "../shared/errors.js";
import { type WorkerLike, host } from "../shared/host.js";
import type { Calls, CallTable, FromWorker, ToWorker } from "../shared/protocol.js";
import type { ClassifierInfo, Progress } from "../shared/types.js";

/** The worker is unusable: its Rust code panicked, or the GPU was lost. The client may start another. */
export class WorkerCrash extends Error {
  /** `onGpu`: the GPU was at work in it, so that the CPU may fare better; `gpuLost`: so may the GPU, opened anew. */
  constructor(
    readonly error: PlainError,
    readonly onGpu: boolean,
    readonly gpuLost: boolean,
  ) {
    super(error.message);
  }
}

/** Only a document can draw the picture that was sent. */
export class NeedsDrawing extends Error {
  constructor(readonly format: string) {
    super(`${format} must be drawn by the page`);
  }
}

/** What a call may carry beside its fields. */
export interface CallOptions {
  readonly transfer?: Transferable[];
  readonly signal?: AbortSignal | undefined;
}

/** What a worker tells beside its answers. */
export interface Listeners {
  /** A model loads, for the call that waits for it: what it throws, that call rejects with. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** `info` has changed. */
  readonly onInfo?: ((info: ClassifierInfo) => void) | undefined;
}

interface Pending {
  readonly resolve: (value: never) => void;
  readonly reject: (error: Error) => void;
}

/** A running worker that answers the calls of `Table`. */
export class WorkerConnection<Table extends CallTable<Table> = Calls> {
  readonly #worker: WorkerLike;
  readonly #listeners: Listeners;
  readonly #pending = new Map<number, Pending>();
  #nextId = 0;
  #started = false;
  /** Why calls are refused; null while they are not. */
  #closed: Error | null = null;

  constructor(workerUrl: string | URL | undefined, listeners: Listeners = {}) {
    this.#listeners = listeners;
    this.#worker = startWorker(workerUrl);
    this.#worker.onmessage = ({ data }: MessageEvent<FromWorker>) => this.#receive(data);
    this.#worker.onmessageerror = () => this.#crash("an answer of the worker could not be read");
    this.#worker.onerror = (event) => {
      event.preventDefault();
      if (this.#started) this.#crash(event.message || "the worker stopped");
      else this.close(couldNotStart(workerUrl, event.message));
    };
  }

  /** What the worker died of; null while it lives. */
  get crash(): WorkerCrash | null {
    return this.#closed instanceof WorkerCrash ? this.#closed : null;
  }

  /** Whether it takes no call any more: it was closed, has crashed, or could not be started. */
  get closed(): boolean {
    return this.#closed !== null;
  }

  /** Calls the worker. Rejects with {@link GlimpseError}, {@link WorkerCrash} or {@link NeedsDrawing}. */
  call<Name extends keyof Table & string>(
    type: Name,
    ask: Table[Name]["ask"],
    { transfer = [], signal }: CallOptions = {},
  ): Promise<Table[Name]["answer"]> {
    if (this.#closed) return Promise.reject(this.#closed);
    if (signal?.aborted) return Promise.reject(abortError(signal));
    const id = this.#nextId++;
    return new Promise<Table[Name]["answer"]>((resolve, reject) => {
      const onAbort = () => {
        this.#pending.delete(id);
        this.#post({ type: "cancel", id });
        reject(abortError(signal));
      };
      const settled = () => signal?.removeEventListener("abort", onAbort);
      this.#pending.set(id, {
        resolve: (value) => (settled(), resolve(value)),
        reject: (error) => (settled(), reject(error)),
      });
      signal?.addEventListener("abort", onAbort, { once: true });
      try {
        this.#post({ ...ask, type, id }, transfer);
      } catch (error) {
        this.#pending.delete(id);
        settled();
        reject(error as Error);
      }
    });
  }

  /** Ends the worker; calls that wait for it, and later ones, reject with `error`. */
  close(error: Error): void {
    if (this.#closed) return;
    this.#closed = error;
    this.#worker.terminate();
    for (const { reject } of this.#pending.values()) reject(error);
    this.#pending.clear();
  }

  #post(message: ToWorker, transfer: Transferable[] = []): void {
    this.#worker.postMessage(message, transfer);
  }

  #crash(message: string): void {
    this.close(new WorkerCrash({ code: "device-lost", message }, false, false));
  }

  #receive(message: FromWorker): void {
    if (message.type === "started") {
      this.#started = true;
      return;
    }
    if (message.type === "info") {
      this.#listeners.onInfo?.(message.info);
      return;
    }
    if (message.type === "crashed") {
      this.close(new WorkerCrash(message.error, message.onGpu, message.gpuLost));
      return;
    }
    // An aborted call's answer still arrives; nobody waits for it.
    const pending = this.#pending.get(message.id);
    if (!pending) return;
    if (message.type === "progress") {
      try {
        this.#listeners.onProgress?.(message.progress);
      } catch (error) {
        // Rethrown here it would be an uncaught exception, which ends a Node.js process.
        this.#pending.delete(message.id);
        this.#post({ type: "cancel", id: message.id });
        pending.reject(error as Error);
      }
      return;
    }
    this.#pending.delete(message.id);
    if (message.type === "done") pending.resolve(message.value as never);
    else if (message.type === "draw") pending.reject(new NeedsDrawing(message.format));
    else pending.reject(new GlimpseError(message.error.code, message.error.message));
  }
}

function startWorker(workerUrl: string | URL | undefined): WorkerLike {
  if (host.startWorker) return host.startWorker(workerUrl);
  if (typeof Worker === "undefined") {
    throw new GlimpseError(
      "device-lost",
      "Glimpse runs in a browser's page or worker, or in Node.js; there is no Worker here",
    );
  }
  try {
    // Bundlers look for exactly this expression; in `dist/` this module lies beside worker.js.
    if (workerUrl === undefined) {
      return new Worker(new URL("./worker.js", import.meta.url), {
        type: "module",
        name: "glimpse",
      });
    }
    const url = new URL(workerUrl, host.baseUrl());
    return isElsewhere(url)
      ? importingWorker(url)
      : new Worker(url, { type: "module", name: "glimpse" });
  } catch (error) {
    throw couldNotStart(workerUrl, error instanceof Error ? error.message : String(error));
  }
}

/** Whether browsers refuse to start a worker from there. */
function isElsewhere({ protocol, origin }: URL): boolean {
  return /^https?:$/.test(protocol) && origin !== location.origin;
}

/** A worker of the page's own origin that does nothing but import the script from another, as CORS lets it. */
function importingWorker(url: URL): Worker {
  const script = new Blob([`import ${JSON.stringify(url.href)};`], { type: "text/javascript" });
  const here = URL.createObjectURL(script);
  try {
    return new Worker(here, { type: "module", name: "glimpse" });
  } finally {
    // The worker has its own hold on the script by then.
    URL.revokeObjectURL(here);
  }
}

function couldNotStart(workerUrl: string | URL | undefined, detail: string): GlimpseError {
  const where = workerUrl === undefined ? "worker.js" : String(workerUrl);
  return new GlimpseError(
    "network",
    `the worker (${where}) could not be started${detail ? `: ${detail}` : ""}; it must be served as JavaScript from the ` +
      "page's origin, together with glimpse.js beside it, or from another by CORS, and the page's CSP must allow it " +
      "(worker-src, script-src; for another origin worker-src must name it and blob:)",
  );
}
