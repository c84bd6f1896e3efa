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
} from "./built-in/defences.js";
export { builtInLabels } from "./built-in/labels.js";
export { type BuiltInName } from "./shared/built-ins.js";
export { Classifier } from "./client/classifier.js";
export { GlimpseError, type GlimpseErrorCode } from "./shared/errors.js";
export { fillersFor } from "./built-in/fillers.js";
export {
  type CachedModel,
  type HubOptions,
  type ModelEntry,
  cachedBytes,
  deleteModel,
  isCached,
  listModels,
} from "./model-files/model-cache.js";
export { attack } from "./lab/client/attack.js";
export type {
  Defence,
  Defended,
  EraseDefence,
  ExplainAwayDefence,
  HeadsDefence,
  HeadShare,
  LabRegion,
  MirrorDefence,
  NoDefence,
  ProjectDefence,
} from "./lab/shared/defence.js";
export type { HeadSharesOptions } from "./lab/client/head-shares.js";
export type { DefendOptions } from "./lab/client/defend.js";
export { defend } from "./lab/client/defend.js";
export { explain, explainLabels } from "./lab/client/explain.js";
export type { Explanation, Explanations, LabelParts, Occlusion } from "./lab/shared/explanation.js";
export type { OccludeOptions } from "./lab/client/occlude.js";
export type { ExplainOptions } from "./lab/client/explain.js";
export { FONTS } from "./lab/shared/fonts.js";
export { headShares } from "./lab/client/head-shares.js";
export { letter } from "./lab/client/letter.js";
export type {
  Lettered,
  LetteringCorners,
  LetteringFont,
  LetteringPaper,
  LetteringSpec,
} from "./lab/shared/lettering.js";
export type { LabOptions, LetterOptions } from "./lab/client/lab-options.js";
export { occlude } from "./lab/client/occlude.js";
export { reportHtml, type ReportOptions } from "./lab/client/report-html.js";
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
} from "./lab/client/report.js";
export type { AttackAnswer, AttackPicture } from "./lab/shared/sweep.js";
export type { AttackOptions, AttackProgress, AttackState } from "./lab/client/attack-options.js";
export { textDirections, type TextDirectionsOptions } from "./lab/client/text-directions.js";
export { LabelPack } from "./client/label-pack.js";
export { NONE_OF_THESE } from "./shared/none-of-these.js";
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
export { type ProgressInfo } from "./client/pipeline-progress.js";
export { isTaught } from "./built-in/taught.js";
export { type BuiltInLabels } from "./built-in/taught-list.js";
export { COMMON_THINGS } from "./built-in/usual-fillers.js";
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
