/** `pipeline`: the interface of transformers.js' zero-shot image classification, for sites that switch by changing one import. */

import { resolveModel } from "../model-files/resolve-model.js";
import { AUTO } from "../shared/built-ins.js";
import { GlimpseError } from "../shared/errors.js";
import type { DevicePreference, Score } from "../shared/types.js";
import { Classifier } from "./classifier.js";
import type { CreateOptions, ImageSource } from "./options.js";
import { type ProgressInfo, pipelineProgress } from "./pipeline-progress.js";

/** The only task there is. */
export type PipelineTask = "zero-shot-image-classification";

/** One label's result, in transformers.js' form. */
export interface ZeroShotImageClassificationOutput {
  /** The probability of the label among the candidates, 0 to 1. */
  score: number;
  /** The label as it was given. */
  label: string;
}

/** Pixels as transformers.js' `RawImage` holds them: row by row, 1 (grey), 3 (RGB) or 4 (RGBA) channels. */
export interface RawPixels {
  readonly data: Uint8Array | Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3 | 4;
}

/** What the pipeline classifies. */
export type PipelineImage = ImageSource | RawPixels;

/** What a call of the pipeline takes beside pictures and labels. */
export interface ZeroShotImageClassificationOptions {
  /** The sentence each label is put in. Defaults to `"This is a photo of {}"`, as in transformers.js. */
  hypothesis_template?: string;
  /** Not in transformers.js: ends the call at once. */
  signal?: AbortSignal;
}

/** What {@link pipeline} takes beside task and model. */
export interface PipelineOptions extends Pick<
  CreateOptions,
  "hub" | "signal" | "wasmUrl" | "workerUrl"
> {
  /** Told how loading goes, in transformers.js' words: `initiate`, `download`, `progress`, `progress_total`, `done`, `ready`. */
  progress_callback?: ((info: ProgressInfo) => void) | null;
  /** `"webgpu"` (or `"gpu"`), `"wasm"` (or `"cpu"`), or `"auto"`, which is also what anything else means. */
  device?: string | Record<string, string> | null;
  /** The branch, tag or commit of a repository. Defaults to `"main"`. */
  revision?: string;
  /** With `true`, a model of a hub is refused: give the URL of a folder of your own. */
  local_files_only?: boolean;
  /** Not used: the weights are computed with as they are stored. */
  dtype?: unknown;
  /** Not used: the configuration is read from the model. */
  config?: unknown;
  /** Not used: the browser's private storage is the cache. */
  cache_dir?: string | null;
  /** Not used: `Glimpse` reads safetensors or PyTorch's .bin, from the repository's own folder. */
  subfolder?: string;
  /** Not used. */
  model_file_name?: string | null;
  /** Not used. */
  use_external_data_format?: unknown;
  /** Not used. */
  session_options?: unknown;
}

/** A loaded pipeline: a function, with the few members of transformers.js' that pages use. */
export interface ZeroShotImageClassificationPipeline {
  /** Classifies one picture: its labels, best first. */
  (
    image: PipelineImage,
    candidate_labels: readonly string[],
    options?: ZeroShotImageClassificationOptions,
  ): Promise<ZeroShotImageClassificationOutput[]>;
  /** Classifies an array of pictures: one list for each. */
  (
    images: readonly PipelineImage[],
    candidate_labels: readonly string[],
    options?: ZeroShotImageClassificationOptions,
  ): Promise<ZeroShotImageClassificationOutput[][]>;
  /** The task that was asked for. */
  readonly task: PipelineTask;
  /** Not in transformers.js: the classifier inside, for all that the pipeline does not have. */
  readonly classifier: Classifier;
  /** Gives back the memory; the pipeline cannot be used afterwards. */
  dispose(): Promise<void>;
}

/** The repositories of transformers.js' ONNX copies hold neither safetensors nor PyTorch's .bin; these are the models that they were made of. */
const ORIGINALS: Readonly<Record<string, string>> = {
  "Xenova/clip-vit-base-patch32": "openai-b32",
  "Xenova/clip-vit-base-patch16": "openai/clip-vit-base-patch16",
  "Xenova/clip-vit-large-patch14": "openai/clip-vit-large-patch14",
  "Xenova/clip-vit-large-patch14-336": "openai-l14-336",
};

/** A repository, and no folder's URL. */
const REPOSITORY = /^[\w-][\w.-]*\/[\w.-]+$/;

const DEVICES: Readonly<Record<string, DevicePreference>> = {
  webgpu: "gpu",
  gpu: "gpu",
  wasm: "cpu",
  cpu: "cpu",
};

