/** Puts a label into a sentence: in quotation marks, not too long, and whichever way it is written. */

/** Letters; the rest is left out of sentences. */
const LONGEST = 60;
const ISOLATE = "\u2068";
const END = "\u2069";

/** `“dog”`. The marks of isolation keep a label written from right to left from turning its neighbours around. */
export function quoted(text: string): string {
  const letters = [...text];
  const short = letters.length > LONGEST ? `${letters.slice(0, LONGEST - 1).join("")}…` : text;
  return `“${ISOLATE}${short}${END}”`;
}
