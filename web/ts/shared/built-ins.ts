/** The two models that come with the package: their names, and what is known of them before they are loaded. */

/** A built-in model's name. */
export type BuiltInName = "mini" | "mini-photo";

/** The name of both together: each picture goes to the one that fits it. */
export const AUTO = "auto";

/** What of a built-in model its files say too, and what it is asked with. */
interface BuiltIn {
  /** The side, in pixels, of the square that it sees. */
  readonly imageSize: number;
  /** The longest text, in tokens. */
  readonly contextLength: number;
  /** The sentence in which it is asked for what it was taught. */
  readonly template: string;
}

/** Both, in the order in which they are listed. */
export const BUILT_INS: Readonly<Record<BuiltInName, BuiltIn>> = {
  mini: { imageSize: 64, contextLength: 32, template: "a drawing of a {}" },
  "mini-photo": { imageSize: 224, contextLength: 24, template: "a photo of a {}" },
};

/** Whether it is a built-in model's name. */
export function isBuiltIn(name: unknown): name is BuiltInName {
  return typeof name === "string" && Object.hasOwn(BUILT_INS, name);
}

/** Their names, in the order in which they are listed. */
export const BUILT_IN_NAMES = Object.keys(BUILT_INS) as readonly BuiltInName[];
