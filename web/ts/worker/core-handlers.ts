/** Answers the classifier's own calls in the worker. */

import { GlimpseError } from "../shared/errors.js";
import type { Calls } from "../shared/protocol.js";
import { startEngine } from "./engine.js";
import { type Handlers, engineOf } from "./handlers.js";

/** The handlers of the core's table. */
export const coreHandlers: Handlers<Calls> = {
  async create(ask, { onProgress }, state) {
    state.engine = await startEngine(ask, onProgress, state.listener);
    return { value: state.engine.models.info };
  },

  async classify(call, context, state) {
    const engine = engineOf(state);
    await engine.models.check(call);
    const { embedding, model, details } = await engine.embedImage(call, context);
    throwIfAborted(context.signal);
    return { value: { scores: await model.scorer.score(embedding, call), details } };
  },

  async suggest(call, context, state) {
    const { embedding, model, details } = await engineOf(state).embedImage(call, context);
    throwIfAborted(context.signal);
    return { value: { scores: await model.scorer.suggest(embedding, call.topK), details } };
  },

  async embedLabels({ labels, templates }, _, state) {
    const { scorer } = engineOf(state).models.only("label packs");
    const pack = await scorer.embedLabels(labels, templates);
    return { value: pack, transfer: [pack.buffer] };
  },

  async embedImage({ image }, context, state) {
    const engine = engineOf(state);
    engine.models.only("embeddings");
    const { embedding, details } = await engine.embedImage({ image, builtIn: null }, context);
    // A copy is handed over: the original stays, for the picture's next call.
    const copy = embedding.slice();
    return { value: { embedding: copy, details }, transfer: [copy.buffer] };
  },

  async preprocess(call, context, state) {
    const answer = await engineOf(state).preprocess(call, context);
    return { value: answer, transfer: [answer.square.data.buffer] };
  },

  async embedText({ text }, _, state) {
    const embedding = await engineOf(state).embedText(text);
    return { value: embedding, transfer: [embedding.buffer] };
  },

  async stats(_, __, state) {
    return { value: engineOf(state).stats() };
  },
};

function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw new GlimpseError("aborted", "given up half-way");
}
