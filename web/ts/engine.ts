/** The Rust classifier inside the worker: opens the device, loads the model, remembers pictures' embeddings. */

import type { Report } from "./arrival.js";
import { GlimpseError, toPlainError } from "./errors.js";
import { type Classifier as Bindings, load } from "#glimpse";
import { probeGpu } from "./gpu-probe.js";
import { type GpuFailure, installGpuShim } from "./gpu-shim.js";
import type { ModelSource } from "./model-source.js";
import type { Calls, ImageMessage } from "./protocol.js";
import { type ReadPicture, readPicture, rgbaOf } from "./read-picture.js";
import { Scorer } from "./scorer.js";
import { openSource } from "./sources.js";
import type {
  ClassifierInfo,
  ClassifierStats,
  ImageDetails,
  Progress,
  StageMilliseconds,
} from "./types.js";
import { startWasm } from "./wasm.js";

/** How many pictures' embeddings are remembered by their Blob, a large folder's worth; at 512 numbers each, 16 MB. */
const REMEMBERED_IMAGES = 8192;

/** An embedding, and how its picture was read. */
export interface EmbeddedImage {
  readonly embedding: Float32Array<ArrayBuffer>;
  readonly details: ImageDetails;
}

/** Probes the GPU, starts the wasm and asks for the model's files, all at once, then loads the model that the client described. */
export async function startEngine(
  ask: Calls["create"]["ask"],
  onProgress: (progress: Progress) => void,
  onGpuFailure: (failure: GpuFailure) => void,
): Promise<Engine> {
  const { device, wasmUrl, gpuFailure } = ask;
  const starting = startWasm(wasmUrl);
  const open = () => openFiles(ask, starting, onProgress);
  const [files, probe, wasm] = await Promise.all([
    open(),
    gpuFailure === null ? probeGpu(device) : null,
    starting,
  ]);
  if (probe?.use) installGpuShim(navigator.gpu, onGpuFailure);
  Engine.onGpu = probe?.use ?? false;
  const options = {
    device: probe?.use ? "gpu" : "cpu",
    loadTextTower: ask.loadTextTower,
    tokenRows: ask.tokenRows,
  } as const;
  const { bindings, source } = await loadFrom(files, open, options, onProgress);
  const info = bindings.info as ClassifierInfo;
  Engine.onGpu = info.device === "gpu";
  const reason = probe ? probe.reason : `the GPU failed: ${gpuFailure}`;
  return new Engine(bindings, wasm.memory, {
    ...info,
    // Rust knows why it left a GPU that the probe had found; all else is the probe's to tell.
    reason: probe?.use && info.device === "cpu" ? info.reason : reason,
    adapter: info.device === "gpu" ? (probe?.adapter ?? info.adapter) : null,
    revision: source.revision,
    // What goes wrong with keeping a model is no reason not to have it.
    kept: await source.loaded().catch(() => false),
  });
}

function openFiles(
  { source, cache }: Calls["create"]["ask"],
  wasm: Promise<unknown>,
  onProgress: (progress: Progress) => void,
): Promise<ModelSource> {
  const report: Report = (phase, file, loaded, total) =>
    onProgress({ phase, file, loaded, total, fromCache: phase === "verify" });
  return openSource(source, { cache, wasm, report });
}

/** Loads the model; once more from the beginning where a file became another one meanwhile. */
async function loadFrom(
  files: ModelSource,
  reopen: () => Promise<ModelSource>,
  options: Parameters<typeof load>[1],
  onProgress: (progress: Progress) => void,
): Promise<{ bindings: Bindings; source: ModelSource }> {
  for (let source = files, again = true; ; source = await reopen(), again = false) {
    // What comes over the network is reported as it is downloaded; the device then has it at once.
    const report = (phase: Progress["phase"], file: string, loaded: number, total?: number) => {
      if (phase === "upload" && !source.isHere(file)) return;
      const fromCache = phase === "upload";
      onProgress({ phase, file, loaded, total: total ?? null, fromCache });
    };
    try {
      return { bindings: await load(source, options, report), source };
    } catch (error) {
      if (!(source.outdated && again)) throw await explained(error, source);
    }
  }
}

