/** Says once that the package runs in Node.js: how it fetches, starts its worker, and keeps files. */

import { pathToFileURL } from "node:url";
import { useFileStore } from "../model-files/store/open-store.js";
import { setHost } from "../shared/host.js";
import { openDisk } from "./disk-store.js";
import { fetchWithFiles } from "./file-fetch.js";
import { ThreadWorker } from "./thread-worker.js";

let called = false;

/**
 * Called by each of the entries for Node.js: a function, since bundlers drop a shared module that is imported for its effects alone.
 *
 * @param ownWorker where the package's own thread is; the entry's to say, since a shared module is bundled in another folder
 */
export function runInNode(ownWorker: URL): void {
  if (called) return;
  called = true;
  setHost({
    baseUrl: () => pathToFileURL("./").href,
    fetch: fetchWithFiles,
    startWorker: (workerUrl) => new ThreadWorker(workerUrl ?? ownWorker),
  });
  useFileStore(openDisk);
}
