/** The page's one effect: keeps a classifier for the picked model and asks it again whenever picture, labels or template change. */

import { Classifier, GlimpseError } from "glimpse-clip";
import { modelArgument } from "./models.js";
import { requestOf } from "./request.js";
import type { State, Store } from "./state.js";
import { problemOf, templateComplaint } from "./words.js";

/** Work is spoken of once it took this long; a fast answer should not flicker. */
const SPEAK_AFTER_MS = 300;
/** When answers take longer than this, typing waits for a pause before it asks again. */
const ASK_AT_ONCE_BELOW_MS = 120;
const PAUSE_MS = 250;

/** Loads models and classifies; the newest wish wins, older ones are aborted. */
export class Session {
  readonly #store: Store;
  #classifier: Classifier | null = null;
  /** How long the last answer to an edited label took; the first answer to a picture takes longer and says nothing of the next. */
  #editMilliseconds = 0;
  #loading = new AbortController();
  #asking = new AbortController();

  constructor(store: Store) {
    this.#store = store;
    store.subscribe((state, before) => {
      const changed =
        state.picture?.blob !== before.picture?.blob ||
        state.labels !== before.labels ||
        state.template !== before.template;
      const typed = state.picture?.blob === before.picture?.blob;
      if (changed && state.info && !state.camera) void this.ask(typed);
    });
  }

  /** The model in use; null while none is loaded. */
  get classifier(): Classifier | null {
    return this.#classifier;
  }

  /** Lets go of the model in use and loads the one that the state names. */
  async load(): Promise<void> {
    this.#loading.abort();
    this.#asking.abort();
    const { signal } = (this.#loading = new AbortController());
    const old = this.#classifier;
    this.#classifier = null;
    this.#editMilliseconds = 0;
    this.#store.set({
      phase: "loading",
      info: null,
      progress: null,
      problem: null,
      scores: null,
      milliseconds: null,
    });
    try {
      await old?.dispose();
      const { model, device } = this.#store.state;
      const classifier = await Classifier.create({
        model: modelArgument(model),
        device,
        signal,
        onProgress: (progress) => {
          if (!signal.aborted) this.#store.set({ progress });
        },
      });
      if (signal.aborted) return void (await classifier.dispose());
      this.#classifier = classifier;
      this.#store.set({ info: classifier.info });
      await this.ask(false);
    } catch (error) {
      this.#failed(error, signal);
    }
  }

  /** Classifies what the state holds. `typed` says that a person is typing: then a slow model waits for a pause. */
  async ask(typed: boolean): Promise<void> {
    this.#asking.abort();
    const { signal } = (this.#asking = new AbortController());
    const classifier = this.#classifier;
    const { picture, labels, template } = this.#store.state;
    if (!classifier || !picture || this.#store.state.camera) return;
    if (labels.length === 0)
      return this.#store.set({ phase: "ready", scores: null, problem: null });
    if (templateComplaint(template)) return this.#store.set({ phase: "ready", slow: false });
    this.#store.set({ phase: "working", problem: null, slow: false });
    const speak = setTimeout(
      () => signal.aborted || this.#store.set({ slow: true }),
      SPEAK_AFTER_MS,
    );
    try {
      if (typed && this.#editMilliseconds > ASK_AT_ONCE_BELOW_MS) await pause(PAUSE_MS, signal);
      const start = performance.now();
      const request = requestOf(this.#store.state);
      const scores = await classifier.classify(picture.blob, request.labels, {
        ...request.options,
        signal,
      });
      if (signal.aborted) return;
      const milliseconds = performance.now() - start;
      if (typed) this.#editMilliseconds = milliseconds;
      this.#store.set({ phase: "ready", slow: false, scores, milliseconds });
      await this.#tell(classifier, this.#store.state);
    } catch (error) {
      this.#failed(error, signal);
    } finally {
      clearTimeout(speak);
    }
  }

  async #tell(classifier: Classifier, { scores, milliseconds }: State): Promise<void> {
    const stats = await classifier.stats();
    document.dispatchEvent(
      new CustomEvent("glimpse:scores", { detail: { scores, stats, milliseconds } }),
    );
  }

  #failed(error: unknown, signal: AbortSignal): void {
    const aborted = error instanceof GlimpseError && error.code === "aborted";
    if (aborted || signal.aborted) return;
    console.error(error);
    // The last numbers are of another picture or other labels: beside an error they would be taken for its own.
    this.#store.set({
      phase: "error",
      slow: false,
      scores: null,
      milliseconds: null,
      problem: problemOf(error),
    });
  }
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds);
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    signal.addEventListener("abort", stop, { once: true });
  });
}
