/** The sweeps that are under way in the worker. */

import { Sweep, stylesFor } from "#glimpse";
import { pictureOf, release } from "../../worker/decoding.js";
import type { CallContext, ModelChoice } from "../../worker/model-choice.js";
import type { LabCalls, StepProgress } from "../shared/calls.js";
import type { LetteringSpec } from "../shared/lettering.js";
import type { AttackAnswer } from "../shared/sweep.js";
import type { Letterer } from "./letterer.js";

/** A sweep, which model looks, and where its fonts are. */
interface Open {
  readonly sweep: Sweep;
  readonly model: string;
  readonly fontsUrl: string | null;
}

type Answer<Name extends keyof LabCalls> = LabCalls[Name]["answer"];

/** Sweeps by their clients' numbers. */
export class Sweeps {
  readonly #open = new Map<number, Open>();

  /** Begins one; gives its options as JSON. */
  begin({ sweep: number, ...asked }: LabCalls["sweepBegin"]["ask"]) {
    const { model, options, pictures, squares, fontsUrl } = asked;
    this.end(number);
    const sweep = new Sweep(withFonts(options), pictures);
    for (const square of squares) {
      const picture = pictureOf(square);
      sweep.addSquare(picture);
      release(picture);
    }
    this.#open.set(number, { sweep, model, fontsUrl });
    return sweep.options;
  }

  /** Tells one what was answered before. */
  answer(number: number, answers: [string, AttackAnswer][]): Answer<"sweepAnswer"> {
    const open = this.#open.get(number);
    if (!open) return null;
    for (const [key, answer] of answers) open.sweep.answer(key, JSON.stringify(answer));
    return progressOf(open.sweep);
  }

  /** Looks at variants until the time is up, at one at least. */
  async step(
    { sweep: number, milliseconds }: LabCalls["sweepStep"]["ask"],
    models: ModelChoice,
    letterer: Letterer,
    context: CallContext,
  ): Promise<Answer<"sweepStep">> {
    const open = this.#open.get(number);
    if (!open) return null;
    const { sweep, model, fontsUrl } = open;
    const { signal } = context;
    const { bindings } = await models.get(model, context);
    const answers: [string, AttackAnswer][] = [];
    const start = performance.now();
    let ended = false;
    do {
      const next = sweep.next();
      if (next === undefined) {
        ended = true;
        break;
      }
      const { key, spec } = JSON.parse(next) as { key: string; spec: LetteringSpec | null };
      if (spec) await letterer.fetchFont(spec, fontsUrl, signal);
      const answer = await sweep.look(bindings, letterer.fonts);
      if (answer === undefined) continue;
      answers.push([key, JSON.parse(answer) as AttackAnswer]);
    } while (!signal.aborted && performance.now() - start < milliseconds);
    return { ...progressOf(sweep), answers, ended };
  }

  /** One's report, as JSON. */
  async report(
    { sweep: number, date }: LabCalls["sweepReport"]["ask"],
    models: ModelChoice,
    context: CallContext,
  ): Promise<Answer<"sweepReport">> {
    const open = this.#open.get(number);
    if (!open) return null;
    const { bindings } = await models.get(open.model, context);
    return open.sweep.report(bindings, date);
  }

  /** Forgets one. */
  end(number: number): void {
    this.#open.get(number)?.sweep.free();
    this.#open.delete(number);
  }
}

/** A sweep's options, as JSON, with the fonts that are compared where none are named. */
function withFonts(text: string): string {
  const options = JSON.parse(text) as { word: string; fonts?: string[] };
  options.fonts ??= stylesFor(options.word);
  return JSON.stringify(options);
}

function progressOf({ done, expected }: Sweep): StepProgress {
  return { done, expected };
}
