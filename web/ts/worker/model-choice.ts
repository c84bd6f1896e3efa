/** Chooses the model for a picture: the one that is loaded, or one of the two built-in ones. */

import type { Picture } from "#glimpse";
import type { BuiltInName } from "../shared/built-ins.js";
import { GlimpseError } from "../shared/errors.js";
import type { ImageMessage } from "../shared/protocol.js";
import type { ClassifierInfo, Progress } from "../shared/types.js";
import type { Model } from "./model.js";
import type { ScoringMessage } from "./scorer.js";

/** What a call hands down: the signal that aborts it, and the progress of a model that it waits for. */
export interface CallContext {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
}

/** The models of a worker. */
export interface ModelChoice {
  /** What was loaded, or will be. */
  readonly info: ClassifierInfo;
  /** Those that are loaded by now. */
  readonly loaded: readonly Model[];
  /** Whether squares of this side, in pixels, are what one of them sees. */
  hasInputSize(side: number): boolean;
  /** The built-in model that fits a picture; null where there is no choice. */
  builtInFor(image: ImageMessage, picture: Picture): BuiltInName | null;
  /**
   * The name of the model for a picture: the wish's, else the one that fits.
   *
   * @throws GlimpseError `unsupported-model` for a wish that is not there
   */
  nameFor(wish: BuiltInName | null, fitting: BuiltInName | null): string;
  /** The model of that name, loaded if it was not. */
  get(name: string, context: CallContext): Promise<Model>;
  /**
   * The model of a call without a picture; `what` it is about, for the error.
   *
   * @throws GlimpseError `unsupported-model` where there are two
   */
  only(what: string): Model;
  /** Throws for labels, templates and packs that cannot be used, before any picture is read. */
  check(request: ScoringMessage): Promise<void>;
}

/** The one model that the caller named. */
export class OneModel implements ModelChoice {
  readonly loaded: readonly Model[];

  constructor(private readonly model: Model) {
    this.loaded = [model];
  }

  get info(): ClassifierInfo {
    return this.model.info;
  }

  hasInputSize(side: number): boolean {
    return side === this.model.info.imageSize;
  }

  builtInFor(): null {
    return null;
  }

  nameFor(wish: BuiltInName | null): string {
    const { name } = this.model;
    if (wish === null || wish === name) return name;
    throw new GlimpseError(
      "unsupported-model",
      `"${wish}" cannot answer where the model is "${name}": leave builtIn out, or create the classifier with the model "auto"`,
    );
  }

  async get(): Promise<Model> {
    return this.model;
  }

  only(): Model {
    return this.model;
  }

  check(request: ScoringMessage): Promise<void> {
    return this.model.scorer.check(request);
  }
}
