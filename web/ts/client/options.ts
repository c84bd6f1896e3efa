/** What the calls of the page's thread take, and what those for many pictures give. */

import type { BuiltInName } from "../shared/built-ins.js";
import type { GlimpseError } from "../shared/errors.js";
import type {
  DevicePreference,
  ImageDetails,
  ModelReference,
  Progress,
  Score,
} from "../shared/types.js";
import type { LabelPack } from "./label-pack.js";

/**
 * What {@link Classifier.create} takes. Everything has a default: `Classifier.create()` is the built-in models.
 *
 * @example
 * ```ts
 * const classifier = await Classifier.create({
 *   model: "photo",
 *   onProgress: ({ phase, file, loaded, total }) => console.log(phase, file, loaded, total),
 *   signal: AbortSignal.timeout(60_000),
 * });
 * ```
 */
export interface CreateOptions {
  /** The model. Defaults to `"auto"`. */
  model?: ModelReference;
  /**
   * Under `"auto"`: the built-in models that `create` loads itself, for pictures that are sure to come. One that cannot be loaded
   * is no error of `create`; it is tried again when a picture needs it. Defaults to none.
   */
  preload?: BuiltInName | readonly BuiltInName[];
  /** The device. Defaults to `"auto"`. */
  device?: DevicePreference;
  /**
   * Called while a model loads, at most some twenty times a second: by `create`, and later while a call waits for a built-in model
   * that a picture needs first, or for a model that is loaded again since its device was lost. What it throws, `create` or that call
   * rejects with.
   */
  onProgress?: (progress: Progress) => void;
  /** Ends the loading at once; the promise then rejects with code `aborted`. */
  signal?: AbortSignal;
  /** The host of models given by name or repository. Defaults to `"https://huggingface.co"`. */
  hub?: string | URL;
  /**
   * Whether a model that is downloaded is kept on this computer for the next visit (in the browser's private storage), and
   * taken from there. Defaults to `true`. With `false`, nothing is read from there or written to it.
   */
  cache?: boolean;
  /**
   * Whether the half of the model that reads texts is loaded. Defaults to `true`. Without it the model takes less
   * memory, and labels come as a {@link LabelPack}: texts then end in `no-labels`. Not under `"auto"`, since a pack belongs to one
   * model.
   */
  loadTextTower?: boolean;
  /**
   * How the text tower's largest table, one row a token, is loaded. `"whole"`, the default: with the rest.
   * `"on-demand"`: only the rows that labels need, when they need them, where the server answers requests for parts of a
   * file; where it does not, the whole table is loaded after all.
   */
  tokenRows?: "whole" | "on-demand";
  /** Where `glimpse_bg.wasm` is, if your bundler or host moved it. */
  wasmUrl?: string | URL;
  /**
   * Where `worker.js` is, if your bundler or host moved it. It may be on another origin that allows it by CORS; the page's
   * CSP then needs `worker-src blob:`, since browsers start only workers of their own origin, which imports it.
   */
  workerUrl?: string | URL;
}

/**
 * What can be classified: the bytes of a picture (a Blob or File, an ArrayBuffer, a Uint8Array), its address, or what the page
 * has decoded already, which is taken as it is seen, on white. An `<img>` of this site is read from its address, for Python's
 * numbers; where that cannot be fetched (any more), it is taken as it is seen too.
 */
export type ImageSource =
  | Blob
  | ArrayBuffer
  | Uint8Array
  | URL
  | string
  | ImageBitmap
  | ImageData
  | HTMLImageElement
  | HTMLCanvasElement
  | OffscreenCanvas
  | HTMLVideoElement
  | VideoFrame;

/**
 * What a picture may show: texts, or a {@link LabelPack} made of texts before. The same label twice gives two scores.
 */
export type Labels = readonly string[] | LabelPack;

/** What {@link Classifier.embedLabels} takes beside the labels. */
export interface EmbedLabelsOptions {
  /** The sentence or sentences that each label is put in, as {@link ScoringOptions.hypothesisTemplate}. */
  hypothesisTemplate?: string | readonly string[];
  /** Ends the call at once; the promise then rejects with code `aborted`. */
  signal?: AbortSignal;
}

/**
 * What {@link Classifier.suggest} takes beside the picture.
 *
 * @example
 * ```ts
 * const names = await classifier.suggest(file, { topK: 3, onDecoded: ({ model }) => console.log(model) });
 * ```
 */
export interface SuggestOptions extends Pick<ScoringOptions, "builtIn" | "signal"> {
  /** How many names, best first. Defaults to 5. */
  topK?: number;
  /** Told how the picture was read, and by which model it was looked at. */
  onDecoded?: (details: ImageDetails) => void;
}

/** What {@link Classifier.preprocess} takes beside the picture. */
export interface PreprocessOptions extends Pick<ScoringOptions, "builtIn" | "signal"> {
  /** Told how the picture was read, and which model sees it so. */
  onDecoded?: (details: ImageDetails) => void;
}

