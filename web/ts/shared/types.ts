/** What both threads know of a model and its results; the package exports these types. */

/**
 * Where to compute. `"auto"` takes WebGPU on a real GPU and the CPU otherwise (a software adapter is
 * slower than the CPU path); `"gpu"` takes any WebGPU adapter; `"cpu"` never asks for one. Whatever
 * is chosen, {@link ClassifierInfo.device} says what was taken and `reason` says why.
 */
export type DevicePreference = "auto" | "gpu" | "cpu";

/**
 * Which model to load:
 *
 * - `"auto"`: both built-in ones; each picture goes to the one that fits it, and each is loaded when a picture first needs it;
 * - `"mini"`: the built-in one for drawings, icons and written words, shipped with the package;
 * - `"mini-photo"`: the built-in one for photographs of a thousand kinds of things, shipped with the package;
 * - `"photo"`, `"photo-small"`, `"openai-b32"`, `"openai-l14-336"`: models offered by name, fetched from the hub;
 * - `"owner/name"`: any repository on the hub that holds a CLIP model as safetensors or in PyTorch's container;
 * - a URL of a folder, with or without a slash at its end: absolute (`"https://…"`), or relative to the page and then
 *   starting with `/`, `./` or `../`;
 * - files: what `<input type="file" multiple>` or a drop gives, or `{ files: { "config.json": blob, … } }`.
 *
 * A folder holds what the hub holds: `config.json`, `preprocessor_config.json`, `tokenizer.json`,
 * `model.safetensors` (one file, or shards with their index), or open_clip's `open_clip_config.json` +
 * `open_clip_model.safetensors` + `tokenizer.json`. Where there are no safetensors, `pytorch_model.bin` (or shards) and
 * `open_clip_pytorch_model.bin` are read: only what builds tensors, and nothing in them is run.
 */
export type ModelReference =
  string | URL | FileList | readonly File[] | { readonly files: Readonly<Record<string, Blob>> };

/** How far the loading of a model is. */
export interface Progress {
  /** The model that is loaded; `"auto"` with the `ready` that ends `create`. */
  model: string;
  /**
   * What is being done: `download` comes over the network, `verify` reads again what an earlier visit had begun to keep,
   * `upload` goes from this computer to the device, `compile` prepares and checks a GPU, `ready` is the end.
   */
  phase: "download" | "verify" | "upload" | "compile" | "ready";
  /** The file this is about, for instance `"model.safetensors"`; empty where it is about none. */
  file: string;
  /** Bytes so far. */
  loaded: number;
  /** Bytes in all, or `null` where the server does not say. */
  total: number | null;
  /** True where the bytes come from this computer (kept, or picked files) and not over the network. */
  fromCache: boolean;
}

/** One label's result. */
export interface Score {
  /** The label as it was given, or {@link NONE_OF_THESE}. */
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
   * `"glimpse"`: our decoders, whose pixels are those of Python's Pillow. `"browser"`: this browser's (AVIF, HEIC, SVG, a
   * canvas, a video); its pixels, and so the scores, may differ a little from one browser to the next.
   */
  decodedBy: "glimpse" | "browser";
  /** The model that looked at it: `info.model`; under `"auto"` the built-in one. */
  model: string;
}

/**
 * What was loaded, and where it runs. Under `"auto"` some of it is about two models, the first of which may not be loaded yet:
 * see each field.
 */
export interface ClassifierInfo {
  /** The model's name, repository or URL. `"auto"`: results, `onDecoded` and so on tell for each picture which it was. */
  model: string;
  /** What it runs on. Under `"auto"` before anything is loaded: what it will run on, unless loading shows that the GPU is of no use. */
  device: "gpu" | "cpu";
  /** Why that device was taken, in words for people. */
  reason: string;
  /** The GPU in use, as far as the browser names it; `null` on the CPU. */
  adapter: string | null;
  /** The side, in pixels, of the square that the model sees; under `"auto"` that of `"mini-photo"`, the larger one. */
  imageSize: number;
  /** The longest text, in tokens, start and end included; longer texts are cut. Under `"auto"` the shorter of the two. */
  contextLength: number;
  /** 64 hexadecimal digits that tell this model from every other: a {@link LabelPack} fits where they are equal. `""` under `"auto"`. */
  fingerprint: string;
  /** How logits become scores: `"softmax"`, over all labels. */
  scoring: "softmax";
  /** How many threads compute on the CPU. */
  threads: 1;
  /** Whether texts can be read; false after `loadTextTower: false`. */
  textTower: boolean;
  /** The commit that was loaded, 40 hexadecimal digits; `null` where the model does not come from a hub. */
  revision: string | null;
  /** Whether the weights are kept on this computer for the next visit. */
  kept: boolean;
}

/** Counters since the model was loaded; under `"auto"` those of both together. */
export interface ClassifierStats {
  /** How often a picture went through the image tower. */
  imageTowerRuns: number;
  /** How often texts went through the text tower. */
  textTowerRuns: number;
  /** The size of the WebAssembly memory, in bytes: it holds the weights on the CPU, and never shrinks. */
  wasmMemoryBytes: number;
  /** How long each stage took the last time that it was gone through, in milliseconds; 0 for one that was not yet. */
  stageMilliseconds: StageMilliseconds;
}

/**
 * The stages of a classification, in milliseconds. A Blob and labels that are remembered go through none; the same picture in another Blob
 * is decoded and brought to size again, and goes through no tower.
 */
export interface StageMilliseconds {
  /** From a picture's file to its pixels; formats that the browser decodes are not counted. */
  decode: number;
  /** From pixels to what the image tower takes. */
  preprocess: number;
  /** The image tower, with the wait for its numbers. */
  imageTower: number;
  /** Tokens and the text tower, with the wait for its numbers. */
  textTower: number;
  /** Of the tower that ran last, the wait alone: nearly nothing on the CPU, nearly everything on a GPU. */
  readback: number;
}
