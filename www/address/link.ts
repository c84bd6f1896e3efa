/**
 * The state on screen as the part of an address behind `#`, which browsers send to no server, and back.
 *
 * `#picture=apple&labels=apple,pear,an+old+phone&template=a+photo+of+a+%7B%7D&model=owner/name&by=mini&none&show=cosine&order=mine&lab`:
 * only what differs from the page as it opens is written. A picture of a person's own is never in it, `picture` names an example, and
 * `by` the built-in model that was chosen for it.
 */

import type { BarsOrder, Unit } from "glimpse-clip/elements";
import {
  isAutomatic,
  isBuiltIn,
  parseAddress,
  usualTemplate,
  type BuiltIn,
  type ModelChoice,
} from "../core/model-choice.js";
import type { State } from "../core/state.js";

/** What an address can hold. */
export type Linked = Pick<
  State,
  "labels" | "template" | "model" | "none" | "unit" | "order" | "lab"
> & {
  /** The example's name, or null for any other picture. */
  example: string | null;
  /** The built-in model that a person chose for the example; null where it goes to the one that fits it. */
  by: BuiltIn | null;
};

/** What is read at most, so that no address can keep the page busy: letters of the fragment, labels, letters of each. */
export const LONGEST_READ = 16_000;
const MOST_LABELS = 500;
const LONGEST_TEXT = 500;

const UNITS: readonly Unit[] = ["probability", "cosine", "logit"];

/** The fragment for what is on screen, without `#`. `opened` is the page as it opens. */
export function fragmentOf(state: Linked, opened: Linked, usualLabels: readonly string[]): string {
  const parts: string[] = [];
  const { model, example, by } = state;
  if (example && example !== opened.example) parts.push(`picture=${encode(example)}`);
  if (!same(state.labels, usualLabels)) parts.push(`labels=${state.labels.map(encode).join(",")}`);
  if (state.template !== usualTemplate(model)) parts.push(`template=${encode(state.template)}`);
  if (model.kind === "address") parts.push(`model=${encode(model.address)}`);
  if (model.kind === "built-in" && !isAutomatic(model)) parts.push(`model=${model.name}`);
  if (model.kind === "address" && model.hub) parts.push(`hub=${encode(model.hub)}`);
  if (by && example && isAutomatic(model)) parts.push(`by=${by}`);
  if (state.none) parts.push("none");
  if (state.unit !== opened.unit) parts.push(`show=${state.unit}`);
  if (state.order !== opened.order) parts.push("order=mine");
  if (state.lab) parts.push("lab");
  return parts.join("&");
}

/** What a fragment asks for, without what it does not mention or what makes no sense: no address breaks the page. */
export function readFragment(fragment: string): Partial<Linked> {
  const fields = new Map<string, string>();
  for (const part of fragment.replace(/^#/, "").slice(0, LONGEST_READ).split("&")) {
    const [, name = "", value = ""] = /^([a-z]+)(?:=(.*))?$/s.exec(part) ?? [];
    if (name !== "") fields.set(name, value);
  }
  const read: Partial<Linked> = {};
  const labels = fields
    .get("labels")
    ?.split(",")
    .map(decode)
    .filter((label) => label !== "");
  if (labels?.length) read.labels = labels.slice(0, MOST_LABELS);
  const template = fields.get("template");
  if (template !== undefined) read.template = decode(template);
  const model = modelOf(fields.get("model"), fields.get("hub"));
  if (model) read.model = model;
  if (fields.has("none")) read.none = true;
  const unit = UNITS.find((unit) => unit === fields.get("show"));
  if (unit) read.unit = unit;
  if (fields.get("order") === "mine") read.order = "manual" satisfies BarsOrder;
  if (fields.has("lab")) read.lab = true;
  const by = fields.get("by");
  if (by && isBuiltIn(by)) read.by = by;
  const example = fields.get("picture");
  if (example) read.example = decode(example);
  return read;
}

function modelOf(address: string | undefined, hub: string | undefined): ModelChoice | null {
  const choice = address ? parseAddress(decode(address)) : null;
  const host = hub ? decode(hub) : "";
  if (choice?.kind !== "address" || !/^https?:\/\//.test(host) || !URL.canParse(host))
    return choice;
  return { ...choice, hub: host };
}

/** Blanks become `+`, and `/`, `:` and `@` stay: an address is to be read by people too. */
function encode(text: string): string {
  return encodeURIComponent(text)
    .replaceAll("%20", "+")
    .replace(/%2F|%3A|%40/g, (code) => decodeURIComponent(code));
}

function decode(text: string): string {
  try {
    const letters = [...decodeURIComponent(text.replaceAll("+", " ")).trim()];
    // Whole letters: half an emoji could be written into no address again.
    return letters.slice(0, LONGEST_TEXT).join("");
  } catch {
    return ""; // a lone % is no address of ours
  }
}

function same(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((label, index) => label === b[index]);
}
