/** Glimpse's custom elements: importing this module registers `<image-drop>` and `<score-bars>`. */

import { define } from "./element.js";
import { ImageDrop } from "./image-drop.js";
import { ScoreBars } from "./score-bars.js";

export { ImageDrop, type FilesDrop, type ImageChange, type ImagesChange } from "./image-drop.js";
export { type BarScore, type Unit } from "./figures.js";
export type { BarsOrder, BarsState, LabelsChange, NoneChange, OrderChange } from "./bars-events.js";
export { ScoreBars } from "./score-bars.js";

define("image-drop", ImageDrop);
define("score-bars", ScoreBars);

declare global {
  interface HTMLElementTagNameMap {
    "image-drop": ImageDrop;
    "score-bars": ScoreBars;
  }
}
