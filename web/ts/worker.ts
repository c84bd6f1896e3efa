/** The worker's entry. */

import "./worker/call-queue.js";
