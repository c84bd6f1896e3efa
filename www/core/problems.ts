/** Problems in words: what went wrong, what to do about it, and what the button beside it does. */

import { GlimpseError } from "glimpse-clip";

/** What went wrong, in words; `remedy` is what the button beside them does. */
export interface Problem {
  title: string;
  /** What to do about it; empty where the library's own message says that better. */
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
    "It may be damaged, or no picture at all. JPEG, PNG, WebP, GIF, BMP, TIFF and ICO always work.",
    null,
  ],
  "too-large": [
    "This picture is too large.",
    "Up to 100 million pixels can be read. Save it smaller, then try again.",
    null,
  ],
  "unsupported-model": [
    "This is not a CLIP model that Glimpse can read.",
    "It takes what the Hugging Face hub holds: config.json, preprocessor_config.json, tokenizer.json and model.safetensors or pytorch_model.bin.",
    "built-in",
  ],
  network: ["The model could not be fetched.", "", "retry"],
  integrity: ["The model arrived damaged.", "", "retry"],
  quota: ["There is no room left to keep this model.", "", "built-in"],
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

/** Puts an error into words. What has to be fetched is a model: pictures are here already. */
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

/** An example did not come: the one that was pressed is asked for again, not what is on the page. */
export function exampleProblem(error: unknown): Problem {
  return {
    ...problemOf(error),
    title: "The example could not be fetched.",
    advice: "Check the connection, then choose it again.",
    remedy: null,
  };
}

/** The lab's script did not come. */
export function labProblem(error: unknown): Problem {
  return {
    ...problemOf(error),
    title: "The lab could not be fetched.",
    advice: "Check the connection, then open it again.",
    remedy: null,
  };
}

/** A link was dropped where a picture file was wanted. */
export const NOT_A_FILE: Problem = {
  title: "That was a link, not a picture.",
  advice: "Save the picture to your device first, or copy the picture itself and paste it here.",
  detail: "",
  code: "link",
  remedy: null,
};

/** A folder or a bundle of files had nothing in it that can be looked at. */
export const NO_PICTURE: Problem = {
  title: "There is no picture in it.",
  advice: "Pictures are files like JPEG, PNG, WebP, GIF, BMP, TIFF, AVIF or HEIC.",
  detail: "",
  code: "none",
  remedy: null,
};
