/** Every sentence that depends on what happened: what it is, and what to do about it. */

import { GlimpseError, isTaught } from "glimpse-clip";
import { modelName } from "./models.js";
import type { State } from "./state.js";

/** What went wrong, in words; `remedy` is what the button beside them does. */
export interface Problem {
  title: string;
  advice: string;
  /** The library's own message. */
  detail: string;
  code: string;
  remedy: "retry" | "built-in" | "cpu" | null;
}

type Remedy = Problem["remedy"];

/** What each button beside a problem says. */
export const REMEDIES: Record<Exclude<Remedy, null>, string> = {
  retry: "Try again",
  "built-in": "Use the built-in model",
  cpu: "Go on without the GPU",
};

const PROBLEMS: Record<string, [title: string, advice: string, remedy: Remedy]> = {
  decode: [
    "This file could not be read as a picture.",
    "It may be damaged, or no picture at all. JPEG, PNG, WebP, GIF, BMP and TIFF always work.",
    null,
  ],
  "too-large": [
    "This picture is too large.",
    "Up to 100 million pixels can be read. Save it smaller, then try again.",
    null,
  ],
  "unsupported-model": [
    "This is not a CLIP model that Glimpse can read.",
    "It takes what the Hugging Face hub holds: config.json, preprocessor_config.json, tokenizer.json and model.safetensors.",
    "built-in",
  ],
  network: [
    "The model could not be fetched.",
    "Check the address and the connection. The site must also allow other pages to read its files (CORS).",
    "retry",
  ],
  integrity: [
    "The model arrived damaged.",
    "Fetch it again; if it happens twice, the files at that address are broken.",
    "retry",
  ],
  quota: [
    "There is no room left to keep this model.",
    "Free some disk space or pick a smaller model.",
    "built-in",
  ],
  "device-lost": [
    "The GPU stopped answering.",
    "Other tabs or a driver may be the reason. The CPU gives the same numbers, more slowly.",
    "cpu",
  ],
  "no-labels": ["A label has no words.", "Type something in it, or remove it.", null],
  "out-of-memory": [
    "There was not enough memory.",
    "Close other tabs, or use a smaller model.",
    "built-in",
  ],
};

/** Puts an error into words. */
export function problemOf(error: unknown): Problem {
  const code = error instanceof GlimpseError ? error.code : "unknown";
  const [title, advice, remedy] = PROBLEMS[code] ?? [
    "Something went wrong that should not have.",
    "Try again; if it stays, reload the page.",
    "retry" as Remedy,
  ];
  const detail = error instanceof Error ? error.message : String(error);
  return { title, advice, detail, code, remedy };
}

/** A link was dropped where a picture file was wanted. */
export const NOT_A_FILE: Problem = {
  title: "That was a link, not a picture.",
  advice: "Save the picture to your device first, or copy the picture itself and paste it here.",
  detail: "",
  code: "link",
  remedy: null,
};

/** The line under the bars. */
export function statusOf(state: State): string {
  if (state.phase === "loading") return loading(state);
  if (state.phase === "error") return "";
  if (state.labels.length === 0)
    return "Type what the picture might show. Two labels or more make a contest.";
  if (state.phase === "working" && state.slow) return "Looking…";
  if (state.milliseconds === null) return "";
  const device = state.info?.device === "gpu" ? "GPU" : "CPU";
  return `${duration(state.milliseconds)} on your ${device}. The picture never left this device.`;
}

function loading({ model, progress }: State): string {
  const name = model.kind === "built-in" ? "the built-in model" : modelName(model);
  if (progress?.phase === "compile") return "Preparing the graphics card…";
  if (!progress?.total) return `Loading ${name}…`;
  return `Loading ${name}: ${megabytes(progress.loaded)} of ${megabytes(progress.total)} MB`;
}

/** A quiet sentence about what the numbers can and cannot say; empty when there is none to say. */
export function hintOf(state: State): string {
  if (state.labels.length === 1)
    return "A single label always gets 100 %. Add another to compare it with.";
  if (!showsPhotograph(state) && state.labels.some((label) => caveatOf(state, label)))
    return "Marked “guess”: labels that the built-in model was not taught. Their shares say little.";
  return "";
}

/** What is said of a photograph in front of a model that has never seen one; empty where that is not so. */
export function photographWords(state: State): string {
  return showsPhotograph(state)
    ? "This looks like a photograph. The built-in model knows only drawings, so do not trust these numbers."
    : "";
}

/** Whether the built-in model is looking at what seems to be a photograph. */
export function showsPhotograph({ model, picture }: State): boolean {
  return model.kind === "built-in" && picture?.photograph === true;
}

/** Why a label's share is a guess; empty where it is none, or where nobody can tell. */
export function caveatOf({ model, taught }: State, label: string): string {
  if (model.kind !== "built-in" || !taught || isTaught(label, taught)) return "";
  return "The built-in model was not taught this label: treat its share as a guess.";
}

/** What is wrong with a template, or "" when it will do. */
export function templateComplaint(template: string): string {
  if (template.trim() === "" || template.includes("{}")) return "";
  return "Put {} where the label belongs, as in “a drawing of a {}”.";
}

/** How the model reads the first label. */
export function templatePreview({ template, labels }: State): string {
  const label = labels[0];
  if (!label) return "";
  const sentence = template.trim() === "" ? label : template.replaceAll("{}", () => label);
  return `The model reads: “${sentence}”`;
}

function duration(milliseconds: number): string {
  return milliseconds < 1000
    ? `${Math.max(1, Math.round(milliseconds))} ms`
    : `${(milliseconds / 1000).toFixed(1)} s`;
}

function megabytes(bytes: number): string {
  const value = bytes / 1e6;
  return value < 100 ? value.toFixed(1) : value.toFixed(0);
}
