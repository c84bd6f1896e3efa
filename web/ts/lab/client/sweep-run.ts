/** A sweep as the client sees it: its answers are kept here, so that a worker that is lost costs no more than one step. */

import type { LabCalls, StepProgress } from "../shared/calls.js";
import type { AttackAnswer } from "../shared/sweep.js";
import type { LabAccess } from "./lab-access.js";

/** What a sweep is begun with. */
export type SweepQuestion = Omit<LabCalls["sweepBegin"]["ask"], "sweep">;

/** How long the worker may be at it at a time, in milliseconds: what it is asked meanwhile waits so long at most. */
const STEP = 80;

type Name = "sweepAnswer" | "sweepStep" | "sweepReport";

let nextSweep = 0;

/** One sweep. */
export class SweepRun {
  /** What each variant gave, by its key. */
  readonly answers = new Map<string, AttackAnswer>();
  readonly #ask: LabAccess;
  readonly #question: SweepQuestion;
  readonly #signal: AbortSignal | undefined;
  readonly #sweep = nextSweep++;

  constructor(ask: LabAccess, question: SweepQuestion, signal: AbortSignal | undefined) {
    this.#ask = ask;
    this.#question = question;
    this.#signal = signal;
  }

  /** Begins it in the worker; gives the options as they were understood, as JSON. */
  begin(): Promise<string> {
    const ask = { ...this.#question, sweep: this.#sweep };
    const signal = this.#signal;
    return this.#ask((connection) => connection.call("sweepBegin", ask, { signal }), signal);
  }

  /** Takes up what was answered before. */
  async take(answers: Readonly<Record<string, AttackAnswer>>): Promise<StepProgress> {
    for (const [key, answer] of Object.entries(answers)) this.answers.set(key, answer);
    return this.#call("sweepAnswer", { answers: [...this.answers] });
  }

  /** Looks at as many variants as fit into a step. */
  async step(): Promise<StepProgress & { ended: boolean }> {
    const { answers, ...progress } = await this.#call("sweepStep", { milliseconds: STEP });
    for (const [key, answer] of answers) this.answers.set(key, answer);
    return progress;
  }

  /** The report, as JSON. */
  report(): Promise<string> {
    // To the second, as the command line writes it.
    const date = new Date().toISOString().replace(/\.\d+Z$/, "Z");
    return this.#call("sweepReport", { date });
  }

  /** Has the worker forget it; whether it hears of that interests nobody. */
  end(): void {
    const ask = { sweep: this.#sweep };
    this.#ask((connection) => connection.call("sweepEnd", ask), undefined).catch(() => undefined);
  }

  async #call<Each extends Name>(
    name: Each,
    fields: Omit<LabCalls[Each]["ask"], "sweep">,
  ): Promise<NonNullable<LabCalls[Each]["answer"]>> {
    const ask = { ...fields, sweep: this.#sweep } as LabCalls[Each]["ask"];
    const signal = this.#signal;
    for (;;) {
      const answer = await this.#ask(
        (connection) => connection.call(name, ask, { signal }),
        signal,
      );
      if (answer !== null) return answer as NonNullable<LabCalls[Each]["answer"]>;
      // A new worker took the place of one that crashed: it is told what the other knew.
      await this.begin();
      const answers = [...this.answers];
      const told = { sweep: this.#sweep, answers };
      await this.#ask((connection) => connection.call("sweepAnswer", told, { signal }), signal);
    }
  }
}
