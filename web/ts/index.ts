/**
 * Zero-shot image classification in the browser: a picture and your own labels in, probabilities out.
 *
 * Start with {@link Classifier}.
 */

// What is exported names browsers' types, which a program for Node.js need not have asked for.
/// <reference lib="dom" preserve="true" />

export {
  builtInDefences,
  type MeasuredAnswers,
  type MeasuredCount,
  type MeasuredDefence,
  type MeasuredDefences,
} from "./built-in-defences.js";
export { builtInLabels, type BuiltInLabels } from "./built-in-labels.js";
export { type BuiltInName } from "./built-ins.js";
export { Classifier } from "./classifier.js";
export { GlimpseError, type GlimpseErrorCode } from "./errors.js";
export { fillersFor } from "./fillers.js";
export {
  type CachedModel,
  type HubOptions,
  type ModelEntry,
  cachedBytes,
  deleteModel,
  isCached,
  listModels,
} from "./kept-models.js";
export { attack } from "./lab/attack.js";
export type {
  Defence,
  Defended,
  DefendOptions,
  EraseDefence,
  ExplainAwayDefence,
  HeadsDefence,
  HeadShare,
  HeadSharesOptions,
  LabRegion,
  MirrorDefence,
  NoDefence,
  ProjectDefence,
} from "./lab/defence.js";
export { defend } from "./lab/defend.js";
export { explain, explainLabels } from "./lab/explain.js";
export type {
  ExplainOptions,
  Explanation,
  Explanations,
  LabelParts,
  OccludeOptions,
  Occlusion,
} from "./lab/explanation.js";
export { FONTS } from "./lab/fonts.js";
export { headShares } from "./lab/head-shares.js";
export { letter } from "./lab/letter.js";
export type {
  LabOptions,
  Lettered,
  LetteringCorners,
  LetteringFont,
  LetteringPaper,
  LetteringSpec,
  LetterOptions,
} from "./lab/lettering.js";
export { occlude } from "./lab/occlude.js";
export { reportHtml, type ReportOptions } from "./lab/report-html.js";
export type {
  AttackContent,
  AttackContentOutcome,
  AttackFigures,
  AttackNet,
  AttackOutcome,
  AttackPictureFigures,
  AttackProvenance,
  AttackQuartiles,
  AttackRate,
  AttackReport,
  AttackText,
  AttackVariant,
} from "./lab/report.js";
export type {
  AttackAnswer,
  AttackOptions,
  AttackPicture,
  AttackProgress,
  AttackState,
} from "./lab/sweep.js";
export { textDirections, type TextDirectionsOptions } from "./lab/text-directions.js";
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
export { COMMON_THINGS } from "./usual-fillers.js";
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
  PreprocessOptions,
  Progress,
  Score,
  ScoringOptions,
  StageMilliseconds,
  SuggestOptions,
  WatchOptions,
  WatchResult,
  WatchSource,
} from "./types.js";