/** What {@link Classifier.embedImage} takes beside the picture. */
export interface ImageOptions {
  /** Ends the call at once; the promise then rejects with code `aborted`. */
  signal?: AbortSignal;
  /** Told how the picture was read, once it is: who decoded it matters to those who compare numbers with Python's. */
  onDecoded?: (details: ImageDetails) => void;
  /**
   * Whether the picture is a square that `preprocess` or `letter` gave, changed or not: it is then neither resized nor cropped
   * again. It must be ImageData of the size that the model sees. Defaults to `false`.
   */
  preprocessed?: boolean;
}

/** What every kind of classification takes beside the picture and the labels. */
export interface ScoringOptions {
  /**
   * Under the model `"auto"`: has this built-in model answer, whatever the picture is like. With another model it may be named by
   * itself alone.
   */
  builtIn?: BuiltInName;
  /**
   * The sentence that each label is put in, with `{}` where the label goes: `"a photo of a {}"`. None: labels are used as
   * they are typed. Several: an ensemble (the mean of the normalised embeddings). `"imagenet"`: CLIP's set of seven.
   * Not with a {@link LabelPack}, which holds its own.
   */
  hypothesisTemplate?: string | readonly string[];
  /** How many scores to return, best first. Defaults to all. Probabilities are over all labels all the same. */
  topK?: number;
  /**
   * Adds one more score, labelled {@link NONE_OF_THESE}: how likely the picture shows something else than the labels.
   * Defaults to `false`. Hidden filler texts, in the same templates, compete with the labels; `true` takes those that
   * {@link fillersFor} gives for the model that answers, a list or a pack takes yours. Together they weigh as much as all labels (each at most as much as
   * a label), so that a long list is no reason for a high score. Its cosine is that of the best filler. All scores together
   * still sum to 1.
   */
  noneOfThese?: boolean | Labels;
  /** Ends the call at once; the promise, or the iterator's next step, then rejects with code `aborted`. */
  signal?: AbortSignal;
}

/**
 * What {@link Classifier.classify} takes beside the picture and the labels.
 *
 * @example
 * ```ts
 * await classifier.classify(file, ["dog", "cat"], { hypothesisTemplate: "a drawing of a {}", topK: 1, noneOfThese: true });
 * ```
 */
export interface ClassifyOptions extends ScoringOptions {
  /** Told how the picture was read, once it is: who decoded it matters to those who compare numbers with Python's. */
  onDecoded?: (details: ImageDetails) => void;
  /**
   * What to do while an earlier call is at work. `"all"`, the default: every call is answered in turn. `"newest"`:
   * of the calls with `"newest"` that wait, only the latest stays; the others reject with code `aborted`. For live
   * pictures and for labels that are being typed. A canvas or a video is then read when the call's turn comes.
   */
  queue?: "all" | "newest";
  /**
   * Whether the picture is a square that `preprocess` or `letter` gave, changed or not: it is then neither resized nor cropped
   * again. It must be ImageData of the size that the model sees. Defaults to `false`.
   */
  preprocessed?: boolean;
}

/**
 * What {@link Classifier.classify} takes beside many pictures and the labels.
 *
 * @example
 * ```ts
 * for await (const result of classifier.classify(files, labels, { topK: 3, lookAhead: 8, signal })) show(result);
 * ```
 */
export interface BatchOptions extends ScoringOptions {
  /** How many pictures are taken from the iterable ahead of the result that is waited for, 1 or more. Defaults to 4. */
  lookAhead?: number;
}

/** One picture of many: its scores, or why it has none. */
export type BatchResult<Image extends ImageSource = ImageSource> = {
  /** The picture's place among the others, from 0. Results come in this order. */
  index: number;
  /** The picture, as it was given. */
  image: Image;
} & (
  | {
      /** Best first. */
      scores: Score[];
      /** The model that answered: `info.model`; under `"auto"` the built-in one. */
      model: string;
      error?: undefined;
    }
  | {
      /**
       * Why this picture could not be classified: `decode`, `too-large`, `network` (also where the built-in model that it needs could
       * not be fetched) or `out-of-memory`. The others go on.
       */
      error: GlimpseError;
      scores?: undefined;
      model?: undefined;
    }
);

/** What {@link Classifier.watch} looks at. */
export type WatchSource = HTMLVideoElement | HTMLCanvasElement | OffscreenCanvas;

/**
 * What {@link Classifier.watch} takes beside the video and the labels.
 *
 * @example
 * ```ts
 * for await (const { scores } of classifier.watch(video, labels, { framesPerSecond: 5, signal })) show(scores);
 * ```
 */
export interface WatchOptions extends ScoringOptions {
  /** At most this many pictures a second; defaults to as many as the device manages. */
  framesPerSecond?: number;
}

/** What {@link Classifier.watch} saw in one frame. */
export interface WatchResult {
  /** Best first. */
  scores: Score[];
  /** The model that answered: `info.model`; under `"auto"` the built-in one. */
  model: string;
  /** How long this frame took, in milliseconds: from its capture to its scores. */
  milliseconds: number;
  /** The frame's number: how many the source has shown, where the browser tells, else how many were looked at. Gaps are frames that were passed over. */
  frame: number;
  /** The frame's time in the video, in seconds; 0 for a canvas. */
  mediaTime: number;
}
