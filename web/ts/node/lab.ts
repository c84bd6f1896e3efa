/** The typographic lab in Node.js 20 and later: the same functions as in a browser. */

import { runInNode } from "./host.js";

runInNode(new URL("./worker.js", import.meta.url));

export * from "../lab/index.js";
