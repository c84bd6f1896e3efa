/** The models that are offered by name, on the page's thread: the table of Rust's `models.json`, which `shared-data.mjs` brings here. */

import { MODELS } from "./models.json.js";

/** One model that has a name here. */
export interface Offered {
  /** What people type. */
  readonly name: string;
  /** `owner/name` on the Hugging Face hub; `null` for a built-in model. */
  readonly repository: string | null;
  /** The repository to take where that one is gone or has no weights that are read. */
  readonly otherwise: string | null;
  /** Bytes: of a built-in model as it is, of others to download, in f32. */
  readonly bytes: number;
  /** Its licence, as its card says it. */
  readonly licence: string;
  /** ImageNet zero-shot accuracy in percent, as published. */
  readonly imagenet: number | null;
  /** What to take it for. */
  readonly goodAt: string;
  /** What to know before it is taken. */
  readonly caution: string | null;
}

/** The built-in models first. */
export const OFFERED: readonly Offered[] = MODELS.offered.map((model) => ({
  name: model.name,
  repository: model.repository,
  otherwise: model.otherwise,
  bytes: model.size_mb * 1e6,
  licence: model.licence,
  imagenet: model.imagenet,
  goodAt: model.good_at,
  caution: model.caution,
}));
