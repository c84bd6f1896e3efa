/** A loaded model in the worker: what Rust has of it, and what its labels are scored with. */

import type { Classifier as Bindings } from "#glimpse";
import type { ClassifierInfo } from "../shared/types.js";
import { Scorer } from "./scorer.js";

/** A loaded model. */
export class Model {
  /** Puts questions into the form that Rust takes. */
  readonly scorer: Scorer;

  constructor(
    /** The Rust classifier. */
    readonly bindings: Bindings,
    /** Where the list of what it was taught is; null for models that come without one. */
    taught: string | null,
    readonly info: ClassifierInfo,
  ) {
    this.scorer = new Scorer(bindings, info.model, taught);
  }

  /** What results call it. */
  get name(): string {
    return this.info.model;
  }
}
