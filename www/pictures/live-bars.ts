/** Live bars: classifies what a `<video>` shows, always its latest frame; frames that come meanwhile are dropped. */

import type { Classifier } from "glimpse-clip";
import { problemOf } from "../core/problems.js";
import { requestOf } from "../core/classify-request.js";
import type { LiveClassifier } from "../core/live-classifier.js";
import type { Store } from "../core/state.js";
import { templateComplaint } from "../core/templates.js";

/** Keeps the page's bars those of `video` until `signal` fires. */
export async function liveBars(
  video: HTMLVideoElement,
  store: Store,
  live: LiveClassifier,
  signal: AbortSignal,
): Promise<void> {
  const { classifier } = live;
  if (!classifier) return;
  while (!signal.aborted) {
    if (!canAsk(store)) {
      store.set({ phase: "ready", scores: null, milliseconds: null });
      await otherWords(store, signal);
      continue;
    }
    try {
      await watch(classifier, video, store, live, signal);
    } catch (error) {
      if (signal.aborted) return;
      const problem = problemOf(error);
      store.set({ phase: "error", scores: null, milliseconds: null, problem });
      await otherWords(store, signal);
    }
  }
}

/** Shows answers until `signal` fires or the options change; labels are read anew for each frame. */
async function watch(
  classifier: Classifier,
  video: HTMLVideoElement,
  store: Store,
  live: LiveClassifier,
  signal: AbortSignal,
): Promise<void> {
  const { options } = requestOf(store.state, null);
  const labels = () => requestOf(store.state, null).labels;
  for await (const answer of classifier.watch(video, labels, { ...options, signal })) {
    if (signal.aborted) return;
    await live.answered(answer);
    if (labels().length === 0) return;
    const now = requestOf(store.state, null).options;
    if (JSON.stringify(now) !== JSON.stringify(options)) return;
  }
}

function canAsk({ state }: Store): boolean {
  return requestOf(state, null).labels.length > 0 && !templateComplaint(state.template);
}

/** Resolves when labels or template change, or when `signal` fires. */
function otherWords(store: Store, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = store.subscribe((state, before) => {
      if (state.labels !== before.labels || state.template !== before.template) done();
    });
    const done = () => {
      end();
      resolve();
    };
    signal.addEventListener("abort", done, { once: true });
  });
}
