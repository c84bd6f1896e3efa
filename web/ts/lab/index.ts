/**
 * The typographic lab: words on pictures, what they do to the answer, who pulled it, and defences.
 *
 * Start with {@link letter} and {@link attack}; the classifier that they take is the main entry's.
 */

// What is exported names browsers' types, which a program for Node.js need not have asked for.
/// <reference lib="dom" preserve="true" />

export {
  builtInDefences,
  type MeasuredAnswers,
  type MeasuredCount,
  type MeasuredDefence,
  type MeasuredDefences,
} from "../built-in/defences.js";
export { attack } from "./client/attack.js";
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
} from "./shared/defence.js";
export type { HeadSharesOptions } from "./client/head-shares.js";
export type { DefendOptions } from "./client/defend.js";
export { defend } from "./client/defend.js";
export { explain, explainLabels } from "./client/explain.js";
export type { Explanation, Explanations, LabelParts, Occlusion } from "./shared/explanation.js";
export type { OccludeOptions } from "./client/occlude.js";
export type { ExplainOptions } from "./client/explain.js";
export { FONTS } from "./shared/fonts.js";
export { headShares } from "./client/head-shares.js";
export { letter } from "./client/letter.js";
export type {
  Lettered,
  LetteringCorners,
  LetteringFont,
  LetteringPaper,
  LetteringSpec,
} from "./shared/lettering.js";
export type { LabOptions, LetterOptions } from "./client/lab-options.js";
export { occlude } from "./client/occlude.js";
export { reportHtml, type ReportOptions } from "./client/report-html.js";
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
} from "./client/report.js";
export type { AttackAnswer, AttackPicture } from "./shared/sweep.js";
export type { AttackOptions, AttackProgress, AttackState } from "./client/attack-options.js";
export { textDirections, type TextDirectionsOptions } from "./client/text-directions.js";
