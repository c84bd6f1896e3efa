/**
 * Zero-shot image classification in the browser: a picture and your own labels in, probabilities out.
 *
 * Start with {@link Classifier}.
 */

// What is exported names browsers' types, which a program for Node.js need not have asked for.
/// <reference lib="dom" preserve="true" />

export { fillersFor } from "./built-in/fillers.js";
export { builtInLabels } from "./built-in/labels.js";
export { type BuiltInLabels } from "./built-in/taught-list.js";
export { isTaught } from "./built-in/taught.js";
export { COMMON_THINGS } from "./built-in/usual-fillers.js";
export { Classifier } from "./client/classifier.js";
export { LabelPack } from "./client/label-pack.js";
export type {
  BatchOptions,
  BatchResult,
  ClassifyOptions,
  CreateOptions,
  EmbedLabelsOptions,
  ImageOptions,
  ImageSource,
  Labels,
  PreprocessOptions,
  ScoringOptions,
  SuggestOptions,
  WatchOptions,
  WatchResult,
  WatchSource,
} from "./client/options.js";
export { type ProgressInfo } from "./client/pipeline-progress.js";
export {
  pipeline,
  type PipelineImage,
  type PipelineOptions,
  type PipelineTask,
  type RawPixels,
  type ZeroShotImageClassificationOptions,
  type ZeroShotImageClassificationOutput,
  type ZeroShotImageClassificationPipeline,
} from "./client/pipeline.js";
export {
  type CachedModel,
  type HubOptions,
  type ModelEntry,
  cachedBytes,
  deleteModel,
  isCached,
  listModels,
} from "./model-files/model-cache.js";
export { type BuiltInName } from "./shared/built-ins.js";
export { GlimpseError, type GlimpseErrorCode } from "./shared/errors.js";
export { NONE_OF_THESE } from "./shared/none-of-these.js";
export type {
  ClassifierInfo,
  ClassifierStats,
  DevicePreference,
  ImageDetails,
  ModelReference,
  Progress,
  Score,
  StageMilliseconds,
} from "./shared/types.js";
