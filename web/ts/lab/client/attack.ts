/** `attack`: a word on pictures, in many sizes, places and fashions, and what the classifier makes of each. */

import type { ImageBatch } from "../../client/batch.js";
import type { Classifier } from "../../client/classifier.js";
import type { ImageSource } from "../../client/options.js";
import { checkTexts } from "../../shared/arguments.js";
import { GlimpseError } from "../../shared/errors.js";
import type { StepProgress } from "../shared/calls.js";
import type { AttackOptions, AttackState } from "./attack-options.js";
import { readPictures } from "./attack-pictures.js";
import { sweepText } from "./check-attack.js";
import { folderUrl } from "./font-folder.js";
import { labAccess } from "./lab-access.js";
import type { AttackReport } from "./report.js";
import { SweepRun } from "./sweep-run.js";

/**
 * Writes a word onto pictures in many sizes and places (and fonts, turns, papers and so on), beside its controls (the blank
 * paper, nonsense of the same length, the letters scrambled, the true label), and has each classified: how often does the word
 * bring its label about, how often beyond what the paper does alone, and from what size on?
 *
 * Under the model `"auto"` all pictures are looked at by the built-in model that fits the first of them, or that `builtIn` names.
 *
 * Each variant is a pass through the image tower: 100 and more a picture. It goes on a few at a time, so that other calls of the
 * same classifier get in between. An abort is heeded there, and {@link AttackProgress.state} is what to go on with later:
 * a sweep that was cut and resumed gives the report that an uncut one gives.
 *
 * @throws GlimpseError `lettering` where word, labels and target do not fit each other, or `resume` is of another sweep; else as
 * `classify` and {@link letter}. TypeError for options that there are not, or of a wrong type.
 * @example
 * ```ts
 * let state: AttackState | undefined;
 * const report = await attack(classifier, files, {
 *   word: "iPod",
 *   labels: ["apple", "iPod", "dog"],
 *   signal,
 *   resume: state,
 *   onProgress: (progress) => (state = progress.state),
 * });
 * save(JSON.stringify(report), await reportHtml(report));
 * ```
 */
export async function attack(
  classifier: Classifier,
  images: ImageSource | ImageBatch<ImageSource>,
  options: AttackOptions,
): Promise<AttackReport> {
  const asked = sweepText(options);
  const { builtIn, signal, names = [], resume, onProgress, fontsUrl } = options;
  checkTexts(names, "names");
  const ask = labAccess(classifier);
  const wish = { ...(builtIn && { builtIn }), ...(signal && { signal }) };
  const read = await readPictures(ask, images, names, wish);
  const { pictures, squares, model, fingerprint } = read;
  const question = {
    model,
    options: asked,
    pictures: JSON.stringify(pictures),
    squares,
    fontsUrl: folderUrl(fontsUrl),
  };
  const run = new SweepRun(ask, question, signal);
  try {
    const understood = JSON.parse(await run.begin()) as AttackState["options"];
    const of = { version: STATE, fingerprint, options: understood, pictures } as const;
    if (resume) checkState(resume, of);
    const begun = await run.take(resume?.answers ?? {});
    const tell = teller(begun, onProgress, () => ({
      ...of,
      answers: Object.fromEntries(run.answers),
    }));
    tell(begun);
    for (;;) {
      const { ended, ...progress } = await run.step();
      tell(progress);
      if (ended) return JSON.parse(await run.report()) as AttackReport;
    }
  } finally {
    run.end();
  }
}

/** The form of the states that are written here, and read. */
const STATE = "glimpse-attack-state/1";

/** @throws GlimpseError `lettering` where a state is that of another sweep */
function checkState(state: AttackState, expected: Omit<AttackState, "answers">): void {
  const parts = ["version", "fingerprint", "options", "pictures"] as const;
  const other = parts.find(
    (part) => JSON.stringify(state[part]) !== JSON.stringify(expected[part]),
  );
  if (!other && typeof state.answers === "object") return;
  const what = { version: "form", fingerprint: "model", options: "options", pictures: "pictures" };
  throw new GlimpseError(
    "lettering",
    `the state to resume is that of another sweep (not the same ${other ? what[other] : "form"}): leave it out to begin anew`,
  );
}

/** Tells `onProgress`, with the time that is left at the pace since `begun`. */
function teller(
  begun: StepProgress,
  onProgress: AttackOptions["onProgress"],
  state: () => AttackState,
): (progress: StepProgress) => void {
  const start = performance.now();
  return ({ done, expected }) => {
    const each = (performance.now() - start) / 1000 / (done - begun.done);
    const secondsLeft = Number.isFinite(each) ? each * (expected - done) : null;
    onProgress?.({
      done,
      expected,
      secondsLeft,
      get state() {
        return state();
      },
    });
  };
}
