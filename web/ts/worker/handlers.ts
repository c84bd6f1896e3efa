/** What the worker answers calls with: a handler for each name of a table, and what all handlers share. */

import { GlimpseError } from "../shared/errors.js";
import type { CallTable } from "../shared/protocol.js";
import type { Engine, EngineListener } from "./engine.js";
import type { CallContext } from "./model-choice.js";

/** The answer to a call, and what of it is handed over and not copied. */
export interface Answer<Value> {
  readonly value: Value;
  readonly transfer?: Transferable[];
}

/** What one worker has, whatever it is asked. */
export interface WorkerState {
  /** The models; null before `create`, and always in a worker that only draws. */
  engine: Engine | null;
  readonly listener: EngineListener;
}

/** A handler for each call of a table. */
export type Handlers<Table extends CallTable<Table>> = {
  readonly [Name in keyof Table]: (
    ask: Table[Name]["ask"],
    context: CallContext,
    state: WorkerState,
  ) => Promise<Answer<Table[Name]["answer"]>>;
};

/** @throws GlimpseError where no model was loaded */
export function engineOf({ engine }: WorkerState): Engine {
  if (engine) return engine;
  throw new GlimpseError("device-lost", "the worker was asked before a model was loaded");
}
