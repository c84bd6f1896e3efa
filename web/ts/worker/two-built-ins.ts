/** The two built-in models side by side: each picture goes to the one that fits it, and each is loaded when it is first needed. */

import type { Picture } from "#glimpse";
import type { ModelSource } from "../model-files/source/model-source.js";
import { untilAborted } from "../shared/abort.js";
import {
  AUTO,
  BUILT_IN_NAMES,
  BUILT_INS,
  type BuiltInName,
  isBuiltIn,
} from "../shared/built-ins.js";
import { GlimpseError } from "../shared/errors.js";
import type { ImageMessage, SourceMessage } from "../shared/protocol.js";
import type { ClassifierInfo, Progress } from "../shared/types.js";
import type { CallContext, ModelChoice } from "./model-choice.js";
import { type LoadContext, loadModel, reasonOf } from "./model-loading.js";
import type { Model } from "./model.js";
import { type ScoringMessage, checkTexts } from "./scorer.js";

/** Where both models are. */
type Sources = Extract<SourceMessage, { kind: "auto" }>["models"];

/** Both built-in models, as far as they are loaded. */
export class TwoBuiltIns implements ModelChoice {
  readonly #sources: Sources;
  readonly #loading: LoadContext;
  /** Files that `create` was told to preload. */
  readonly #prefetched: Map<BuiltInName, Promise<ModelSource>>;
  readonly #onLoaded: () => void;
  readonly #loaded = new Map<BuiltInName, Model>();
  readonly #pending = new Map<BuiltInName, Promise<Model>>();
  /** The progress listener of the call that waits for a model. */
  #listener: ((progress: Progress) => void) | null = null;

  /** `onLoaded` is called whenever one of them was loaded. */
  constructor(
    sources: Sources,
    loading: LoadContext,
    prefetched: Map<BuiltInName, Promise<ModelSource>>,
    onLoaded: () => void,
  ) {
    this.#sources = sources;
    this.#loading = loading;
    this.#prefetched = prefetched;
    this.#onLoaded = onLoaded;
  }

  get loaded(): readonly Model[] {
    return [...this.#loaded.values()];
  }

  get info(): ClassifierInfo {
    const { ask, probe } = this.#loading;
    const infos = this.loaded.map(({ info }) => info);
    const onGpu = infos.length === 0 ? probe?.use : infos.some(({ device }) => device === "gpu");
    const left = probe?.use ? infos.find(({ device }) => device === "cpu") : undefined;
    const photo = BUILT_INS["mini-photo"];
    return {
      model: AUTO,
      device: onGpu ? "gpu" : "cpu",
      reason: left ? `${left.model}: ${left.reason}` : reasonOf(this.#loading),
      adapter: onGpu ? (probe?.adapter ?? null) : null,
      imageSize: photo.imageSize,
      contextLength: Math.min(...BUILT_IN_NAMES.map((name) => BUILT_INS[name].contextLength)),
      fingerprint: "",
      scoring: "softmax",
      threads: 1,
      textTower: ask.loadTextTower,
      revision: null,
      kept: false,
    };
  }

  hasInputSize(side: number): boolean {
    return BUILT_IN_NAMES.some((name) => BUILT_INS[name].imageSize === side);
  }

  builtInFor(image: ImageMessage, picture: Picture): BuiltInName {
    if (image.kind === "pixels") {
      if (isBuiltIn(image.seenBy)) return image.seenBy;
      // A square tells by its size which model's it is.
      const { width, height } = picture;
      const seen = BUILT_IN_NAMES.find((name) => BUILT_INS[name].imageSize === width);
      if (image.preprocessed && width === height && seen) return seen;
    }
    return picture.builtIn as BuiltInName;
  }

  nameFor(wish: BuiltInName | null, fitting: BuiltInName | null): string {
    return wish ?? fitting ?? AUTO;
  }

  /** A model goes on loading when the call is aborted: it will be needed again. */
  async get(name: string, { signal, onProgress }: CallContext): Promise<Model> {
    if (!isBuiltIn(name)) throw new GlimpseError("unsupported-model", `"${name}" is not built in`);
    const loaded = this.#loaded.get(name);
    if (loaded) return loaded;
    this.#listener = onProgress;
    try {
      return await untilAborted(this.#load(name), signal);
    } finally {
      if (this.#listener === onProgress) this.#listener = null;
    }
  }

  only(what: string): never {
    throw new GlimpseError(
      "unsupported-model",
      `${what} belong to one model, and "${AUTO}" is two: create the classifier with a model by name, "mini", "mini-photo" or ` +
        'another ("photo")',
    );
  }

  async check({ labels, fillers }: ScoringMessage): Promise<void> {
    for (const message of [labels, fillers]) {
      if (message?.kind === "pack") this.only("label packs");
      if (message?.kind === "texts") checkTexts(message);
    }
  }

  #load(name: BuiltInName): Promise<Model> {
    const pending = this.#pending.get(name);
    if (pending) return pending;
    const report = (progress: Progress) => this.#listener?.(progress);
    const files = this.#prefetched.get(name);
    this.#prefetched.delete(name);
    const loading = loadModel(this.#sources[name], this.#loading, report, files)
      .then((model) => {
        this.#loaded.set(name, model);
        this.#onLoaded();
        return model;
      })
      .finally(() => this.#pending.delete(name));
    // Rejects whoever awaits it; the next call tries again.
    loading.catch(() => undefined);
    this.#pending.set(name, loading);
    return loading;
  }
}
