/** The package's own way to a classifier's worker, for functions that are no methods, so that bundlers drop those nobody uses. */

import { shown } from "../shared/arguments.js";
import type { Calls, CallTable } from "../shared/protocol.js";
import type { WorkerConnection } from "./connection.js";

/** Runs a call in a classifier's worker; again, in a new worker, if it crashes under it on the GPU. */
export type WorkerAccess<Table extends CallTable<Table> = Calls> = <T>(
  call: (connection: WorkerConnection<Table>) => Promise<T>,
  signal: AbortSignal | undefined,
) => Promise<T>;

const granted = /* @__PURE__ */ new WeakMap<object, unknown>();

/** Called by each classifier when it is made. */
export function grantAccess(classifier: object, access: WorkerAccess): void {
  granted.set(classifier, access);
}

/**
 * The way to that classifier's worker, for the calls of `Table`: the worker's entry says which tables it answers.
 *
 * @throws TypeError unless it is a Classifier of this very package
 */
export function accessTo<Table extends CallTable<Table>>(classifier: unknown): WorkerAccess<Table> {
  const access = granted.get(classifier as object);
  if (access) return access as WorkerAccess<Table>;
  throw new TypeError(
    `classifier must be a Classifier, as Classifier.create() gives it, not ${shown(classifier)}`,
  );
}
