/** The worker's entry, and the one place that joins the core's handlers with the lab's. */

import { labHandlers } from "./lab/worker/lab-handlers.js";
import { answerCalls } from "./worker/call-queue.js";
import { coreHandlers } from "./worker/core-handlers.js";

answerCalls({ ...coreHandlers, ...labHandlers() });
