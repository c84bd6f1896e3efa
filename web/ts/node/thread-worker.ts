/** A thread of Node.js that the client takes for a browser's worker. */

import { Worker } from "node:worker_threads";
import type { WorkerLike } from "../shared/host.js";
import type { FromWorker, ToWorker } from "../shared/protocol.js";

/** A worker thread; it keeps the process alive as long as a call is unanswered, and no longer. */
export class ThreadWorker implements WorkerLike {
  onmessage: WorkerLike["onmessage"] = null;
  onmessageerror: WorkerLike["onmessageerror"] = null;
  onerror: WorkerLike["onerror"] = null;

  readonly #thread: Worker;
  /** The calls that someone waits for. */
  readonly #unanswered = new Set<number>();

  /** Starts the thread of that module: a path, or a `file:` URL. */
  constructor(workerUrl: string | URL) {
    this.#thread = new Worker(workerUrl, { name: "glimpse" });
    this.#thread.unref();
    this.#thread.on("message", (data: FromWorker) => this.#receive(data));
    this.#thread.on("messageerror", (error) => this.onmessageerror?.(event(error)));
    this.#thread.on("error", (error) => this.onerror?.(event(error)));
    this.#thread.on("exit", () => this.onerror?.(event(new Error("the worker thread ended"))));
  }

  postMessage(message: ToWorker, transfer: Transferable[]): void {
    this.#thread.postMessage(message, transfer as never);
    if (message.type === "cancel") this.#answered(message.id);
    else {
      this.#unanswered.add(message.id);
      this.#thread.ref();
    }
  }

  terminate(): void {
    this.onmessage = this.onmessageerror = this.onerror = null;
    void this.#thread.terminate();
  }

  #receive(data: FromWorker): void {
    this.onmessage?.(new MessageEvent("message", { data }));
    if ("id" in data && data.type !== "progress") this.#answered(data.id);
  }

  #answered(id: number): void {
    this.#unanswered.delete(id);
    if (this.#unanswered.size === 0) this.#thread.unref();
  }
}

/** What the client reads of a browser's events. */
function event(error: Error): never {
  const cancelable = new Event("error", { cancelable: true });
  return Object.assign(cancelable, { error, message: error.message }) as never;
}
