/** What is written onto a picture, and what comes of it. */

/**
 * What a word is written on: `"none"` is ink alone, `"note"` a sheet with square corners, `"tape"` a strip across, a little
 * see-through, `"sticker"` has round corners and a white rim, `"sign"` is a framed board.
 */
export type LetteringPaper = "none" | "note" | "tape" | "sticker" | "sign";

/**
 * A label as it is laid on a picture: the word, its paper, and where. Places and lengths are fractions of the square that a
 * model sees (after resize and crop); angles are degrees, clockwise as people see it.
 *
 * @example
 * ```ts
 * const spec: LetteringSpec = { word: "iPod", paper: "note", height: 0.16, x: 0.5, y: 0.7, rotation: -6 };
 * ```
 */
export interface LetteringSpec {
  /** The text: one line of 1 to 200 characters, in any script that the font has. May be empty only with {@link blank}. */
  word?: string;
  /** A bundled font's {@link LetteringFont.name}: `"sans"`, `"serif"`, `"mono"`, `"hand"`, or another of {@link FONTS}. Defaults to `"sans"`. */
  font?: string;
  /** What it is written on. Defaults to `"note"`. */
  paper?: LetteringPaper;
  /** How tall the text is (the font's em), as a fraction of the square's side: 0.02 to 1. Defaults to 0.16. */
  height?: number;
  /** The label's centre from the left, as a fraction of the side: -0.5 to 1.5. Defaults to 0.5, the middle. */
  x?: number;
  /** The label's centre from the top, as a fraction of the side: -0.5 to 1.5. Defaults to 0.5, the middle. */
  y?: number;
  /** The label's turn in the picture's plane, in degrees clockwise: -360 to 360. Defaults to 0. */
  rotation?: number;
  /** How far it leans back about its horizontal axis, in degrees: -75 to 75. Defaults to 0. */
  tilt?: number;
  /** How far it is turned aside about its vertical axis, in degrees: -75 to 75. Defaults to 0. */
  turn?: number;
  /** Whether left and right of the label are exchanged, as in a mirror. Defaults to `false`. */
  mirror?: boolean;
  /** 0 (not there) to 1 (opaque). Defaults to 1. */
  opacity?: number;
  /** The text's colour as `"#rrggbb"`; `null` or left out: what suits the paper. */
  ink?: string | null;
  /** The paper's colour as `"#rrggbb"`; `null` or left out: the paper's own. */
  paperColour?: string | null;
  /** How many labels, 1 to 64; those after the first are spread over the picture by {@link seed}. Defaults to 1. */
  copies?: number;
  /** Where further copies go: an integer from 0 to 2^53 - 1. Defaults to 0. */
  seed?: number;
  /** The same paper at the same place, without the word: the control of every attack. Defaults to `false`. */
  blank?: boolean;
}

/** A label's four corners: `[x, y]` each, fractions of the square's side, clockwise from the label's own top left. */
export type LetteringCorners = [
  [x: number, y: number],
  [x: number, y: number],
  [x: number, y: number],
  [x: number, y: number],
];

/** A picture with a label on it. */
export interface Lettered {
  /** The model that sees such a square: `info.model`, under `"auto"` the built-in one; `null` where it is no model's. */
  model: string | null;
  /** The square with the label, opaque. The same picture and spec give the same bytes everywhere, in Node.js and on the command line too. */
  image: ImageData;
  /** Where each copy lies; the first is the one that the spec places. May reach beyond the square. */
  corners: LetteringCorners[];
  /** How much of the square the label changed: changed pixels by all pixels, 0 to 1. */
  area: number;
}

/** One of the fonts that come with the package. Each is fetched when the first label asks for it. */
export interface LetteringFont {
  /** What {@link LetteringSpec.font} calls it. */
  readonly name: string;
  /** The font's own name, for people. */
  readonly title: string;
  /** Its file's name in the package's folder `dist/fonts`. */
  readonly file: string;
  /** Its licence, in words; the text lies beside the font. */
  readonly licence: string;
  /** The scripts that it writes, in words for people. */
  readonly covers: string;
  /** Of its file, 64 hexadecimal digits: another file is refused with `integrity`. */
  readonly sha256: string;
}
