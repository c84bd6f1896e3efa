/** `defend`: a picture classified with a defence against words in it. */

import type { Classifier } from "../../client/classifier.js";
import { rememberModel } from "../../client/image-input.js";
import type { ImageSource, ScoringOptions } from "../../client/options.js";
import { listOf, templatesOf } from "../../client/scoring-message.js";
import { sendImage } from "../../client/send-image.js";
import { checkOptions, checkText, checkTexts, shown } from "../../shared/arguments.js";
import type { Defence, Defended } from "../shared/defence.js";
import { labAccess } from "./lab-access.js";

/** What {@link defend} takes beside picture, labels and defence. */
export interface DefendOptions extends Pick<
  ScoringOptions,
  "hypothesisTemplate" | "builtIn" | "signal"
> {}

/** The options that there are; a record, so that none can be forgotten. */
const OPTIONS: Record<keyof DefendOptions, true> = {
  hypothesisTemplate: true,
  builtIn: true,
  signal: true,
};

type Kind = Defence["kind"];

/** The fields of each kind of defence. */
const FIELDS: { [Each in Kind]: Record<keyof Extract<Defence, { kind: Each }>, true> } = {
  none: { kind: true },
  erase: { kind: true, gate: true, boxes: true },
  mirror: { kind: true },
  heads: { kind: true, heads: true, alpha: true },
  "explain-away": { kind: true, words: true, phrase: true },
  project: { kind: true, basis: true },
};

/**
 * Classifies a picture with a defence against words that are written on it. What it costs is in the answer: passes through the
 * image tower, texts. Each has something that it is bad at: compare on clean pictures too. ImageData of the size that the model
 * sees is taken for the square itself, as `letter` gives it.
 *
 * @throws GlimpseError as `classify`; `unsupported-model` for a head, and `decode` for a basis, that the model does not have (one
 * without heads, as `"mini-photo"` is, for `heads`, and for `erase` without boxes);
 * `lettering` for a box that is none. TypeError for fields that there are not, or of a wrong type.
 * @example
 * ```ts
 * const { scores, passes, alarm } = await defend(classifier, image, ["apple", "iPod"], { kind: "mirror" });
 * ```
 */
export async function defend(
  classifier: Classifier,
  image: ImageSource,
  labels: readonly string[],
  defence: Defence,
  options: DefendOptions = {},
): Promise<Defended> {
  checkOptions(options, OPTIONS);
  const { hypothesisTemplate, builtIn = null, signal } = options;
  const ask = {
    builtIn,
    labels: listOf(labels),
    templates: templatesOf(hypothesisTemplate),
    defence: defenceText(defence),
  };
  const { defended } = await labAccess(classifier)(
    (connection) =>
      sendImage(image, ({ message, transfer }) =>
        connection.call("defend", { ...ask, image: message }, { transfer, signal }),
      ),
    signal,
  );
  if (defended.image) rememberModel(defended.image, defended.model);
  return defended;
}

/** The defence as JSON. */
function defenceText(defence: Defence): string {
  const kind: unknown = (defence as Partial<Defence> | null | undefined)?.kind;
  if (typeof kind !== "string" || !Object.hasOwn(FIELDS, kind)) {
    const kinds = Object.keys(FIELDS).join(", ");
    if (typeof defence === "string")
      throw new TypeError(
        `a defence is an object, as in { kind: "mirror" }; its kind is one of ${kinds}`,
      );
    throw new TypeError(`a defence's kind must be one of ${kinds}, not ${shown(kind)}`);
  }
  checkOptions(defence, FIELDS[kind as Kind], `defence of kind "${kind}"`);
  switch (defence.kind) {
    case "erase":
      if (defence.gate !== undefined && defence.gate !== null) checkNumber(defence.gate, "gate");
      if (defence.boxes !== undefined && defence.boxes !== null) checkList(defence.boxes, "boxes");
      break;
    case "heads":
      checkList(defence.heads, "heads");
      if (defence.alpha !== undefined) checkNumber(defence.alpha, "alpha");
      break;
    case "explain-away":
      checkList(defence.words, "words");
      checkTexts(defence.words, "words");
      if (defence.phrase !== undefined) checkText(defence.phrase, "phrase");
      break;
    case "project":
      checkList(defence.basis, "basis");
      // A Float32Array would become an object with numbers for names.
      return JSON.stringify({ ...defence, basis: defence.basis.map((row) => Array.from(row)) });
    case "none":
    case "mirror":
  }
  return JSON.stringify(defence);
}

function checkNumber(value: unknown, what: string): void {
  if (!Number.isFinite(value)) throw new TypeError(`${what} must be a number, not ${shown(value)}`);
}

function checkList(value: unknown, what: string): void {
  if (!Array.isArray(value)) throw new TypeError(`${what} must be an array, not ${shown(value)}`);
}
