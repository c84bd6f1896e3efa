/** Answers the typographic lab's calls in the worker: draws, explains, defends, sweeps. */

import type { Asking } from "../../worker/model-choice.js";
import type { Engine } from "../../worker/engine.js";
import { GlimpseError } from "../../shared/errors.js";
import { Occlusion, Sha256, reportHtml, textDirections } from "#glimpse";
import type { Model } from "../../worker/model.js";
import type { CallMessage } from "../../shared/protocol.js";
import { type ReadPicture, imageDataOf, readPicture, release } from "../../worker/decoding.js";
import type { Score } from "../../shared/types.js";
import { startWasm } from "../../worker/wasm.js";
import type { LabCalls } from "../shared/calls.js";
import type { Defended, HeadShare, LabRegion } from "../shared/defence.js";
import type { Explanations } from "../shared/explanation.js";
import { Letterer, USUAL_SIDE } from "./letterer.js";
import { Sweeps } from "./sweeps.js";

/** One of the lab's calls. */
type LabCall = Extract<CallMessage, { type: keyof LabCalls }>;

/** The answer, and what of it is handed over and not copied. */
interface Answer {
  readonly value: LabCalls[keyof LabCalls]["answer"];
  readonly transfer?: Transferable[];
}

/** An occlusion that is under way, and the model that looks. */
interface Open {
  readonly occlusion: Occlusion;
  readonly model: Model;
}

/** The calls that there are; a record, so that none can be forgotten. */
const CALLS: Record<keyof LabCalls, true> = {
  prepare: true,
  letter: true,
  explain: true,
  occludeBegin: true,
  occludeStep: true,
  occludeEnd: true,
  defend: true,
  headShares: true,
  textDirections: true,
  sweepPicture: true,
  sweepBegin: true,
  sweepAnswer: true,
  sweepStep: true,
  sweepReport: true,
  sweepEnd: true,
  reportHtml: true,
};

/** Whether the lab's workbench answers it. */
export function isLabCall(call: CallMessage): call is LabCall {
  return Object.hasOwn(CALLS, call.type);
}

/** What the lab keeps in the worker: fonts, occlusions and sweeps that are under way. */
export class Workbench {
  #letterer: Letterer | null = null;
  readonly #occlusions = new Map<number, Open>();
  readonly #sweeps = new Sweeps();

  /** Answers a call. */
  async answer(call: LabCall, engine: Engine | null, asking: Asking): Promise<Answer> {
    switch (call.type) {
      case "prepare":
        await startWasm(call.wasmUrl);
        return { value: null };
      case "letter":
        return this.#letter(call, engine, asking);
      case "reportHtml":
        return { value: reportHtml(call.report) };
      case "textDirections": {
        const value = textDirections(call.differences, call.length, call.count) as Float32Array;
        return { value, transfer: [value.buffer] };
      }
      case "sweepEnd":
        this.#sweeps.end(call.sweep);
        return { value: null };
      case "occludeEnd":
        this.#occlusions.get(call.occlusion)?.occlusion.free();
        this.#occlusions.delete(call.occlusion);
        return { value: null };
    }
    if (!engine) throw new GlimpseError("device-lost", "the worker was asked without a model");
    return this.#answerWithModel(call, engine, asking);
  }

  async #answerWithModel(
    call: Exclude<
      LabCall,
      { type: "prepare" | "letter" | "reportHtml" | "textDirections" | "sweepEnd" | "occludeEnd" }
    >,
    engine: Engine,
    asking: Asking,
  ): Promise<Answer> {
    switch (call.type) {
      case "explain":
        return engine.look(call, asking, async (look) => {
          const { model, details } = look;
          const explained = await engine.withSquare(look, (square) =>
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
      case "occludeBegin":
        return engine.look(call, asking, async (look) => {
          const { labels, templates, cell } = call;
          const { model, details } = look;
          const occlusion = await engine.withSquare(look, (square) =>
            Occlusion.begin(model.bindings, square, labels, templates, cell),
          );
          this.#occlusions.set(call.occlusion, { occlusion, model });
          const { done, expected } = occlusion;
          return { value: { done, expected, details } };
        });
      case "occludeStep": {
        const open = this.#occlusions.get(call.occlusion);
        if (!open) return { value: null };
        const { occlusion, model } = open;
        await occlusion.step(model.bindings);
        const { done, expected, side } = occlusion;
        const drops = done < expected ? null : (occlusion.drops as Float32Array[]);
        return { value: { done, expected, side, drops } };
      }
      case "defend":
        return engine.look(call, asking, async (look) => {
          const { labels, templates, defence } = call;
          const { model, details } = look;
          const found = await engine.withSquare(look, (square) =>
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
      case "headShares":
        return engine.look(call, asking, async (look) => {
          const shares = await engine.withSquare(look, (square) =>
            look.model.bindings.headShares(square, call.corners),
          );
          return { value: { shares: shares as HeadShare[], details: look.details } };
        });
      case "sweepPicture":
        return engine.look(call, asking, async (look) => {
          const square = await engine.withSquare(look, async (square) => imageDataOf(square));
          const { fingerprint } = look.model.info;
          const sha256 = sha256Of(look.read, square);
          return { value: { square, sha256, details: look.details, fingerprint } };
        });
      case "sweepBegin":
        return { value: this.#sweeps.begin(call) };
      case "sweepAnswer":
        return { value: this.#sweeps.answer(call.sweep, call.answers) };
      case "sweepStep":
        return {
          value: await this.#sweeps.step(call, engine.models, this.#drawing(), asking),
        };
      case "sweepReport":
        return { value: await this.#sweeps.report(call, engine.models, asking) };
    }
  }

  async #letter(
    call: Extract<LabCall, { type: "letter" }>,
    engine: Engine | null,
    asking: Asking,
  ): Promise<Answer> {
    const { spec, size, fontsUrl } = call;
    const letterer = this.#drawing();
    await letterer.fetchFont(JSON.parse(spec), fontsUrl, asking.signal);
    if (engine && (size === null || engine.models.sees(size))) {
      return engine.look(call, asking, async (look) => {
        const { model } = look;
        const { imageSize } = model.info;
        const seen = size === null || size === imageSize;
        const lettered = seen
          ? await engine.withSquare(look, async (square) => letterer.letter(square, spec))
          : letterer.letterSquareOf(look.read, size, spec);
        const value = { lettered: { ...lettered, model: seen ? model.name : null } };
        return { value, transfer: [lettered.image.data.buffer] };
      });
    }
    const read = await readPicture(call.image, asking.signal);
    try {
      const lettered = letterer.letterSquareOf(read, size ?? USUAL_SIDE, spec);
      const value = { lettered: { ...lettered, model: null } };
      return { value, transfer: [lettered.image.data.buffer] };
    } finally {
      release(read.picture);
    }
  }

  /** Made when it is first needed, for the wasm must run. */
  #drawing(): Letterer {
    return (this.#letterer ??= new Letterer());
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
