/**
 * The package in Node.js 20 and later: the same {@link Classifier}, on the CPU, in a worker thread.
 *
 * Files of this computer are named by `file:` URLs, or by paths relative to the working directory: `"./cat.jpg"`.
 */

import { runInNode } from "./host.js";

runInNode(new URL("./worker.js", import.meta.url));

export * from "../index.js";
