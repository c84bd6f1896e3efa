/** Answers the typographic lab's calls in the worker: draws, explains, defends, sweeps. */

import { Occlusion, Sha256, reportHtml, textDirections } from "#glimpse";
import type { Score } from "../../shared/types.js";
import { type ReadPicture, imageDataOf, readPicture, release } from "../../worker/decoding.js";
import type { Engine } from "../../worker/engine.js";
import { type Answer, type Handlers, engineOf } from "../../worker/handlers.js";
import type { CallContext } from "../../worker/model-choice.js";
import type { Model } from "../../worker/model.js";
import { startWasm } from "../../worker/wasm.js";
import type { LabCalls } from "../shared/calls.js";
import type { Defended, HeadShare, LabRegion } from "../shared/defence.js";
import type { Explanations } from "../shared/explanation.js";
import { Letterer, USUAL_SIDE } from "./letterer.js";
import { Sweeps } from "./sweeps.js";

/** An occlusion that is under way, and the model that looks. */
interface Open {
  readonly occlusion: Occlusion;
  readonly model: Model;
}

/** The handlers of the lab's table, with what the lab keeps in a worker: fonts, occlusions and sweeps that are under way. */
export function labHandlers(): Handlers<LabCalls> {
  let letterer: Letterer | null = null;
  const occlusions = new Map<number, Open>();
  const sweeps = new Sweeps();
  /** Made when it is first needed, for the wasm must run. */
  const drawing = () => (letterer ??= new Letterer());

  return {
    async prepare({ wasmUrl }) {
      await startWasm(wasmUrl);
      return { value: null };
    },

    letter: (call, context, { engine }) => letter(call, drawing(), engine, context),

    async explain(call, context, state) {
      const engine = engineOf(state);
      return engine.withPicture(call, context, async (opened) => {
        const { model, details } = opened;
        const explained = await engine.withSquare(opened, (square) =>
          model.bindings.explain(square, call.labels, call.templates),
        );
        const parts = explained as Omit<Explanations, "model">;
        const transfer = [parts, ...parts.labels].flatMap((part) =>
          Object.values(part).flatMap((value) =>
            value instanceof Float32Array ? [value.buffer] : [],
          ),
        );
        return { value: { explanations: { ...parts, model: model.name }, details }, transfer };
      });
    },

    async occludeBegin(call, context, state) {
      const engine = engineOf(state);
      return engine.withPicture(call, context, async (opened) => {
        const { labels, templates, cell } = call;
        const { model, details } = opened;
        const occlusion = await engine.withSquare(opened, (square) =>
          Occlusion.begin(model.bindings, square, labels, templates, cell),
        );
        occlusions.set(call.occlusion, { occlusion, model });
        const { done, expected } = occlusion;
        return { value: { done, expected, details } };
      });
    },

    async occludeStep({ occlusion: number }) {
      const open = occlusions.get(number);
      if (!open) return { value: null };
      const { occlusion, model } = open;
      await occlusion.step(model.bindings);
      const { done, expected, side } = occlusion;
      const drops = done < expected ? null : (occlusion.drops as Float32Array[]);
      return { value: { done, expected, side, drops } };
    },

    async occludeEnd({ occlusion: number }) {
      occlusions.get(number)?.occlusion.free();
      occlusions.delete(number);
      return { value: null };
    },

    async defend(call, context, state) {
      const engine = engineOf(state);
      return engine.withPicture(call, context, async (opened) => {
        const { labels, templates, defence } = call;
        const { model, details } = opened;
        const found = await engine.withSquare(opened, (square) =>
          model.bindings.defend(square, labels, templates, defence),
        );
        try {
          const erased = found.pixels;
          const defended: Defended = {
            model: model.name,
            scores: found.scores as Score[],
            passes: found.passes,
            prompts: found.prompts,
            alarm: found.alarm ?? null,
            boxes: found.boxes as LabRegion[],
            image: erased
              ? new ImageData(new Uint8ClampedArray(erased), model.info.imageSize)
              : null,
          };
          return { value: { defended, details } };
        } finally {
          found.free();
        }
      });
    },

    async headShares(call, context, state) {
      const engine = engineOf(state);
      return engine.withPicture(call, context, async (opened) => {
        const shares = await engine.withSquare(opened, (square) =>
          opened.model.bindings.headShares(square, call.corners),
        );
        return { value: { shares: shares as HeadShare[], details: opened.details } };
      });
    },

    async textDirections({ differences, length, count }) {
      const value = textDirections(differences, length, count) as Float32Array;
      return { value, transfer: [value.buffer] };
    },

    async sweepPicture(call, context, state) {
      const engine = engineOf(state);
      return engine.withPicture(call, context, async (opened) => {
        const square = await engine.withSquare(opened, async (square) => imageDataOf(square));
        const { fingerprint } = opened.model.info;
        const sha256 = sha256Of(opened.read, square);
        return { value: { square, sha256, details: opened.details, fingerprint } };
      });
    },

    async sweepBegin(call) {
      return { value: sweeps.begin(call) };
    },

    async sweepAnswer({ sweep, answers }) {
      return { value: sweeps.answer(sweep, answers) };
    },

    async sweepStep(call, context, state) {
      return { value: await sweeps.step(call, engineOf(state).models, drawing(), context) };
    },

    async sweepReport(call, context, state) {
      return { value: await sweeps.report(call, engineOf(state).models, context) };
    },

    async sweepEnd({ sweep }) {
      sweeps.end(sweep);
      return { value: null };
    },

    async reportHtml({ report }) {
      return { value: reportHtml(report) };
    },
  };
}

async function letter(
  call: LabCalls["letter"]["ask"],
  letterer: Letterer,
  engine: Engine | null,
  context: CallContext,
): Promise<Answer<LabCalls["letter"]["answer"]>> {
  const { spec, size, fontsUrl } = call;
  await letterer.fetchFont(JSON.parse(spec), fontsUrl, context.signal);
  if (engine && (size === null || engine.models.hasInputSize(size))) {
    return engine.withPicture(call, context, async (opened) => {
      const { model } = opened;
      const { imageSize } = model.info;
      const seen = size === null || size === imageSize;
      const lettered = seen
        ? await engine.withSquare(opened, async (square) => letterer.letter(square, spec))
        : letterer.letterSquareOf(opened.read, size, spec);
      const value = { lettered: { ...lettered, model: seen ? model.name : null } };
      return { value, transfer: [lettered.image.data.buffer] };
    });
  }
  const read = await readPicture(call.image, context.signal);
  try {
    const lettered = letterer.letterSquareOf(read, size ?? USUAL_SIDE, spec);
    const value = { lettered: { ...lettered, model: null } };
    return { value, transfer: [lettered.image.data.buffer] };
  } finally {
    release(read.picture);
  }
}

/** The SHA-256 of a picture's file; of the square's RGB bytes where there is no file. */
function sha256Of({ file }: ReadPicture, square: ImageData): string {
  const hash = new Sha256();
  try {
    hash.update(file ?? Uint8Array.from(square.data).filter((_, at) => at % 4 < 3));
    return hash.finish();
  } finally {
    hash.free();
  }
}
