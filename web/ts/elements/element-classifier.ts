/** What `<glimpse-classifier>` asks of models: one share in a classifier, one picture from an address, the newest question only. */

import type { Classifier } from "../client/classifier.js";
import { LatestCall } from "../client/latest.js";
import type { ClassifyOptions } from "../client/options.js";
import { abortError, untilAborted } from "../shared/abort.js";
import { fetchBlob } from "../shared/fetching.js";
import type { ImageDetails, Progress, Score } from "../shared/types.js";
import { absolute } from "../shared/urls.js";
import { type Lease, type Wish, keyOf, lease } from "./shared-classifiers.js";

/** A question: which model, which picture (its bytes or its address), which labels, and how. */
export interface Question {
  readonly wish: Wish;
  readonly picture: Blob | string;
  readonly labels: readonly string[];
  readonly options: ClassifyOptions;
}

/** What hears how a question goes. */
export interface Listener {
  /** The model is on its way. */
  loading(progress: Progress): void;
  /** The picture's bytes are here. */
  picture(blob: Blob): void;
  /** The model looks at the picture. */
  working(): void;
}

/** An answer: scores, best first, whose they are (null where there are none), and how long they took. */
export interface Answer {
  readonly scores: Score[];
  readonly model: string | null;
  readonly milliseconds: number;
}

/** Asks one question at a time: a new one ends the one before. */
export class ElementClassifier {
  readonly #listener: Listener;
  readonly #latest = new LatestCall();
  #lease: (Lease & { readonly key: string }) | null = null;
  /** The picture of the last address, or its way here. */
  #fetched: { readonly src: string; readonly blob: Promise<Blob> } | null = null;

  constructor(listener: Listener) {
    this.#listener = listener;
  }

  /** The answer; null where a newer question came before it. Without labels, model and picture are fetched all the same. */
  ask({ wish, picture, labels, options }: Question): Promise<Answer | null> {
    return this.#latest.run(async (signal) => {
      const [classifier, blob] = await Promise.all([
        untilAborted(this.#classifier(wish), signal),
        untilAborted(this.#blobOf(picture, signal), signal),
      ]);
      if (labels.length === 0) return { scores: [], model: null, milliseconds: 0 };
      this.#listener.working();
      const start = performance.now();
      let model: string | null = null;
      const onDecoded = (details: ImageDetails) => (model = details.model);
      const scores = await classifier.classify(blob, labels, { ...options, signal, onDecoded });
      return { scores, model, milliseconds: performance.now() - start };
    });
  }

  /** Ends the question under way. */
  stop(): void {
    this.#latest.stop();
  }

  /** Ends the question under way, and gives the classifier back. */
  close(): void {
    this.stop();
    this.#lease?.release();
    this.#lease = null;
  }

  async #classifier(wish: Wish): Promise<Classifier> {
    const key = keyOf(wish);
    if (this.#lease?.key !== key) {
      this.#lease?.release();
      const share = lease(wish, (progress) => this.#listener.loading(progress));
      this.#lease = { ...share, key };
    }
    const mine = this.#lease;
    try {
      return await mine.classifier;
    } catch (error) {
      // The next question tries anew.
      mine.release();
      if (this.#lease === mine) this.#lease = null;
      throw error;
    }
  }

  async #blobOf(picture: Blob | string, signal: AbortSignal): Promise<Blob> {
    if (typeof picture !== "string") return picture;
    const src = absolute(picture);
    if (this.#fetched?.src !== src) this.#fetched = { src, blob: fetchBlob(src) };
    const mine = this.#fetched;
    const blob = await mine.blob.catch((error: unknown) => {
      // The next question tries anew.
      if (this.#fetched === mine) this.#fetched = null;
      throw error;
    });
    // A picture that comes late must not hang where a newer one does.
    if (signal.aborted) throw abortError(signal);
    this.#listener.picture(blob);
    return blob;
  }
}
