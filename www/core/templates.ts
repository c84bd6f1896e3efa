/** The sentences that labels are put in: those to choose from, what is wrong with one, how the model reads a label in it. */

import { quoted } from "./quote.js";
import type { State } from "./state.js";

/** The word for CLIP's seven sentences at once; the package and the command line take the same. */
const ENSEMBLE = "imagenet";

/** A template to choose, and what it is good for. */
export interface TemplateChoice {
  template: string;
  note: string;
}

/** What the menu offers, first to last. */
export const TEMPLATES: readonly TemplateChoice[] = [
  { template: "a picture of a {}", note: "photographs and drawings" },
  { template: "a photo of a {}", note: "photographs" },
  { template: "a drawing of a {}", note: "drawings, icons, emoji" },
  { template: "the word {}", note: "what is written in the picture" },
  { template: "{}", note: "the label alone, as you typed it" },
  { template: ENSEMBLE, note: "seven sentences at once, averaged: steadier on photographs" },
];

/** What is wrong with a template, or "" when it will do. */
export function templateComplaint(template: string): string {
  if (template.trim() === "" || isEnsemble(template) || template.includes("{}")) return "";
  return "Put {} where the label belongs, as in “a picture of a {}”.";
}

/** How the model reads the first label. */
export function templatePreview({ template, labels }: State): string {
  const [label] = labels;
  if (label === undefined) return "";
  if (isEnsemble(template))
    return `The model reads ${quoted(`itap of a ${label}.`)}, ${quoted(`a bad photo of the ${label}.`)} and five more, and takes their mean.`;
  const sentence = template.trim() === "" ? label : template.replaceAll("{}", () => label);
  return `The model reads: ${quoted(sentence)}`;
}

/** Whether this is the word for the seven sentences. */
function isEnsemble(template: string): boolean {
  return template.trim() === ENSEMBLE;
}
