/** The label as the lab holds it: a `LetteringSpec` whose fields all have a value, and within what each is kept. */

import type { LetteringPaper } from "glimpse-clip/lab";

/** A label, and what is fixed of it while a person works on it. Fractions are of the square's side, angles degrees clockwise. */
export interface LabSpec {
  word: string;
  font: string;
  paper: LetteringPaper;
  /** The text's height. */
  height: number;
  /** The label's centre from the left. */
  x: number;
  /** The label's centre from the top. */
  y: number;
  rotation: number;
  /** The turn about the label's horizontal axis. */
  tilt: number;
  /** The turn about its vertical axis. */
  turn: number;
  mirror: boolean;
  opacity: number;
  /** `#rrggbb`; null for what suits the paper. */
  ink: string | null;
  paperColour: string | null;
  copies: number;
  /** Where copies after the first go. */
  seed: number;
}

/** The papers and what people call them. */
export const PAPERS: readonly (readonly [LetteringPaper, string])[] = [
  ["note", "Paper note"],
  ["tape", "Tape"],
  ["sticker", "Sticker"],
  ["sign", "Sign"],
  ["none", "None, ink alone"],
];

/** The label that the lab opens with, but for its word. */
export const PLAIN: LabSpec = {
  word: "",
  font: "sans",
  paper: "note",
  height: 0.16,
  x: 0.5,
  y: 0.6,
  rotation: 0,
  tilt: 0,
  turn: 0,
  mirror: false,
  opacity: 1,
  ink: null,
  paperColour: null,
  copies: 1,
  seed: 0,
};

/** The fields that are numbers a person can choose, and the least and most of each: the centre stays on the picture. */
export const RANGES = {
  x: [0, 1],
  y: [0, 1],
  height: [0.02, 1],
  rotation: [-180, 180],
  tilt: [-75, 75],
  turn: [-75, 75],
  opacity: [0, 1],
  copies: [1, 64],
} as const satisfies Partial<Record<keyof LabSpec, readonly [number, number]>>;

/** A field of {@link RANGES}. */
export type Ranged = keyof typeof RANGES;

/** The nearest value that a field may have; angles in the picture's plane go round. */
export function within(field: Ranged, value: number): number {
  if (field === "rotation") return turned(value);
  const [least, most] = RANGES[field];
  return Math.min(most, Math.max(least, value));
}

/** The same angle between -180 and 180 degrees. */
function turned(degrees: number): number {
  const round = ((((degrees + 180) % 360) + 360) % 360) - 180;
  return round === -180 ? 180 : round;
}
