/** Answers the classifier's own calls in the worker. */

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
    const { value: scores, details } = await engineOf(state).classify(call, context);
    return { value: { scores, details } };
  },

  async suggest(call, context, state) {
    const { value: scores, details } = await engineOf(state).suggest(call, context);
    return { value: { scores, details } };
  },

  async embedLabels({ labels, templates }, _, state) {
    const { scorer } = engineOf(state).models.only("label packs");
    const pack = await scorer.embedLabels(labels, templates);
    return { value: pack, transfer: [pack.buffer] };
  },

  async embedImage({ image }, context, state) {
    const { value: embedding, details } = await engineOf(state).embedImage(image, context);
    return { value: { embedding, details }, transfer: [embedding.buffer] };
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
