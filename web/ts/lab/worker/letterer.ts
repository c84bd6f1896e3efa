/** Draws labels in the worker: makes the square, fetches the font that is asked for, has Rust draw. */

import { Fonts, type Picture, letter } from "#glimpse";
import { type ReadPicture, release } from "../../worker/decoding.js";
import { isSquareOf } from "../../worker/engine.js";
import type { Lettered, LetteringCorners, LetteringSpec } from "../shared/lettering.js";
import { fetchFont } from "./font-files.js";

/** The square's side where neither the caller nor a model says another: what most CLIP models see. */
export const USUAL_SIDE = 224;

/** A label on a square, whosever it is. */
type Drawn = Omit<Lettered, "model">;

/** Draws labels; keeps the fonts that it has fetched. */
export class Letterer {
  /** Those that are at hand. */
  readonly fonts = new Fonts();

  /** Has the font at hand that a spec names. One that there is not is left to Rust, which says which there are. */
  async fetchFont(
    { font = "sans" }: LetteringSpec,
    folder: string | null,
    signal: AbortSignal,
  ): Promise<void> {
    if (this.fonts.has(font)) return;
    const bytes = await fetchFont(font, folder, signal);
    if (bytes) this.fonts.add(font, bytes);
  }

  /** Draws a label onto a picture's square without a model's preprocessing: the shorter side to `side` pixels, then the middle. */
  letterSquareOf(read: ReadPicture, side: number, spec: string): Drawn {
    if (isSquareOf(read, side)) return this.letter(read.picture, spec);
    const square = read.picture.square(side);
    try {
      return this.letter(square, spec);
    } finally {
      release(square);
    }
  }

  /** Draws a label, described as JSON, onto a square. */
  letter(on: Picture, spec: string): Drawn {
    const drawn = letter(on, spec, this.fonts);
    try {
      return {
        image: new ImageData(new Uint8ClampedArray(drawn.pixels), on.width),
        corners: JSON.parse(drawn.corners) as LetteringCorners[],
        area: drawn.area,
      };
    } finally {
      drawn.free();
    }
  }
}
