/**
 * Zero-shot image classification in the browser: a picture and your own labels in, probabilities out.
 *
 * Start with {@link Classifier}.
 */

// What is exported names browsers' types, which a program for Node.js need not have asked for.
/// <reference lib="dom" preserve="true" />

export { builtInLabels, type BuiltInLabels } from "./built-in-labels.js";
export { Classifier } from "./classifier.js";
export { GlimpseError, type GlimpseErrorCode } from "./errors.js";
export { COMMON_THINGS, fillersFor } from "./fillers.js";
export {
  type CachedModel,
  type HubOptions,
  type ModelEntry,
  cachedBytes,
  deleteModel,
  isCached,
  listModels,
} from "./kept-models.js";
export { LabelPack } from "./label-pack.js";
export { NONE_OF_THESE } from "./none-of-these.js";
export {
  pipeline,
  type PipelineImage,
  type PipelineOptions,
  type PipelineTask,
  type RawPixels,
  type ZeroShotImageClassificationOptions,
  type ZeroShotImageClassificationOutput,
  type ZeroShotImageClassificationPipeline,
} from "./pipeline.js";
export { type ProgressInfo } from "./pipeline-progress.js";
export { isTaught } from "./taught.js";
export type {
  BatchOptions,
  BatchResult,
  ClassifierInfo,
  ClassifierStats,
  ClassifyOptions,
  CreateOptions,
  DevicePreference,
  EmbedLabelsOptions,
  ImageDetails,
  ImageOptions,
  ImageSource,
  Labels,
  ModelReference,
  Progress,
  Score,
  ScoringOptions,
  WatchOptions,
  WatchResult,
  WatchSource,
} from "./types.js";
