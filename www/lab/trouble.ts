/** Why a label could not be drawn or asked about, in words for people, and the font that would help. */

import { FONTS, GlimpseError } from "glimpse-clip";
import { problemOf } from "../words.js";
import type { Trouble } from "./lab.js";

/** Puts an error into words. */
export function troubleOf(error: unknown): Trouble {
  if (error instanceof GlimpseError && error.code === "lettering")
    return { words: sentence(error.message), font: fontIn(error.message) };
  const { title, advice, detail } = problemOf(error, "picture");
  return { words: `${title} ${advice || detail}`.trim(), font: null };
}

/** The first font that the message names as one that can write the word, by the name that `letter` takes. */
function fontIn(message: string): string | null {
  const remedy = message.split("; ").find((part) => part.includes("can write the word")) ?? "";
  return FONTS.find(({ name }) => new RegExp(`\\b${name}\\b`).test(remedy))?.name ?? null;
}

function sentence(message: string): string {
  const text = message.charAt(0).toUpperCase() + message.slice(1);
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
