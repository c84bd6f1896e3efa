/** Keeps a classifier for the picked model, and classifies anew whenever picture, labels or template change. */

import { Classifier, GlimpseError, type Progress, type WatchResult } from "glimpse-clip";
import { type BuiltIn, isAutomatic, isBuiltIn, modelArgument } from "./model-choice.js";
import { Pace } from "./pace.js";
import { requestOf } from "./classify-request.js";
import { builtInOf, type State, type Store } from "./state.js";
import { LARGE, meaning, thisDevice } from "./weigh.js";
import { templateComplaint } from "./templates.js";
import { problemOf } from "./problems.js";
import { pausedWords } from "./words.js";
import { Latest } from "./latest.js";

/** The status line mentions work that takes longer than this, so that a fast answer does not flicker. */
const SPEAK_AFTER_MS = 300;
/** When answers take longer than this, typing waits for a pause before it asks again. */
const ASK_AT_ONCE_BELOW_MS = 120;
const PAUSE_MS = 250;

/** Loads models and classifies; of each the latest call wins, earlier ones are aborted. */
export class LiveClassifier {
  readonly #store: Store;
  #classifier: Classifier | null = null;
  /** How long the last answer to an edited label took; the first answer to a picture takes longer and says nothing of the next. */
  #editMilliseconds = 0;
  readonly #pace = new Pace();
  readonly #loading = new Latest();
  readonly #asking = new Latest();

  constructor(store: Store) {
    this.#store = store;
    store.subscribe((state, before) => {
      const changed =
        state.picture?.blob !== before.picture?.blob ||
        state.labels !== before.labels ||
        state.template !== before.template ||
        state.none !== before.none ||
        state.chosen !== before.chosen;
      const typed = state.picture?.blob === before.picture?.blob;
      if (changed && state.info && !state.camera) void this.ask(typed);
    });
  }

  /** The model in use; null while none is loaded. */
  get classifier(): Classifier | null {
    return this.#classifier;
  }

  /**
   * Disposes of the model in use and loads the one that the state names. Of the built-in ones that is the one for the picture on the
   * page, which is `likely` while nothing has answered; the other comes when a picture needs it.
   */
  async load(likely: BuiltIn | null = builtInOf(this.#store.state)): Promise<void> {
    this.#asking.stop();
    const signal = this.#loading.begin();
    const old = this.#classifier;
    this.#classifier = null;
    this.#editMilliseconds = 0;
    this.#store.set({
      phase: "loading",
      info: null,
      progress: null,
      secondsLeft: null,
      halt: null,
      problem: null,
      scores: null,
      milliseconds: null,
    });
    try {
      await old?.dispose();
      const { model, device } = this.#store.state;
      const classifier = await Classifier.create({
        model: modelArgument(model),
        ...(isAutomatic(model) && likely && { preload: likely }),
        ...(model.kind === "address" && model.hub && { hub: model.hub }),
        device,
        signal,
        onProgress: (progress) => {
          if (!signal.aborted) this.#progressed(progress);
        },
      });
      if (signal.aborted) return void (await classifier.dispose());
      this.#classifier = classifier;
      this.#store.set({ info: classifier.info, progress: null });
      // A large file is worth keeping when space gets short; browsers that ask do it now, with the reason at hand.
      if (model.kind === "address") void navigator.storage?.persist?.().catch(() => false);
      await this.ask(false);
    } catch (error) {
      this.#failed(error, signal);
    }
  }

  /** Ends the download for now; what has arrived is kept, and `load` goes on from there. */
  pause(): void {
    this.#loading.stop();
    this.#store.set({ halt: { why: "paused", words: pausedWords(this.#store.state) } });
  }

  /** Takes an answer that was not asked for here (the camera's), and which model gave it, as the page's own. */
  async answered({ scores, milliseconds, model }: WatchResult): Promise<void> {
    const answerer = isBuiltIn(model) ? { builtIn: model, blob: null } : null;
    this.#store.set({
      phase: "ready",
      slow: false,
      progress: null,
      problem: null,
      scores,
      milliseconds,
      answerer,
    });
    if (this.#classifier) await this.#tell(this.#classifier, this.#store.state);
  }

  /** Classifies what the state holds. `typed` says that a person is typing: then a slow model waits for a pause. */
  async ask(typed: boolean): Promise<void> {
    const signal = this.#asking.begin();
    const classifier = this.#classifier;
    const { picture, labels, template } = this.#store.state;
    if (!classifier || !picture || this.#store.state.camera) return;
    if (labels.length === 0)
      return this.#store.set({ phase: "ready", scores: null, milliseconds: null, problem: null });
    if (templateComplaint(template)) return this.#store.set({ phase: "ready", slow: false });
    this.#store.set({ phase: "working", problem: null, slow: false });
    const speak = setTimeout(
      () => signal.aborted || this.#store.set({ slow: true }),
      SPEAK_AFTER_MS,
    );
    try {
      if (typed && this.#editMilliseconds > ASK_AT_ONCE_BELOW_MS) await pause(PAUSE_MS, signal);
      const start = performance.now();
      const { blob } = picture;
      const request = requestOf(this.#store.state, blob);
      let model = "";
      const scores = await classifier.classify(blob, request.labels, {
        ...request.options,
        onDecoded: (details) => (model = details.model),
        signal,
      });
      if (signal.aborted) return;
      const milliseconds = performance.now() - start;
      if (typed) this.#editMilliseconds = milliseconds;
      const answerer = isBuiltIn(model) ? { builtIn: model, blob } : null;
      this.#store.set({
        phase: "ready",
        slow: false,
        progress: null,
        info: classifier.info,
        scores,
        milliseconds,
        answerer,
      });
      await this.#tell(classifier, this.#store.state);
    } catch (error) {
      this.#failed(error, signal);
    } finally {
      clearTimeout(speak);
    }
  }

  #progressed(progress: Progress): void {
    const { model } = this.#store.state;
    const downloads = progress.phase === "download" && !progress.fromCache;
    if (progress.phase !== this.#store.state.progress?.phase) this.#pace.reset();
    this.#pace.mark(progress.loaded);
    const { total } = progress;
    const secondsLeft = downloads && total !== null ? this.#pace.secondsUntil(total) : null;
    this.#store.set({ progress, secondsLeft });
    const weighed = model.kind !== "address" || model.weighed;
    if (downloads && !weighed && total !== null && total > LARGE) void this.#weigh(total);
  }

  /** Stops a large download that was not announced, and says what it means; a person goes on with it, or does not. */
  async #weigh(bytes: number): Promise<void> {
    const signal = this.#loading.begin();
    const words = meaning(bytes, await thisDevice()).join(" ");
    if (!signal.aborted) this.#store.set({ halt: { why: "large", words } });
  }

  async #tell(classifier: Classifier, { scores, milliseconds, answerer }: State): Promise<void> {
    const stats = await classifier.stats();
    const builtIn = answerer?.builtIn ?? null;
    document.dispatchEvent(
      new CustomEvent("glimpse:scores", { detail: { scores, stats, milliseconds, builtIn } }),
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
      progress: null,
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
