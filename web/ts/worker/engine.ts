/** The worker's models and its cache of image embeddings: starts the wasm and the device, decodes each picture once. */

import type { Picture } from "#glimpse";
import type { BuiltInName } from "../shared/built-ins.js";
import type { Calls, ModelMessage, PictureAsk } from "../shared/protocol.js";
import type {
  ClassifierInfo,
  ClassifierStats,
  ImageDetails,
  StageMilliseconds,
} from "../shared/types.js";
import { type ReadPicture, imageDataOf, readPicture, release } from "./decoding.js";
import { probeGpu } from "./gpu-probe.js";
import { type GpuFailure, installGpuShim } from "./gpu-shim.js";
import { type CallContext, type ModelChoice, OneModel } from "./model-choice.js";
import { type LoadContext, loadModel, openFiles } from "./model-loading.js";
import type { Model } from "./model.js";
import { isTrap } from "./traps.js";
import { TwoBuiltIns } from "./two-built-ins.js";
import { startWasm } from "./wasm.js";

/** The capacity of the cache of image embeddings, a large folder's worth; at 512 numbers each, 16 MB. */
const IMAGE_CACHE_SIZE = 8192;

/** Listens to the worker's models. */
export interface EngineListener {
  onGpuFailure(failure: GpuFailure): void;
  /** `info` has changed. */
  onInfo(info: ClassifierInfo): void;
}

/** A decoded picture, and the model that it goes to. */
export interface OpenedPicture {
  readonly read: ReadPicture;
  /** The built-in model that fits it; null where there is no choice. */
  readonly fitting: BuiltInName | null;
  readonly model: Model;
  readonly details: ImageDetails;
}

/** An image embedding, its model, and how the picture was read. */
export interface EmbeddedImage {
  readonly embedding: Float32Array<ArrayBuffer>;
  readonly model: Model;
  readonly details: ImageDetails;
}

/** A picture's entry in the cache. */
interface CachedImage {
  readonly details: ReadPicture["details"];
  readonly fitting: BuiltInName | null;
  /** By their models' names. */
  readonly embeddings: Map<string, Float32Array<ArrayBuffer>>;
}

/** Probes the GPU, starts the wasm and asks for the model's files, all at once, then loads the model that the client described. */
export async function startEngine(
  ask: Calls["create"]["ask"],
  onProgress: CallContext["onProgress"],
  listener: EngineListener,
): Promise<Engine> {
  const { source, device, wasmUrl, gpuFailure } = ask;
  const wasm = startWasm(wasmUrl);
  const open = (source: ModelMessage) =>
    ignoringRejection(openFiles(source, { ask, wasm }, onProgress));
  const names = source.kind === "auto" ? ask.preload : [];
  const prefetched = new Map(
    source.kind === "auto" ? names.map((name) => [name, open(source.models[name])]) : [],
  );
  const files = source.kind === "auto" ? undefined : open(source);
  const [probe, { memory }] = await Promise.all([
    gpuFailure === null ? probeGpu(device) : null,
    wasm,
  ]);
  if (probe?.use) installGpuShim(navigator.gpu, (failure) => listener.onGpuFailure(failure));
  Engine.onGpu = probe?.use ?? false;
  const loading: LoadContext = { ask, wasm, probe };
  if (source.kind !== "auto") {
    const model = await loadModel(source, loading, onProgress, files);
    Engine.onGpu = model.info.device === "gpu";
    return new Engine(new OneModel(model), memory);
  }
  const both = new TwoBuiltIns(source.models, loading, prefetched, () => {
    Engine.onGpu = both.info.device === "gpu";
    listener.onInfo(both.info);
  });
  for (const name of names) {
    await both.get(name, { signal: new AbortController().signal, onProgress }).catch((error) => {
      // The pictures that need it will say what is wrong with it.
      if (isTrap(error)) throw error;
    });
  }
  const { model } = both.info;
  onProgress({ model, phase: "ready", file: "", loaded: 0, total: null, fromCache: false });
  return new Engine(both, memory);
}

/** The models, and the cache of image embeddings. */
export class Engine {
  /** Whether the GPU is at work, or is about to be: also while the model loads. */
  static onGpu = false;

  readonly #memory: WebAssembly.Memory;
  /** An LRU cache by the client's key, the least recently used first. */
  readonly #images = new Map<number, CachedImage>();
  /** The model of the last call. */
  #last: Model | null;
  #decode = 0;
  #preprocess = 0;

  constructor(
    readonly models: ModelChoice,
    memory: WebAssembly.Memory,
  ) {
    this.#memory = memory;
    this.#last = models.loaded[0] ?? null;
  }

