/** One classifier for all elements of a page that want the same model: loaded once, and let go of with the last of them. */

import { Classifier } from "../client/classifier.js";
import type { CreateOptions } from "../client/options.js";
import { AUTO } from "../shared/built-ins.js";
import type { Progress } from "../shared/types.js";

/** What elements may say of the classifier they want. */
export type Wish = Pick<CreateOptions, "model" | "hub" | "device" | "wasmUrl" | "workerUrl">;

/** A share in a classifier. */
export interface Lease {
  /** The classifier, once it is loaded. */
  readonly classifier: Promise<Classifier>;
  /** Gives the share back; the last one ends the classifier, or its loading. */
  release(): void;
}

interface Shared {
  readonly classifier: Promise<Classifier>;
  readonly loading: AbortController;
  readonly listeners: Set<(progress: Progress) => void>;
  latest: Progress | null;
  users: number;
}

const shared = new Map<string, Shared>();

/** What makes wishes for picked files differ: the same list of files is the same model. */
const fileKeys = new WeakMap<object, number>();
let nextFileKey = 0;

/** The same words for the same wish. */
export function keyOf({ model = AUTO, hub, device, wasmUrl, workerUrl }: Wish): string {
  if (typeof model === "object" && !(model instanceof URL) && !fileKeys.has(model)) {
    fileKeys.set(model, nextFileKey++);
  }
  const name =
    typeof model === "string" || model instanceof URL ? String(model) : fileKeys.get(model);
  return JSON.stringify([name, hub, device, wasmUrl, workerUrl].map((part) => part ?? null));
}

/** Takes a share in the classifier for `wish`, which is loaded if nobody has one; `onProgress` hears how far that is. */
export function lease(wish: Wish, onProgress: (progress: Progress) => void): Lease {
  const key = keyOf(wish);
  const found = shared.get(key) ?? start(key, wish);
  found.users++;
  found.listeners.add(onProgress);
  if (found.latest) onProgress(found.latest);
  let held = true;
  return {
    classifier: found.classifier,
    release() {
      if (!held) return;
      held = false;
      found.listeners.delete(onProgress);
      if (--found.users > 0) return;
      if (shared.get(key) === found) shared.delete(key);
      found.loading.abort();
      found.classifier.then((classifier) => classifier.dispose()).catch(() => undefined);
    },
  };
}

function start(key: string, wish: Wish): Shared {
  const loading = new AbortController();
  const listeners = new Set<(progress: Progress) => void>();
  const onProgress = (progress: Progress) => {
    made.latest = progress;
    for (const listener of listeners) listener(progress);
  };
  const classifier = Classifier.create({ ...wish, signal: loading.signal, onProgress });
  const made: Shared = { classifier, loading, listeners, latest: null, users: 0 };
  shared.set(key, made);
  // Whoever asks again after a failure starts anew.
  classifier.catch(() => {
    if (shared.get(key) === made) shared.delete(key);
  });
  return made;
}
