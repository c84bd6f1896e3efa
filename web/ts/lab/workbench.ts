/** Answers the typographic lab's calls in the worker: draws, explains, defends, sweeps. */

import type { Engine } from "../engine.js";
import { GlimpseError } from "../errors.js";
import { Occlusion, Sha256, reportHtml, textDirections } from "#glimpse";
import type { CallMessage, ImageMessage } from "../protocol.js";
import { type ReadPicture, readPicture, rgbaOf } from "../read-picture.js";
import type { ImageDetails, Score } from "../types.js";
import { startWasm } from "../wasm.js";
import type { LabCalls } from "./calls.js";
import type { Defended, HeadShare, LabRegion } from "./defence.js";
import type { Explanations } from "./explanation.js";
import { Letterer, USUAL_SIDE } from "./letterer.js";
import { Sweeps } from "./sweeps.js";

/** One of the lab's calls. */
type LabCall = Extract<CallMessage, { type: keyof LabCalls }>;

/** The answer, and what of it is handed over and not copied. */
interface Answer {
  readonly value: LabCalls[keyof LabCalls]["answer"];
  readonly transfer?: Transferable[];
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
  readonly #occlusions = new Map<number, Occlusion>();
  readonly #sweeps = new Sweeps();

  /** Answers a call. */
  async answer(call: LabCall, engine: Engine | null, signal: AbortSignal): Promise<Answer> {
    switch (call.type) {
      case "prepare":
        await startWasm(call.wasmUrl);
        return { value: null };
      case "letter":
        return this.#letter(call, engine, signal);
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
        this.#occlusions.get(call.occlusion)?.free();
        this.#occlusions.delete(call.occlusion);
        return { value: null };
    }
    if (!engine) throw new GlimpseError("device-lost", "the worker was asked without a model");
    return this.#answerWithModel(call, engine, signal);
  }

  async #answerWithModel(
    call: Exclude<
      LabCall,
      { type: "prepare" | "letter" | "reportHtml" | "textDirections" | "sweepEnd" | "occludeEnd" }
    >,
    engine: Engine,
    signal: AbortSignal,
  ): Promise<Answer> {
    const { bindings } = engine;
    switch (call.type) {
      case "explain": {
        const { square, details } = await squareOf(engine, call.image, signal);
        const pixels = rgbaOf(square);
        const explained = await bindings.explain(...pixels, call.labels, call.templates);
        const explanations = explained as Explanations;
        const transfer = [explanations, ...explanations.labels].flatMap((part) =>
          Object.values(part).flatMap((value) =>
            value instanceof Float32Array ? [value.buffer] : [],
          ),
        );
        return { value: { explanations, details }, transfer };
      }
      case "occludeBegin": {
        const { labels, templates, cell } = call;
        const { square, details } = await squareOf(engine, call.image, signal);
        const pixels = rgbaOf(square);
        const begun = await Occlusion.begin(bindings, ...pixels, labels, templates, cell);
        this.#occlusions.set(call.occlusion, begun);
        return { value: { done: begun.done, expected: begun.expected, details } };
      }
      case "occludeStep": {
        const occlusion = this.#occlusions.get(call.occlusion);
        if (!occlusion) return { value: null };
        await occlusion.step(bindings);
        const { done, expected, side } = occlusion;
        const drops = done < expected ? null : (occlusion.drops as Float32Array[]);
        return { value: { done, expected, side, drops } };
      }
      case "defend": {
        const { square, details } = await squareOf(engine, call.image, signal);
        const { labels, templates, defence } = call;
        const found = await bindings.defend(...rgbaOf(square), labels, templates, defence);
        try {
          const erased = found.pixels;
          const defended: Defended = {
            scores: found.scores as Score[],
            passes: found.passes,
            prompts: found.prompts,
            alarm: found.alarm ?? null,
            boxes: found.boxes as LabRegion[],
            image: erased
              ? new ImageData(new Uint8ClampedArray(erased), engine.info.imageSize)
              : null,
          };
          return { value: { defended, details } };
        } finally {
          found.free();
        }
      }
      case "headShares": {
        const { square, details } = await squareOf(engine, call.image, signal);
        const shares = await bindings.headShares(...rgbaOf(square), call.corners);
        return { value: { shares: shares as HeadShare[], details } };
      }
      case "sweepPicture": {
        const read = await readPicture(call.image, signal);
        const square = asItIs(read, engine.info.imageSize) ?? engine.squareOf(read);
        return { value: { square, sha256: sha256Of(read, square), details: read.details } };
      }
      case "sweepBegin":
        return { value: this.#sweeps.begin(call) };
      case "sweepAnswer":
        return { value: this.#sweeps.answer(call.sweep, call.answers) };
      case "sweepStep":
        return { value: await this.#sweeps.step(call, engine, this.#drawing(), signal) };
      case "sweepReport":
        return { value: this.#sweeps.report(call, engine) };
    }
  }

  async #letter(
    { image, spec, size, fontsUrl }: Extract<LabCall, { type: "letter" }>,
    engine: Engine | null,
    signal: AbortSignal,
  ): Promise<Answer> {
    const letterer = this.#drawing();
    const read = await readPicture(image, signal);
    const side = size ?? engine?.info.imageSize ?? USUAL_SIDE;
    const square = () =>
      engine && side === engine.info.imageSize
        ? engine.squareOf(read)
        : letterer.squareOf(read, side);
    await letterer.fetchFont(JSON.parse(spec), fontsUrl, signal);
    const lettered = letterer.letter(asItIs(read, side) ?? square(), spec);
    const transfer = [lettered.image.data.buffer];
    return { value: { lettered, details: read.details }, transfer };
  }

  /** Made when it is first needed, for the wasm must run. */
  #drawing(): Letterer {
    return (this.#letterer ??= new Letterer());
  }
}

/** The square that the model sees; a picture of pixels that has its size already is taken for it, as Rust's explanations do. */
async function squareOf(
  engine: Engine,
  image: ImageMessage,
  signal: AbortSignal,
): Promise<{ square: ImageData; details: ImageDetails }> {
  const read = await readPicture(image, signal);
  const square = asItIs(read, engine.info.imageSize) ?? engine.squareOf(read);
  return { square, details: read.details };
}

/** The picture itself where it is pixels, square and of that size already. */
function asItIs(read: ReadPicture, side: number): ImageData | null {
  if (!("pixels" in read) || read.details.format !== "pixels") return null;
  const { width, height } = read.pixels;
  return width === side && height === side ? read.pixels : null;
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
