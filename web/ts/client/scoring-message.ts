/** Turns what a caller gives for labels and options into what the worker is asked. */

import { checkCount, checkTexts } from "../shared/arguments.js";
import type { Calls, FillersMessage, LabelsMessage } from "../shared/protocol.js";
import { LabelPack, packMessage } from "./label-pack.js";
import type { Labels, ScoringOptions } from "./options.js";

/** A `classify` call without its picture. */
export type ScoringMessage = Omit<Calls["classify"]["ask"], "image">;

/** Checks labels and options, and puts them into the form that crosses to the worker. */
export function scoringMessage(labels: Labels, options: ScoringOptions): ScoringMessage {
  const { hypothesisTemplate, topK = null, noneOfThese = false, builtIn = null } = options;
  if (topK !== null) checkCount(topK, "topK");
  if (labels instanceof LabelPack && hypothesisTemplate !== undefined) {
    throw new TypeError("a label pack holds its own templates: leave out hypothesisTemplate");
  }
  const texts = listOf(labels);
  const templates =
    labels instanceof LabelPack ? [...labels.templates] : templatesOf(hypothesisTemplate);
  const message = (list: Labels): LabelsMessage =>
    list instanceof LabelPack
      ? packMessage(list)
      : { kind: "texts", labels: listOf(list), templates };
  return { labels: message(labels), fillers: fillers(), topK, builtIn };

  function fillers(): FillersMessage | null {
    if (noneOfThese === false) return null;
    if (noneOfThese === true) return { kind: "usual", beside: texts, templates };
    if (noneOfThese instanceof LabelPack) return packMessage(noneOfThese);
    // A label that is its own competitor would halve its score.
    const others = listOf(noneOfThese).filter((filler) => !texts.includes(filler));
    if (others.length > 0) return message(others);
    throw new TypeError(
      "noneOfThese has no text that is not among the labels; give it some others",
    );
  }
}

/** The templates as a list; none means that labels are used as they are typed. */
export function templatesOf(hypothesisTemplate: string | readonly string[] = []): string[] {
  const templates: readonly unknown[] = Array.isArray(hypothesisTemplate)
    ? hypothesisTemplate
    : [hypothesisTemplate];
  checkTexts(templates, "hypothesisTemplate and those in it");
  return [...templates];
}

/** The labels' texts. */
export function listOf(labels: Labels): string[] {
  if (labels instanceof LabelPack) return [...labels.labels];
  // A string is iterable: it would be taken for a label a letter.
  if (typeof labels !== "object" || labels === null || !(Symbol.iterator in labels)) {
    throw new TypeError(
      'labels must be an array of strings, as in ["a dog", "a cat"], or a LabelPack',
    );
  }
  const texts: readonly unknown[] = [...labels];
  checkTexts(texts, "labels");
  return [...texts];
}
