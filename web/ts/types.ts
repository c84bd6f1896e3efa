/** The public options and results of the package. */

/**
 * Where to compute. `"auto"` takes WebGPU on a real GPU and the CPU otherwise (a software adapter is
 * slower than the CPU path); `"gpu"` takes any WebGPU adapter; `"cpu"` never asks for one. Whatever
 * is chosen, {@link ClassifierInfo.device} says what was taken and `reason` says why.
 */
export type DevicePreference = "auto" | "gpu" | "cpu";

/**
 * Which model to load:
 *
 * - `"mini"`: the built-in one, made for drawings, shipped with the package;
 * - `"photo"`, `"photo-small"`, `"openai-b32"`, `"openai-l14-336"`: models offered by name, fetched from the hub;
 * - `"owner/name"`: any repository on the hub that holds a CLIP model as safetensors;
 * - a URL of a folder, with or without a slash at its end: absolute (`"https://…"`), or relative to the page and then
 *   starting with `/`, `./` or `../`;
 * - files: what `<input type="file" multiple>` or a drop gives, or `{ files: { "config.json": blob, … } }`.
 *
 * A folder holds what the hub holds: `config.json`, `preprocessor_config.json`, `tokenizer.json`,
 * `model.safetensors` (one file, or shards with their index), or open_clip's `open_clip_config.json` +
 * `open_clip_model.safetensors` + `tokenizer.json`.
 */
export type ModelReference =
  string | URL | FileList | readonly File[] | { readonly files: Readonly<Record<string, Blob>> };

/** What {@link Classifier.create} takes. Everything has a default: `Classifier.create()` is the built-in model. */
export interface CreateOptions {
  /** The model; `"mini"` unless said otherwise. */
  model?: ModelReference;
  /** The device; `"auto"` unless said otherwise. */
  device?: DevicePreference;
  /** Called while the model loads, at most some twenty times a second. */
  onProgress?: (progress: Progress) => void;
  /** Ends the loading at once; the promise then rejects with code `aborted`. */
  signal?: AbortSignal;
  /** The host of models given by name or repository; `"https://huggingface.co"` unless said otherwise. */
  hub?: string | URL;
  /** Where `glimpse_bg.wasm` is, if your bundler or host moved it. */
  wasmUrl?: string | URL;
  /** Where `worker.js` is, if your bundler or host moved it; it must have the page's origin. */
  workerUrl?: string | URL;
}

/** How far the loading of a model is. */
export interface Progress {
  /** `download` goes by bytes, `compile` prepares and checks a GPU, `ready` is the end. */
  phase: "download" | "compile" | "ready";
  /** The file this is about, for instance `"model.safetensors"`; empty where it is about none. */
  file: string;
  /** Bytes so far. */
  loaded: number;
  /** Bytes in all, or `null` where the server does not say. */
  total: number | null;
  /** True where the bytes come from this computer (picked files) and not over the network. */
  fromCache: boolean;
}

/** What can be classified. Pictures that the page has decoded already are taken as they are seen, on white. */
export type ImageSource =
  | Blob
  | URL
  | string
  | ImageBitmap
  | ImageData
  | HTMLImageElement
  | HTMLCanvasElement
  | OffscreenCanvas
  | HTMLVideoElement;

/** What {@link Classifier.embedImage} takes beside the picture. */
export interface ImageOptions {
  /** Ends the call at once; the promise then rejects with code `aborted`. */
  signal?: AbortSignal;
  /** Told how the picture was read, once it is: who decoded it matters to those who compare numbers with Python's. */
  onDecoded?: (details: ImageDetails) => void;
}

/** What {@link Classifier.classify} takes beside the picture and the labels. */
export interface ClassifyOptions extends ImageOptions {
  /**
   * The sentence that each label is put in, with `{}` where the label goes: `"a photo of a {}"`. None: labels are used as
   * they are typed. Several: an ensemble (the mean of the normalised embeddings). `"imagenet"`: CLIP's set of seven.
   */
  hypothesisTemplate?: string | readonly string[];
  /** How many scores to return, best first; all unless said otherwise. Probabilities are over all labels all the same. */
  topK?: number;
}

/** One label's result. */
export interface Score {
  /** The label as it was given. */
  label: string;
  /** Its probability among the labels given, 0 to 1; all of them sum to 1. */
  score: number;
  /** What the probability was computed from: the cosine times the model's learned scale (100 for most models). */
  logit: number;
  /** Cosine similarity of picture and text, -1 to 1: comparable between pictures, whatever the other labels are. */
  cosine: number;
}

/** How a picture was read. */
export interface ImageDetails {
  /** `"JPEG"`, `"PNG"`, `"AVIF"`, …; `"pixels"` for a canvas, a video, or anything the page had decoded before. */
  format: string;
  /**
   * `"glimpse"`: our decoders, whose pixels are those of Python's Pillow. `"browser"`: this browser's (AVIF, HEIC, SVG,
   * ICO, a canvas, a video); its pixels, and so the scores, may differ a little from one browser to the next.
   */
  decodedBy: "glimpse" | "browser";
}

/** What was loaded, and where it runs. */
export interface ClassifierInfo {
  /** The model's name, repository or URL. */
  model: string;
  /** What it runs on. */
  device: "gpu" | "cpu";
  /** Why that device was taken, in words for people. */
  reason: string;
  /** The GPU in use, as far as the browser names it; `null` on the CPU. */
  adapter: string | null;
  /** The side, in pixels, of the square that the model sees. */
  imageSize: number;
  /** The longest text, in tokens, start and end included; longer texts are cut. */
  contextLength: number;
}

/** Counters since the model was loaded. */
export interface ClassifierStats {
  /** How often a picture went through the image tower. */
  imageTowerRuns: number;
  /** How often texts went through the text tower. */
  textTowerRuns: number;
  /** The size of the WebAssembly memory, in bytes: it holds the weights on the CPU, and never shrinks. */
  wasmMemoryBytes: number;
}
