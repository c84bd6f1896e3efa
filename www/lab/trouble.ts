/** Why a word could not be drawn or asked about, in words for people, and the font that would help. */

import { GlimpseError } from "glimpse-clip";
import { FONTS } from "glimpse-clip/lab";
import { quoted } from "../core/quote.js";
import { problemOf } from "../core/problems.js";
import type { Trouble } from "./lab.js";

/** How the message begins to list the fonts that would do. */
const REMEDIES = "these fonts can write the word: ";

/** Puts an error into words. */
export function troubleOf(error: unknown): Trouble {
  if (error instanceof GlimpseError && error.code === "lettering")
    return { words: sentence(asInTheMenu(error.message)), font: fontIn(error.message) };
  const { title, advice, detail } = problemOf(error);
  return { words: `${title} ${advice || detail}`.trim(), font: null };
}

/** The message with the fonts called what the menu calls them. */
function asInTheMenu(message: string): string {
  const [said = "", listed] = message.split(REMEDIES);
  const titled = said.replace(/\bfont "([\w-]+)"/g, (_, name: string) => `font ${titleOf(name)}`);
  return listed === undefined
    ? titled
    : `${titled}${REMEDIES}${listed.split(", ").map(titleOf).join(", ")}`;
}

function titleOf(font: string): string {
  return quoted(FONTS.find(({ name }) => name === font)?.title ?? font);
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
