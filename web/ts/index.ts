/**
 * Zero-shot image classification in the browser: a picture and your own labels in, probabilities out.
 *
 * Start with {@link Classifier}.
 */

export { builtInLabels, type BuiltInLabels } from "./built-in-labels.js";
export { Classifier } from "./classifier.js";
export { GlimpseError, type GlimpseErrorCode } from "./errors.js";
export { isTaught } from "./taught.js";
export type {
  ClassifierInfo,
  ClassifierStats,
  ClassifyOptions,
  CreateOptions,
  DevicePreference,
  ImageDetails,
  ImageOptions,
  ImageSource,
  ModelReference,
  Progress,
  Score,
} from "./types.js";
