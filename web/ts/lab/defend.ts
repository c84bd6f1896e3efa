/** `defend`: a picture classified with a defence against words in it. */

import { checkOptions, checkTexts, shown } from "../arguments.js";
import type { Classifier } from "../classifier.js";
import { doorOf } from "../door.js";
import { listOf, templatesOf } from "../request.js";
import { sendImage } from "../sending.js";
import type { ImageSource } from "../types.js";
import type { Defence, Defended, DefendOptions } from "./defence.js";

/** The options that there are; a record, so that none can be forgotten. */
const OPTIONS: Record<keyof DefendOptions, true> = { hypothesisTemplate: true, signal: true };

type Kind = Defence["kind"];

/** The fields of each kind of defence. */
const FIELDS: { [Each in Kind]: Record<keyof Extract<Defence, { kind: Each }>, true> } = {
  erase: { kind: true, oracle: true, gate: true },
  mirror: { kind: true },
  heads: { kind: true, count: true, ranking: true, alpha: true },
  "explain-away": { kind: true, words: true },
  project: { kind: true, basis: true },
};

/**
 * Classifies a picture with a defence against words that are written on it. What it costs is in the answer: passes through the
 * image tower, texts. Each has something that it is bad at: compare on clean pictures too.
 *
 * @throws GlimpseError as `classify`, and `lettering` where the defence does not fit the model (a head that there is not, a
 * basis of another length). TypeError for fields that there are not, or of a wrong type.
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
  const { hypothesisTemplate, signal } = options;
  const ask = {
    labels: listOf(labels),
    templates: templatesOf(hypothesisTemplate),
    defence: defenceText(defence),
  };
  const answer = await doorOf(classifier)(
    (connection) =>
      sendImage(image, ({ message, transfer }) =>
        connection.call("defend", { ...ask, image: message }, { transfer, signal }),
      ),
    signal,
  );
  return answer.defended;
}

/** The defence as JSON. */
function defenceText(defence: Defence): string {
  const kind: unknown = (defence as Partial<Defence> | null | undefined)?.kind;
  if (typeof kind !== "string" || !Object.hasOwn(FIELDS, kind)) {
    const kinds = Object.keys(FIELDS).join(", ");
    throw new TypeError(`a defence's kind must be one of ${kinds}, not ${shown(kind)}`);
  }
  checkOptions(defence, FIELDS[kind as Kind], `defence of kind "${kind}"`);
  switch (defence.kind) {
    case "heads":
      checkNumber(defence.count, "count");
      checkNumber(defence.alpha, "alpha");
      checkList(defence.ranking, "ranking");
      break;
    case "explain-away":
      checkList(defence.words, "words");
      checkTexts(defence.words, "words");
      break;
    case "project":
      checkList(defence.basis, "basis");
      // A Float32Array would become an object with numbers for names.
      return JSON.stringify({ ...defence, basis: defence.basis.map((row) => Array.from(row)) });
    case "erase":
      if (defence.gate !== undefined) checkNumber(defence.gate, "gate");
      if (defence.oracle !== undefined) checkList(defence.oracle, "oracle");
      break;
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
