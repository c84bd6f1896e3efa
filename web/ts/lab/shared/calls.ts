/** What the client asks of its worker for the typographic lab. What Rust reads or writes whole crosses as JSON text. */

import type { PictureAsk } from "../../shared/protocol.js";
import type { ImageDetails } from "../../shared/types.js";
import type { Defended, HeadShare } from "./defence.js";
import type { Explanations } from "./explanation.js";
import type { Lettered } from "./lettering.js";
import type { AttackAnswer } from "./sweep.js";

/** How far a sweep is in variants, or an occlusion in squares. */
export interface StepProgress {
  readonly done: number;
  readonly expected: number;
}

/** The lab's questions, by type: the question's fields, and the answer's form. */
export interface LabCalls {
  /** Starts the wasm, and loads no model: the first call of a worker that only draws. */
  prepare: { ask: { wasmUrl: string | null }; answer: null };
  letter: {
    ask: PictureAsk & {
      /** A `LetteringSpec`. */
      spec: string;
      /** The square's side; null: the model's, or else 224. */
      size: number | null;
      fontsUrl: string | null;
    };
    answer: { lettered: Lettered };
  };
  explain: {
    ask: PictureAsk & { labels: string[]; templates: string[] };
    answer: { explanations: Explanations; details: ImageDetails };
  };
  /** Begins an occlusion: looks at the picture as it is. */
  occludeBegin: {
    ask: PictureAsk & {
      /** Its number, by which later calls name it. */
      occlusion: number;
      labels: string[];
      templates: string[];
      cell: number;
    };
    answer: StepProgress & { details: ImageDetails };
  };
  /** Greys the next few squares; null: the worker knows no such occlusion. */
  occludeStep: {
    ask: { occlusion: number };
    /** `drops`: `[labels][patches]`, once all are greyed. */
    answer: (StepProgress & { drops: Float32Array[] | null; side: number }) | null;
  };
  /** Forgets an occlusion. */
  occludeEnd: { ask: { occlusion: number }; answer: null };
  defend: {
    ask: PictureAsk & {
      labels: string[];
      templates: string[];
      /** A `Defence`. */
      defence: string;
    };
    answer: { defended: Defended; details: ImageDetails };
  };
  /** Which heads look at the text in these quadrangles. */
  headShares: {
    ask: PictureAsk & {
      /** A list of `LetteringCorners`. */
      corners: string;
    };
    answer: { shares: HeadShare[]; details: ImageDetails };
  };
  /** The main directions of differences, each a row of `length` numbers. */
  textDirections: {
    ask: { differences: Float32Array; length: number; count: number };
    answer: Float32Array;
  };
  /** What a sweep needs of a picture. */
  sweepPicture: {
    ask: PictureAsk;
    /** `fingerprint`: of the model that sees it so. */
    answer: { square: ImageData; sha256: string; details: ImageDetails; fingerprint: string };
  };
  /** Begins a sweep. */
  sweepBegin: {
    ask: {
      /** Its number, by which later calls name it. */
      sweep: number;
      /** The name of the model that looks at all of its pictures. */
      model: string;
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
    answer: StepProgress | null;
  };
  /** Looks at variants for so many milliseconds, at least at one; null: the worker knows no such sweep. */
  sweepStep: {
    ask: { sweep: number; milliseconds: number };
    answer:
      (StepProgress & { answers: [key: string, answer: AttackAnswer][]; ended: boolean }) | null;
  };
  /** The report, as JSON; null: the worker knows no such sweep. `date`: in ISO 8601, UTC. */
  sweepReport: { ask: { sweep: number; date: string }; answer: string | null };
  /** Forgets a sweep. */
  sweepEnd: { ask: { sweep: number }; answer: null };
  /** A report, as JSON, as one HTML file. */
  reportHtml: { ask: { report: string }; answer: string };
}
