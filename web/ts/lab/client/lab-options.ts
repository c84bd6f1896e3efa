/** What the lab's drawing functions take beside pictures and words. */

import type { Classifier } from "../../client/classifier.js";
import type { ScoringOptions } from "../../client/options.js";

/** Where the lab's functions find what they need, and when they give up. */
export interface LabOptions {
  /** Ends the call at once; the promise then rejects with code `aborted`. */
  signal?: AbortSignal;
  /**
   * Where the folder of fonts is, if your bundler or host moved it: each is `fontsUrl` + its file's name. On another origin it
   * needs CORS.
   */
  fontsUrl?: string | URL;
}

/**
 * What {@link letter} takes beside the picture and the spec.
 *
 * @example
 * ```ts
 * const { image } = await letter(file, { word: "iPod" }, { classifier }); // the square that this model sees
 * const poster = await letter(file, { word: "iPod" }, { size: 1024 }); // no model is needed
 * ```
 */
export interface LetterOptions extends LabOptions, Pick<ScoringOptions, "builtIn"> {
  /**
   * Whose worker draws, and whose preprocessing makes the square. Without one, a worker without a model is started: all such
   * calls share it, and it ends by itself half a minute after the last of them.
   */
  classifier?: Classifier;
  /** The square's side in pixels, 1 to 4096. Defaults to what the classifier's model sees, or 224 without a classifier. */
  size?: number;
  /** Where `glimpse_bg.wasm` is, if it was moved. Not with {@link classifier}, which knows. */
  wasmUrl?: string | URL;
  /** Where `worker.js` is, if it was moved. Not with {@link classifier}, which knows. */
  workerUrl?: string | URL;
}
