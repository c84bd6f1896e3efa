/** The thread's entry: gives it what a browser's worker has and Node.js lacks, then runs the very same worker. */

import { parentPort } from "node:worker_threads";
import { useFileStore } from "../model-files/store/open-store.js";
import { openDisk } from "./disk-store.js";
import { fetchWithFiles } from "./file-fetch.js";

const port = parentPort;
if (!port) throw new Error("glimpse-clip/dist/node/worker.js runs in a worker thread only");

const events = new EventTarget();

/** The listeners call `preventDefault`, as they do in browsers; here nothing else would happen anyway. */
const dispatch = (type: string, fields: object) =>
  events.dispatchEvent(Object.assign(new Event(type, { cancelable: true }), fields));

/** Pixels, as `preprocess` gives them; to the client they come as a plain object with these fields. */
class Pixels {
  readonly height: number;

  constructor(
    readonly data: Uint8ClampedArray,
    readonly width: number,
  ) {
    this.height = data.length / 4 / width;
  }
}

const worker = {
  self: globalThis,
  fetch: fetchWithFiles,
  ImageData: Pixels,
  // From Node.js 21 on there is one of its own; it knows neither WebGPU nor storage.
  navigator: globalThis.navigator ?? {},
  postMessage: port.postMessage.bind(port),
  addEventListener: events.addEventListener.bind(events),
};
for (const [name, value] of Object.entries(worker)) {
  Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
}

useFileStore(openDisk);

await import("../worker.js");

// Only now is there somebody who listens; what failed before ends the thread, of which the client is told.
port.on("message", (data) => events.dispatchEvent(new MessageEvent("message", { data })));
process.on("uncaughtException", (error) => dispatch("error", { error, message: error.message }));
process.on("unhandledRejection", (reason) => dispatch("unhandledrejection", { reason }));
