// A worker that answers as it is told, for what the client does without one: shares it, ends it, goes on after it was lost.
import { setHost } from "../../web/build/shared/host.js";

/**
 * Has the package start pretended workers. `answer(message, worker)` gives the value to answer with, or a promise of it;
 * what it throws is the answer's error, and `worker.crash()` loses the worker instead. Gives all workers that were started.
 */
export function pretendWorkers(answer) {
  const workers = [];
  setHost({
    baseUrl: () => "https://page.example/",
    fetch: () => Promise.reject(new Error("nothing is fetched here")),
    startWorker: () => {
      const worker = new PretendWorker(answer, workers.length);
      workers.push(worker);
      return worker;
    },
  });
  return workers;
}

class PretendWorker {
  onmessage = null;
  onmessageerror = null;
  onerror = null;
  ended = false;
  /** Every message that it got. */
  messages = [];

  constructor(answer, number) {
    this.answer = answer;
    this.number = number;
    queueMicrotask(() => this.tell({ type: "started" }));
  }

  postMessage(message) {
    this.messages.push(message);
    if (message.type !== "cancel") void this.work(message);
  }

  async work(message) {
    const { id } = message;
    try {
      const value = await this.answer(message, this);
      if (!this.lost) this.tell({ type: "done", id, value });
    } catch ({ code = "device-lost", message: text }) {
      this.tell({ type: "failed", id, error: { code, message: text } });
    }
  }

  crash() {
    this.lost = true;
    const error = { code: "device-lost", message: "gone" };
    this.tell({ type: "crashed", error, onGpu: true, gpuLost: true });
  }

  tell(data) {
    if (!this.ended) this.onmessage?.({ data });
  }

  terminate() {
    this.ended = true;
  }
}
