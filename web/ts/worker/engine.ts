/** The worker's models and the pictures that they have seen: starts the wasm and the device, decodes each picture once. */

import type { Picture } from "#glimpse";
import type { BuiltInName } from "../shared/built-ins.js";
import { GlimpseError } from "../shared/errors.js";
import type { Calls, ImageMessage, ModelMessage, PictureAsk } from "../shared/protocol.js";
import type {
  ClassifierInfo,
  ClassifierStats,
  ImageDetails,
  Score,
  StageMilliseconds,
} from "../shared/types.js";
import { type ReadPicture, imageDataOf, readPicture, release } from "./decoding.js";
import { probeGpu } from "./gpu-probe.js";
import { type GpuFailure, installGpuShim } from "./gpu-shim.js";
import { type CallContext, type ModelChoice, OneModel } from "./model-choice.js";
import { type LoadContext, loadModel, openFiles } from "./model-loading.js";
import type { Model } from "./model.js";
import type { Question } from "./scorer.js";
import { isTrap } from "./traps.js";
import { TwoBuiltIns } from "./two-built-ins.js";
import { startWasm } from "./wasm.js";

/** Of how many pictures it is known how they were read: as many as Rust remembers embeddings of. */
const KNOWN_PICTURES = 8192;

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

/** What is asked of a model about a picture: in one call of Rust, whether it remembers the picture or not. */
interface Inquiry<T> {
  /** Throws for a question that cannot be answered, before a picture is read for it. */
  check?(): Promise<void>;
  /** Asks about the picture that was embedded under this key; undefined where it is not remembered. */
  ofKnown(model: Model, key: number): Promise<T | undefined>;
  /** Asks about a picture, which is then remembered under `key`; `isSquare`: it is what the model sees. */
  of(model: Model, picture: Picture, key: number | undefined, isSquare: boolean): Promise<T>;
}

/** An answer, and how the picture was read. */
export interface Answered<T> {
  readonly value: T;
  readonly details: ImageDetails;
}

/** What is known of a picture without its pixels; its embeddings are in Rust, under the same key. */
interface KnownPicture {
  readonly details: ReadPicture["details"];
  readonly fitting: BuiltInName | null;
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

/** The models, and what is known of the pictures that they have seen. */
export class Engine {
  /** Whether the GPU is at work, or is about to be: also while the model loads. */
  static onGpu = false;

  readonly #memory: WebAssembly.Memory;
  /** By the client's key, the least recently used first. */
  readonly #known = new Map<number, KnownPicture>();
  /** The model of the last call. */
  #last: Model | null;
  #decode = 0;

  constructor(
    readonly models: ModelChoice,
    memory: WebAssembly.Memory,
  ) {
    this.#memory = memory;
    this.#last = models.loaded[0] ?? null;
  }

