/** What the client asks of its worker for the typographic lab. What Rust reads or writes whole crosses as JSON text. */

import type { ImageMessage } from "../protocol.js";
import type { ImageDetails } from "../types.js";
import type { Defended } from "./defence.js";
import type { Explanations } from "./explanation.js";
import type { Lettered } from "./lettering.js";
import type { AttackAnswer } from "./sweep.js";

/** How far a sweep is, in variants. */
export interface SweepProgress {
  readonly done: number;
  readonly expected: number;
}

/** The lab's questions, by type: the question's fields, and the answer's form. */
export interface LabCalls {
  /** Starts the wasm, and loads no model: the first call of a worker that only draws. */
  prepare: { ask: { wasmUrl: string | null }; answer: null };
  letter: {
    ask: {
      image: ImageMessage;
      /** A `LetteringSpec`. */
      spec: string;
      /** The square's side; null: the model's, or else 224. */
      size: number | null;
      fontsUrl: string | null;
    };
    answer: { lettered: Lettered; details: ImageDetails };
  };
  explain: {
    ask: { image: ImageMessage; labels: string[]; templates: string[] };
    answer: { explanations: Explanations; details: ImageDetails };
  };
  occlude: {
    ask: {
      /** The square that the model sees. */
      pixels: ImageData;
      labels: string[];
      templates: string[];
      cell: number;
      /** The first patch of this step, and how many; fewer are done at the end. */
      begin: number;
      count: number;
    };
    answer: {
      side: number;
      /** The labels' logits of the picture as it is. */
      clean: number[];
      /** For each patch of this step, the labels' logits with it greyed. */
      greyed: number[][];
    };
  };
  defend: {
    ask: {
      image: ImageMessage;
      labels: string[];
      templates: string[];
      /** A `Defence`. */
      defence: string;
    };
    answer: { defended: Defended; details: ImageDetails };
  };
  /** What a sweep needs of a picture. */
  sweepPicture: {
    ask: { image: ImageMessage };
    answer: { square: ImageData; sha256: string; details: ImageDetails };
  };
  /** Begins a sweep. */
  sweepBegin: {
    ask: {
      /** Its number, by which later calls name it. */
      sweep: number;
      /** Rust's `SweepOptions`. */
      options: string;
      /** A list of `{ name, sha256 }`. */
      pictures: string;
      squares: ImageData[];
      fontsUrl: string | null;
    };
    /** Rust's `SweepOptions`, as the sweep understood them, with all defaults. */
    answer: string;
  };
  /** Tells a sweep what was answered before, by this worker or another; null: the worker knows no such sweep. */
  sweepAnswer: {
    ask: { sweep: number; answers: [key: string, answer: AttackAnswer][] };
    answer: SweepProgress | null;
  };
  /** Looks at variants for so many milliseconds, at least at one; null: the worker knows no such sweep. */
  sweepStep: {
    ask: { sweep: number; milliseconds: number };
    answer:
      (SweepProgress & { answers: [key: string, answer: AttackAnswer][]; ended: boolean }) | null;
  };
  /** The report, as JSON; null: the worker knows no such sweep. `date`: in ISO 8601, UTC. */
  sweepReport: { ask: { sweep: number; date: string }; answer: string | null };
  /** Forgets a sweep. */
  sweepEnd: { ask: { sweep: number }; answer: null };
  /** A report, as JSON, as one HTML file. */
  reportHtml: { ask: { report: string }; answer: string };
}