/** A loaded model. */
export class Engine {
  /** Whether the GPU is at work, or is about to be: also while the model loads. */
  static onGpu = false;

  /** What embedded pictures are compared with. */
  readonly scorer: Scorer;
  readonly #memory: WebAssembly.Memory;
  /** By the client's key, the least recently used first. */
  readonly #images = new Map<number, EmbeddedImage>();

  constructor(
    /** The Rust classifier. */
    readonly bindings: Bindings,
    memory: WebAssembly.Memory,
    readonly info: ClassifierInfo,
  ) {
    this.scorer = new Scorer(bindings);
    this.#memory = memory;
  }

  /** The picture's embedding; remembered where the message carries a key. `signal` ends the waiting for a picture's server. */
  async embedImage(image: ImageMessage, signal: AbortSignal): Promise<EmbeddedImage> {
    const key = "key" in image ? image.key : null;
    const known = key === null ? undefined : this.#images.get(key);
    const result = known ?? (await this.#embed(image, signal));
    if (key !== null) {
      this.#images.delete(key);
      this.#images.set(key, result);
      const oldest = this.#images.keys().next().value;
      if (this.#images.size > REMEMBERED_IMAGES && oldest !== undefined)
        this.#images.delete(oldest);
    }
    return result;
  }

  /** The square that the model sees of a picture; not remembered. */
  async preprocess(
    image: ImageMessage,
    signal: AbortSignal,
  ): Promise<{ square: ImageData; details: ImageDetails }> {
    const read = await readPicture(image, signal);
    return { square: this.squareOf(read), details: read.details };
  }

  /** The square that the model sees of a picture that was read. */
  squareOf(read: ReadPicture): ImageData {
    const rgba =
      "bytes" in read
        ? this.bindings.preprocess(read.bytes)
        : this.bindings.preprocessPixels(...rgbaOf(read.pixels));
    return new ImageData(new Uint8ClampedArray(rgba), this.info.imageSize);
  }

  /** A text's embedding. */
  async embedText(text: string): Promise<Float32Array<ArrayBuffer>> {
    return (await this.bindings.embedText(text)) as Float32Array<ArrayBuffer>;
  }

  /** Counters since the load. */
  stats(): ClassifierStats {
    const { imageTowerRuns, textTowerRuns, stageTimes } = this.bindings;
    return {
      imageTowerRuns,
      textTowerRuns,
      wasmMemoryBytes: this.#memory.buffer.byteLength,
      stageMilliseconds: stageTimes as StageMilliseconds,
    };
  }

  async #embed(image: ImageMessage, signal: AbortSignal): Promise<EmbeddedImage> {
    const read = await readPicture(image, signal);
    const embedding =
      "bytes" in read
        ? await this.bindings.embedImage(read.bytes)
        : image.kind === "pixels" && image.preprocessed
          ? await this.bindings.embedSquare(...rgbaOf(read.pixels))
          : await this.bindings.embedPixels(...rgbaOf(read.pixels));
    return { embedding: embedding as Float32Array<ArrayBuffer>, details: read.details };
  }
}

/** Has files that are of no use thrown away; adds to "there is no model here" what the folder holds instead, where that can be known. */
async function explained(error: unknown, files: ModelSource): Promise<unknown> {
  const { code, message } = toPlainError(error, "device-lost");
  if (code === "integrity") await files.distrust().catch(() => undefined);
  if (code !== "unsupported-model") return error;
  await files.discard().catch(() => undefined);
  const pickle = "pytorch_model.bin";
  const safetensors = [
    "model.safetensors",
    "model.safetensors.index.json",
    "open_clip_model.safetensors",
  ];
  const has = (file: string) => files.has(file).catch(() => false);
  if ((await Promise.all(safetensors.map(has))).some(Boolean) || !(await has(pickle))) return error;
  return new GlimpseError(
    code,
    `${message}. What is there is ${pickle}: look for a revision of this model that has model.safetensors, or use "photo"`,
  );
}