  /** A picture's scores, best first. */
  async classify(call: Calls["classify"]["ask"], context: CallContext): Promise<Answered<Score[]>> {
    const { labels, fillers } = call;
    if (labels.kind === "pack" || fillers?.kind === "pack") this.models.only("label packs");
    return this.#score(call, context, (model) => model.scorer.question(call), {
      check: () => this.models.check(call),
    });
  }

  /** The scores of the best of all that the model was taught. */
  async suggest(call: Calls["suggest"]["ask"], context: CallContext): Promise<Answered<Score[]>> {
    return this.#score(call, context, (model) => model.scorer.taughtQuestion(call.topK));
  }

  /** The picture's embedding, which the caller may keep. */
  async embedImage(
    image: ImageMessage,
    context: CallContext,
  ): Promise<Answered<Float32Array<ArrayBuffer>>> {
    this.models.only("embeddings");
    return this.#ask<Float32Array<ArrayBuffer>>({ image, builtIn: null }, context, {
      ofKnown: async ({ bindings }, key) =>
        bindings.embedKnown(key) as Float32Array<ArrayBuffer> | undefined,
      of: async ({ bindings }, picture, key, isSquare) =>
        (await bindings.embedPicture(key, picture, isSquare)) as Float32Array<ArrayBuffer>,
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
      withSquareOf(opened, false, async (square) => ({
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
    return withSquareOf(opened, isSquareOf(opened.read, imageSize), use);
  }

  /** A text's embedding. */
  async embedText(text: string): Promise<Float32Array<ArrayBuffer>> {
    const { bindings } = this.models.only("embeddings");
    return (await bindings.embedText(text)) as Float32Array<ArrayBuffer>;
  }

  /** Counters since the load. */
  stats(): ClassifierStats {
    const all = this.models.loaded.map(({ bindings }) => bindings);
    const none = { preprocess: 0, imageTower: 0, textTower: 0, readback: 0 };
    const stages = (this.#last?.bindings.stageTimes ?? none) as Omit<StageMilliseconds, "decode">;
    return {
      imageTowerRuns: all.reduce((sum, { imageTowerRuns }) => sum + imageTowerRuns, 0),
      textTowerRuns: all.reduce((sum, { textTowerRuns }) => sum + textTowerRuns, 0),
      wasmMemoryBytes: this.#memory.buffer.byteLength,
      stageMilliseconds: { decode: this.#decode, ...stages },
    };
  }

  #score(
    call: PictureAsk,
    context: CallContext,
    question: (model: Model) => Promise<Question>,
    more: Pick<Inquiry<Score[]>, "check"> = {},
  ): Promise<Answered<Score[]>> {
    const { signal } = context;
    return this.#ask<Score[]>(call, context, {
      ...more,
      ofKnown: async (model, key) => {
        const asked = await question(model);
        throwIfAborted(signal);
        return (await model.bindings.classifyKnown(key, asked)) as Score[] | undefined;
      },
      of: async (model, picture, key, isSquare) => {
        const asked = await question(model);
        throwIfAborted(signal);
        const scores = model.bindings.classifyPicture(key, picture, isSquare, asked, signal);
        return (await scores) as Score[];
      },
    });
  }

  /** Asks about a picture by its key where its model remembers it, else reads it. */
  async #ask<T>(
    { image, builtIn }: PictureAsk,
    context: CallContext,
    inquiry: Inquiry<T>,
  ): Promise<Answered<T>> {
    const key = ("key" in image ? image.key : null) ?? undefined;
    const known = key === undefined ? undefined : this.#known.get(key);
    if (key !== undefined && known) {
      this.#keep(key, known);
      const name = this.models.nameFor(builtIn, known.fitting);
      const model = this.models.loaded.find((loaded) => loaded.name === name);
      const value = model && (await inquiry.ofKnown(model, key));
      if (value !== undefined) return { value, details: { ...known.details, model: name } };
    }
    await inquiry.check?.();
    return this.withPicture({ image, builtIn }, context, async (opened) => {
      const { read, fitting, model, details } = opened;
      const isSquare = image.kind === "pixels" && image.preprocessed;
      const value = await inquiry.of(model, read.picture, key, isSquare);
      if (key !== undefined) this.#keep(key, { details: read.details, fitting });
      return { value, details };
    });
  }

  #keep(key: number, picture: KnownPicture): void {
    this.#known.delete(key);
    this.#known.set(key, picture);
    const oldest = this.#known.keys().next().value;
    if (this.#known.size > KNOWN_PICTURES && oldest !== undefined) this.#known.delete(oldest);
  }
}

/** Lets `use` work with the square that the model sees of a picture, which it may be already. */
async function withSquareOf<T>(
  { read, model }: OpenedPicture,
  isOne: boolean,
  use: (square: Picture) => Promise<T>,
): Promise<T> {
  if (isOne) return use(read.picture);
  const square = model.bindings.preprocess(read.picture);
  try {
    return await use(square);
  } finally {
    release(square);
  }
}

function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw new GlimpseError("aborted", "given up half-way");
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
