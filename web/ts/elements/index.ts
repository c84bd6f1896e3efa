/** Glimpse's custom elements: importing this module registers `<image-drop>` and `<score-bars>`. */

import { define } from "./element.js";
import { ImageDrop } from "./image-drop.js";
import { ScoreBars } from "./score-bars.js";

export { ImageDrop, type FilesDrop, type ImageChange } from "./image-drop.js";
export { ScoreBars, type BarsState, type LabelsChange } from "./score-bars.js";
export { type BarScore } from "./score-row.js";

define("image-drop", ImageDrop);
define("score-bars", ScoreBars);

declare global {
  interface HTMLElementTagNameMap {
    "image-drop": ImageDrop;
    "score-bars": ScoreBars;
  }
}
