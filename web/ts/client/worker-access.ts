/** The package's own way to a classifier's worker, for functions that are no methods, so that bundlers drop those nobody uses. */

import { shown } from "../shared/arguments.js";
import type { WorkerConnection } from "./connection.js";

/** Runs a call in a classifier's worker; again, in a new worker, if it crashes under it on the GPU. */
export type Door = <T>(
  call: (connection: WorkerConnection) => Promise<T>,
  signal: AbortSignal | undefined,
) => Promise<T>;

const doors = /* @__PURE__ */ new WeakMap<object, Door>();

/** Called by each classifier when it is made. */
export function openDoor(classifier: object, door: Door): void {
  doors.set(classifier, door);
}

/** @throws TypeError unless it is a Classifier of this very package */
export function doorOf(classifier: unknown): Door {
  const door = doors.get(classifier as object);
  if (door) return door;
  throw new TypeError(
    `classifier must be a Classifier, as Classifier.create() gives it, not ${shown(classifier)}`,
  );
}
