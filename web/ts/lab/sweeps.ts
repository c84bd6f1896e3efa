/** The sweeps that are under way in the worker. */

import { Sweep, stylesFor } from "#glimpse";
import { rgbaOf } from "../read-picture.js";
import type { Engine } from "../engine.js";
import type { LabCalls, StepProgress } from "./calls.js";
import type { Letterer } from "./letterer.js";
import type { LetteringSpec } from "./lettering.js";
import type { AttackAnswer } from "./sweep.js";

/** A sweep, and where its fonts are. */
interface Open {
  readonly sweep: Sweep;
  readonly fontsUrl: string | null;
}

type Answer<Name extends keyof LabCalls> = LabCalls[Name]["answer"];

/** Sweeps by their clients' numbers. */
export class Sweeps {
  readonly #open = new Map<number, Open>();

  /** Begins one; gives its options as JSON. */
  begin({ sweep: number, options, pictures, squares, fontsUrl }: LabCalls["sweepBegin"]["ask"]) {
    this.end(number);
    const sweep = new Sweep(withFonts(options), pictures);
    for (const square of squares) sweep.addSquare(...rgbaOf(square));
    this.#open.set(number, { sweep, fontsUrl });
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
    { bindings }: Engine,
    letterer: Letterer,
    signal: AbortSignal,
  ): Promise<Answer<"sweepStep">> {
    const open = this.#open.get(number);
    if (!open) return null;
    const { sweep, fontsUrl } = open;
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
  report(
    { sweep: number, date }: LabCalls["sweepReport"]["ask"],
    { bindings }: Engine,
  ): Answer<"sweepReport"> {
    return this.#open.get(number)?.sweep.report(bindings, date) ?? null;
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
