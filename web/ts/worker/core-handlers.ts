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

  async classify(call, asking, state) {
    const engine = engineOf(state);
    await engine.models.check(call);
    const { embedding, model, details } = await engine.embedImage(call, asking);
    throwIfAborted(asking.signal);
    return { value: { scores: await model.scorer.score(embedding, call), details } };
  },

  async suggest(call, asking, state) {
    const { embedding, model, details } = await engineOf(state).embedImage(call, asking);
    throwIfAborted(asking.signal);
    return { value: { scores: await model.scorer.suggest(embedding, call.topK), details } };
  },

  async embedLabels({ labels, templates }, _, state) {
    const { scorer } = engineOf(state).models.only("label packs");
    const pack = await scorer.embedLabels(labels, templates);
    return { value: pack, transfer: [pack.buffer] };
  },

  async embedImage({ image }, asking, state) {
    const engine = engineOf(state);
    engine.models.only("embeddings");
    const { embedding, details } = await engine.embedImage({ image, builtIn: null }, asking);
    // A copy is handed over: the original stays, for the picture's next call.
    const copy = embedding.slice();
    return { value: { embedding: copy, details }, transfer: [copy.buffer] };
  },

  async preprocess(call, asking, state) {
    const answer = await engineOf(state).preprocess(call, asking);
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
