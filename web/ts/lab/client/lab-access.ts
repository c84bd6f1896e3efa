/** The lab's way to the worker: connections and accesses that make the lab's calls. */

import type { WorkerConnection } from "../../client/connection.js";
import { type WorkerAccess, accessTo } from "../../client/worker-access.js";
import type { LabCalls } from "../shared/calls.js";

/** A worker that the lab asks. */
export type LabConnection = WorkerConnection<LabCalls>;

/** Runs one of the lab's calls in a classifier's worker. */
export type LabAccess = WorkerAccess<LabCalls>;

/** @throws TypeError unless it is a Classifier of this very package */
export function labAccess(classifier: unknown): LabAccess {
  return accessTo<LabCalls>(classifier);
}
