/**
 * The package in Node.js 20 and later: the same {@link Classifier}, on the CPU, in a worker thread.
 *
 * Files of this computer are named by `file:` URLs, or by paths relative to the working directory: `"./cat.jpg"`.
 */

import { pathToFileURL } from "node:url";
import { setHost } from "../shared/host.js";
import { useFileStore } from "../model-files/store/open-store.js";
import { openDisk } from "./disk-store.js";
import { fetchWithFiles } from "./file-fetch.js";
import { ThreadWorker } from "./thread-worker.js";

setHost({
  baseUrl: () => pathToFileURL("./").href,
  fetch: fetchWithFiles,
  startWorker: (workerUrl) => new ThreadWorker(workerUrl),
});

useFileStore(openDisk);

export * from "../index.js";
