/** A loaded model in the worker: what Rust has of it, and what its labels are scored with. */

import type { Classifier as Bindings, Picture } from "#glimpse";
import type { ClassifierInfo } from "../shared/types.js";
import { Scorer } from "./scorer.js";

/** A loaded model. */
export class Model {
  /** What embedded pictures are compared with. */
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

  /** The embedding of a square that it sees. */
  async embed(square: Picture): Promise<Float32Array<ArrayBuffer>> {
    return (await this.bindings.embedSquare(square)) as Float32Array<ArrayBuffer>;
  }
}
