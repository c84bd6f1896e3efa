/** The report of a sweep: what was asked, on what, every answer, and the figures. The command line's has the same form. */

import type { AttackAnswer, AttackPicture } from "./sweep.js";

/**
 * What {@link attack} gives: a plain object for `JSON.stringify`, {@link reportHtml}, and `glimpse attack --replay`.
 */
export interface AttackReport {
  /** The form of this object. */
  readonly version: "glimpse-attack/1";
  /** What was asked for, with all defaults. */
  readonly options: Readonly<Record<string, unknown>>;
  /** On what it was found. */
  readonly provenance: AttackProvenance;
  /** Every variant that was looked at, with its answer. */
  readonly variants: readonly (AttackAnswer & { readonly key: string })[];
}

/** What a report's numbers depend on, beside its options. */
export interface AttackProvenance {
  /** The version of Glimpse. */
  readonly glimpse: string;
  /** The model's name. */
  readonly model: string;
  /** Its {@link ClassifierInfo.fingerprint}. */
  readonly fingerprint: string;
  /** Where it ran. */
  readonly device: "gpu" | "cpu";
  /** The side of the square that it sees, in pixels. */
  readonly imageSize: number;
  /** What cosines are multiplied by. */
  readonly logitScale: number;
  /** The fonts' SHA-256 by their names. */
  readonly fonts: Readonly<Record<string, string>>;
  /** The pictures, by name and content. */
  readonly pictures: readonly AttackPicture[];
  /** When it was made: ISO 8601, UTC. */
  readonly date: string;
}