  /** The picture's embedding, from the cache or the image tower; cached where the message carries a key. */
  async embedImage({ image, builtIn }: PictureAsk, context: CallContext): Promise<EmbeddedImage> {
    const key = "key" in image ? image.key : null;
    const known = key === null ? undefined : this.#images.get(key);
    if (key !== null && known) {
      this.#cacheImage(key, known);
      const name = this.models.nameFor(builtIn, known.fitting);
      const embedding = known.embeddings.get(name);
      if (embedding) {
        const model = await this.models.get(name, context);
        return { embedding, model, details: { ...known.details, model: name } };
      }
    }
    return this.withPicture({ image, builtIn }, context, async (opened) => {
      const { read, fitting, model, details } = opened;
      const whole = image.kind === "pixels" && image.preprocessed;
      const embedding = await this.#withSquare(opened, whole, (square) => model.embed(square));
      if (key !== null) {
        const embeddings = new Map(known?.embeddings).set(model.name, embedding);
        this.#cacheImage(key, { details: read.details, fitting, embeddings });
      }
      return { embedding, model, details };
    });
  }

  /** Reads a picture, chooses the model for it, and calls `use` with both; frees the picture afterwards. */
  async withPicture<T>(
    { image, builtIn }: PictureAsk,
    context: CallContext,
    use: (opened: OpenedPicture) => Promise<T>,
  ): Promise<T> {
    const read = await readPicture(image, context.signal);
    try {
      if (read.decodeMilliseconds !== null) this.#decode = read.decodeMilliseconds;
      const fitting = this.models.builtInFor(image, read.picture);
      const model = await this.models.get(this.models.nameFor(builtIn, fitting), context);
      this.#last = model;
      return await use({ read, fitting, model, details: { ...read.details, model: model.name } });
    } finally {
      release(read.picture);
    }
  }

  /** The square that the model sees of a picture; not cached. */
  async preprocess(
    ask: PictureAsk,
    context: CallContext,
  ): Promise<{ square: ImageData; details: ImageDetails }> {
    return this.withPicture(ask, context, (opened) =>
      this.#withSquare(opened, false, async (square) => ({
        square: imageDataOf(square),
        details: opened.details,
      })),
    );
  }

  /**
   * Lets `use` work with the square that the model sees of a picture; pixels that have its size already are taken for it, as `letter`
   * gives them.
   */
  async withSquare<T>(opened: OpenedPicture, use: (square: Picture) => Promise<T>): Promise<T> {
    const { imageSize } = opened.model.info;
    return this.#withSquare(opened, isSquareOf(opened.read, imageSize), use);
  }

  /** A text's embedding. */
  async embedText(text: string): Promise<Float32Array<ArrayBuffer>> {
    const { bindings } = this.models.only("embeddings");
    return (await bindings.embedText(text)) as Float32Array<ArrayBuffer>;
  }

  /** Counters since the load. */
  stats(): ClassifierStats {
    const all = this.models.loaded.map(({ bindings }) => bindings);
    const none = { imageTower: 0, textTower: 0, readback: 0 };
    const towers = (this.#last?.bindings.stageTimes ?? none) as Omit<
      StageMilliseconds,
      "decode" | "preprocess"
    >;
    return {
      imageTowerRuns: all.reduce((sum, { imageTowerRuns }) => sum + imageTowerRuns, 0),
      textTowerRuns: all.reduce((sum, { textTowerRuns }) => sum + textTowerRuns, 0),
      wasmMemoryBytes: this.#memory.buffer.byteLength,
      stageMilliseconds: { decode: this.#decode, preprocess: this.#preprocess, ...towers },
    };
  }

  async #withSquare<T>(
    { read, model }: OpenedPicture,
    isOne: boolean,
    use: (square: Picture) => Promise<T>,
  ): Promise<T> {
    if (isOne) return use(read.picture);
    const began = performance.now();
    const square = model.bindings.preprocess(read.picture);
    this.#preprocess = performance.now() - began;
    try {
      return await use(square);
    } finally {
      release(square);
    }
  }

  #cacheImage(key: number, picture: CachedImage): void {
    this.#images.delete(key);
    this.#images.set(key, picture);
    const oldest = this.#images.keys().next().value;
    if (this.#images.size > IMAGE_CACHE_SIZE && oldest !== undefined) this.#images.delete(oldest);
  }
}

/** Whether a picture is pixels, and a square of that size already. */
export function isSquareOf({ picture, details }: ReadPicture, side: number): boolean {
  return details.format === "pixels" && picture.width === side && picture.height === side;
}

/** The promise, whose rejection is not reported as unhandled; whoever awaits it still gets it. */
function ignoringRejection<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}
