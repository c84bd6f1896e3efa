/** Glimpse's custom elements: importing this module registers `<glimpse-classifier>`, `<image-drop>` and `<score-bars>`. */

import { define } from "./element.js";
import { GlimpseClassifier } from "./glimpse-classifier.js";
import { ImageDrop } from "./image-drop.js";
import { ScoreBars } from "./score-bars.js";

export type {
  ClassifierState,
  GlimpseClassifierEventMap,
  ScoresDetail,
} from "./classifier-events.js";
export { GlimpseClassifier } from "./glimpse-classifier.js";
export { ImageDrop, type FilesDrop, type ImageChange, type ImagesChange } from "./image-drop.js";
export { type BarScore, type Unit } from "./figures.js";
export type { BarsOrder, BarsState, LabelsChange, NoneChange, OrderChange } from "./bars-events.js";
export { ScoreBars } from "./score-bars.js";

define("image-drop", ImageDrop);
define("score-bars", ScoreBars);
define("glimpse-classifier", GlimpseClassifier);

declare global {
  interface HTMLElementTagNameMap {
    "glimpse-classifier": GlimpseClassifier;
    "image-drop": ImageDrop;
    "score-bars": ScoreBars;
  }
}