/**
 * Loads a model behind the interface of transformers.js' pipeline of the same name.
 *
 * What differs: the work is done in a worker; weights are safetensors or PyTorch's .bin, so the ONNX copies of OpenAI's CLIP (`Xenova/clip-…`)
 * are replaced by their originals and other ONNX-only repositories are refused; without a model the built-in ones are taken (`"auto"`),
 * and not a download; `dtype` and the options about files are not used; only CLIP is known, no SigLIP;
 * scores are those of Python's preprocessing, and so not to the last digit those of transformers.js.
 *
 * @param task `"zero-shot-image-classification"`
 * @param model a name, repository, URL of a folder or files, as {@link CreateOptions.model}; `"auto"` unless given
 * @throws GlimpseError as {@link Classifier.create}; Error for another task
 * @example
 * ```ts
 * import { pipeline } from "glimpse-clip"; // was: from "@huggingface/transformers"
 *
 * const classifier = await pipeline("zero-shot-image-classification", "Xenova/clip-vit-base-patch32");
 * const output = await classifier(url, ["tiger", "horse", "dog"]);
 * // [{ score, label }, { score, label }, { score, label }], best first
 * ```
 */
export async function pipeline(
  task: PipelineTask,
  model: CreateOptions["model"] | null = null,
  options: PipelineOptions = {},
): Promise<ZeroShotImageClassificationPipeline> {
  if (task !== "zero-shot-image-classification") {
    throw new Error(
      `Unsupported pipeline: ${task}. Must be one of [zero-shot-image-classification]`,
    );
  }
  const { progress_callback, device, revision = "main", ...rest } = options;
  const { hub, signal, wasmUrl, workerUrl } = rest;
  const name = typeof model === "string" ? model : model ? "files" : AUTO;
  const source = atRevision(model ?? AUTO, revision);
  if (options.local_files_only && resolveModel(source, hub).kind === "hub") {
    throw new Error(
      `local_files_only: "${name}" comes from a hub; give the URL of a folder of your own`,
    );
  }
  const progress = progress_callback ? pipelineProgress(task, name, progress_callback) : null;
  const classifier = await Classifier.create({
    model: source,
    device: DEVICES[String(device)] ?? "auto",
    ...(progress && { onProgress: progress }),
    ...(hub !== undefined && { hub }),
    ...(signal && { signal }),
    ...(wasmUrl !== undefined && { wasmUrl }),
    ...(workerUrl !== undefined && { workerUrl }),
  });
  return Object.assign(callable(classifier), {
    task,
    classifier,
    dispose: () => classifier.dispose(),
  });
}

type Callable = (
  images: PipelineImage | readonly PipelineImage[],
  candidate_labels: readonly string[],
  options?: ZeroShotImageClassificationOptions,
) => Promise<never>;

function callable(classifier: Classifier): Callable {
  return async (images, candidate_labels, options = {}) => {
    const { hypothesis_template = "This is a photo of {}", signal } = options;
    const scoring = { hypothesisTemplate: hypothesis_template, ...(signal && { signal }) };
    const list = (Array.isArray(images) ? images : [images]).map(pictureOf);
    const outputs: ZeroShotImageClassificationOutput[][] = [];
    for await (const { scores, error } of classifier.classify(list, candidate_labels, scoring)) {
      if (error) throw error;
      outputs.push(scores.map(({ score, label }: Score) => ({ score, label })));
    }
    return (Array.isArray(images) ? outputs : outputs[0]) as never;
  };
}

/** The model as `Classifier.create` takes it; a revision belongs to a repository alone. */
function atRevision(
  model: NonNullable<CreateOptions["model"]>,
  revision: string,
): NonNullable<CreateOptions["model"]> {
  if (typeof model !== "string") return model;
  const original = Object.hasOwn(ORIGINALS, model) ? ORIGINALS[model] : undefined;
  // Another repository's branches and commits are not those of the ONNX copy.
  if (original) return original;
  return revision !== "main" && REPOSITORY.test(model) ? `${model}@${revision}` : model;
}

function pictureOf(image: PipelineImage): ImageSource {
  if (!isRawPixels(image)) return image;
  const { data, width, height, channels } = image;
  if (width * height === 0 || data.length !== width * height * channels) {
    throw new GlimpseError(
      "decode",
      `${data.length} values are no picture of ${width} x ${height} pixels with ${channels} channels`,
    );
  }
  // Not made by its class, which Node.js lacks.
  const values = new Uint8ClampedArray(4 * width * height);
  const pixels = { data: values, width, height, colorSpace: "srgb" } as ImageData;
  for (let pixel = 0; pixel < width * height; pixel++) {
    const from = pixel * channels;
    for (let channel = 0; channel < 3; channel++) {
      pixels.data[4 * pixel + channel] = data[from + (channels === 1 ? 0 : channel)] ?? 0;
    }
    pixels.data[4 * pixel + 3] = channels === 4 ? (data[from + 3] ?? 0) : 255;
  }
  return pixels;
}

function isRawPixels(image: PipelineImage): image is RawPixels {
  return typeof image === "object" && image !== null && "channels" in image;
}
