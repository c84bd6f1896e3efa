/** Loads a model in the worker: opens its files, has Rust read them, and says where it runs and why. */

import { type Classifier as Bindings, load } from "#glimpse";
import type { OnFileProgress } from "../model-files/download/transfer.js";
import type { ModelSource } from "../model-files/source/model-source.js";
import { openSource } from "../model-files/source/open-source.js";
import { toPlainError } from "../shared/errors.js";
import type { Calls, ModelMessage } from "../shared/protocol.js";
import type { ClassifierInfo, Progress } from "../shared/types.js";
import type { GpuProbe } from "./gpu-probe.js";
import { Model } from "./model.js";

/** What all models of a worker share when they are loaded. */
export interface LoadContext {
  readonly ask: Calls["create"]["ask"];
  /** Settles when the wasm can be called. */
  readonly wasm: Promise<unknown>;
  /** What was found out of the GPU; null where it is not to be tried again. */
  readonly probe: GpuProbe | null;
}

/** Opens a model's files; what can be prefetched is requested before this returns. */
export function openFiles(
  source: ModelMessage,
  { ask: { cache }, wasm }: Pick<LoadContext, "ask" | "wasm">,
  onProgress: (progress: Progress) => void,
): Promise<ModelSource> {
  const { name: model } = source;
  const report: OnFileProgress = (phase, file, loaded, total) =>
    onProgress({ model, phase, file, loaded, total, fromCache: phase === "verify" });
  return openSource(source, { cache, wasm, report });
}

/** Loads a model, whose `files` may have been opened before. */
export async function loadModel(
  source: ModelMessage,
  loading: LoadContext,
  onProgress: (progress: Progress) => void,
  files: Promise<ModelSource> = openFiles(source, loading, onProgress),
): Promise<Model> {
  const { ask, probe } = loading;
  const options = {
    device: probe?.use ? "gpu" : "cpu",
    loadTextTower: ask.loadTextTower,
    tokenRows: ask.tokenRows,
  } as const;
  const open = () => openFiles(source, loading, onProgress);
  const loaded = await loadFrom(await files, open, options, onProgress);
  const info = loaded.bindings.info as ClassifierInfo;
  const taught = source.kind === "urls" ? source.taught : null;
  return new Model(loaded.bindings, taught, {
    ...info,
    // Rust knows why it left a GPU that the probe had found; all else is the probe's to tell.
    reason: probe?.use && info.device === "cpu" ? info.reason : reasonOf(loading),
    adapter: info.device === "gpu" ? (probe?.adapter ?? info.adapter) : null,
    scoring: "softmax",
    threads: 1,
    revision: loaded.source.revision,
    // A failure of the cache is no reason to do without the model.
    kept: await loaded.source.markLoaded().catch(() => false),
  });
}

/** Why the device was taken that was, as far as is known before a model is loaded. */
export function reasonOf({ ask, probe }: LoadContext): string {
  return probe ? probe.reason : `the GPU failed: ${ask.gpuFailure}`;
}

/** Loads the model; once more from the beginning where a file changed on the server meanwhile. */
async function loadFrom(
  files: ModelSource,
  reopen: () => Promise<ModelSource>,
  options: Parameters<typeof load>[1],
  onProgress: (progress: Progress) => void,
): Promise<{ bindings: Bindings; source: ModelSource }> {
  for (let source = files, again = true; ; source = await reopen(), again = false) {
    // What comes over the network is reported as it is downloaded; the device then has it at once.
    const report = (phase: Progress["phase"], file: string, loaded: number, total?: number) => {
      if (phase === "upload" && !source.isLocal(file)) return;
      const fromCache = phase === "upload";
      onProgress({ model: source.name, phase, file, loaded, total: total ?? null, fromCache });
    };
    try {
      return { bindings: await load(source, options, report), source };
    } catch (error) {
      if (source.stale && again) continue;
      await evictUnusable(error, source);
      throw error;
    }
  }
}

/** Evicts files that cannot be used. */
async function evictUnusable(error: unknown, files: ModelSource): Promise<void> {
  const { code } = toPlainError(error, "device-lost");
  if (code === "integrity") await files.invalidate().catch(() => undefined);
  if (code === "unsupported-model") await files.evict().catch(() => undefined);
}
