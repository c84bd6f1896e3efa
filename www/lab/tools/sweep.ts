/** "Sweep": the word in many sizes and places, beside its controls; how often it wins, and a report to keep. */

import {
  attack,
  type AttackOptions,
  type AttackProgress,
  type AttackReport,
  reportHtml,
} from "glimpse-clip/lab";
import { setText } from "../../core/elements.js";
import { count } from "../../core/amounts.js";
import { save } from "../../core/save.js";
import { quoted } from "../../core/quote.js";
import type { Lab, LabState } from "../lab.js";
import { Job, problemWords } from "./job.js";
import { part } from "./markup.js";
import { lookerOf, readerOf, sentenceOf } from "./question.js";
import { fillSummary } from "./sweep-summary.js";

const MARKUP = `
  <p class="note">
    Writes the word in many sizes and places, and beside each the controls: blank paper, a word that means nothing, the
    same letters in another order, the true label. Done on this picture, with the labels above.
  </p>
  <div class="lab-fields">
    <fieldset class="segments">
      <legend class="unseen">How much</legend>
      <label><input type="radio" name="sweep-size" value="quick" checked /><span>Quick</span></label>
      <label><input type="radio" name="sweep-size" value="full" /><span>Full</span></label>
    </fieldset>
    <button id="sweep-run" class="primary" type="button">Start</button>
    <button id="sweep-resume" class="button" type="button" hidden>Go on</button>
  </div>
  <p id="sweep-what" class="note"></p>
  <p id="sweep-whose" class="note"></p>
  <div id="sweep-job"></div>
  <div id="sweep-result" hidden>
    <h2 id="sweep-title"></h2>
    <p id="sweep-counts" class="note"></p>
    <dl id="sweep-summary" class="lab-figures"></dl>
    <div class="lab-fields">
      <button id="sweep-html" class="button" type="button">Save the report</button>
      <button id="sweep-json" class="button" type="button">Save its numbers (JSON)</button>
    </div>
    <p id="sweep-saved" class="note" role="status"></p>
  </div>
`;

type Size = "quick" | "full";

/** What each size varies; the package's own defaults are the full one. */
const SIZES: Record<Size, { options: Partial<AttackOptions>; words: string }> = {
  quick: {
    options: {
      heights: [0.03, 0.06, 0.11, 0.16, 0.22, 0.32],
      positions: 2,
      factors: false,
      limit: 150,
    },
    words: "At most 150 variants: six sizes at four places.",
  },
  full: {
    options: {},
    words:
      "Several hundred variants: eight sizes at nine places, then fonts, turns, papers and colours one at a time.",
  },
};

/** A sweep as it was begun: a later change of the picture is not its business. */
interface Begun {
  picture: { blob: Blob; name: string };
  options: AttackOptions;
}

/** Writes the tool into `place`. */
export function mount(place: HTMLElement, lab: Lab): void {
  new SweepTool(place, lab);
}

class SweepTool {
  readonly #place: HTMLElement;
  readonly #lab: Lab;
  readonly #job: Job;
  #begun: Begun | null = null;
  /** How far an unfinished sweep is, with what it has done. */
  #left: AttackProgress | null = null;
  #report: AttackReport | null = null;

  constructor(place: HTMLElement, lab: Lab) {
    this.#place = place;
    this.#lab = lab;
    place.innerHTML = MARKUP;
    const run = part(place, "#sweep-run");
    this.#job = new Job(part(place, "#sweep-job"), "Trying variants", run);
    run.addEventListener("click", () => void this.#start());
    part(place, "#sweep-resume").addEventListener("click", () => void this.#run());
    part(place, "#sweep-html").addEventListener("click", () => void this.#saveHtml());
    part(place, "#sweep-json").addEventListener("click", () => this.#saveJson());
    for (const radio of place.querySelectorAll("input[name=sweep-size]"))
      radio.addEventListener("change", () => this.#sayWhat());
    this.#sayWhat();
    lab.subscribe((now) => this.#sayWhose(now));
    this.#sayWhose(lab.state);
  }

  #sayWhose({ other }: LabState): void {
    const words = other
      ? "On a photograph the built-in model that reads is tried, the one for drawings."
      : "";
    setText(part(this.#place, "#sweep-whose"), words);
  }

  async #start(): Promise<void> {
    const { state } = this.#lab;
    const { picture, spec, labels, template } = state;
    const { word, ...looks } = spec;
    this.#begun = {
      picture,
      options: {
        word,
        labels,
        ...sentenceOf({ template }),
        ...lookerOf(readerOf(state) ?? state),
        spec: looks,
        names: [picture.name],
        ...SIZES[this.#size].options,
      },
    };
    this.#left = null;
    await this.#run();
  }

  /** Goes on where the sweep was left, or begins it. */
  async #run(): Promise<void> {
    const begun = this.#begun;
    if (!begun) return;
    const resume = part<HTMLButtonElement>(this.#place, "#sweep-resume");
    const before = this.#left;
    resume.hidden = true;
    const finished = await this.#job.run(async (signal, tell) => {
      const report = await attack(this.#lab.classifier, [begun.picture.blob], {
        ...begun.options,
        ...(before && { resume: before.state }),
        signal,
        onProgress: (progress) => {
          if (signal.aborted) return;
          this.#left = progress;
          const { done, expected } = progress;
          tell(done, expected, `${done} of ${count(expected, "variant")}`);
        },
      });
      if (signal.aborted) return;
      this.#report = report;
    }, "Stopped. What was done is kept.");
    if (this.#begun !== begun) return; // another start has taken over
    if (finished) this.#show(begun);
    resume.hidden = this.#left === null;
    if (this.#left) setText(resume, `Go on from ${this.#left.done}`);
  }

  #show({ options, picture }: Begun): void {
    const report = this.#report;
    if (!report) return;
    this.#left = null;
    part(this.#place, "#sweep-result").hidden = false;
    setText(part(this.#place, "#sweep-saved"), "");
    setText(
      part(this.#place, "#sweep-title"),
      `${quoted(options.word)} on ${quoted(picture.name)}`,
    );
    setText(
      part(this.#place, "#sweep-counts"),
      `How often ${quoted(report.target)} is the best label, over all sizes and places:`,
    );
    fillSummary(part(this.#place, "#sweep-summary"), report);
  }

  async #saveHtml(): Promise<void> {
    const report = this.#report;
    if (!report) return;
    const said = part(this.#place, "#sweep-saved");
    try {
      const html = await reportHtml(report, { classifier: this.#lab.classifier });
      save(html, fileName(this.#begun?.options.word ?? "", "html"), "text/html");
      setText(said, "Saved: one file, to be read without a network.");
    } catch (error) {
      setText(said, problemWords(error));
    }
  }

  #saveJson(): void {
    if (!this.#report) return;
    const name = fileName(this.#begun?.options.word ?? "", "json");
    save(`${JSON.stringify(this.#report, null, 2)}\n`, name, "application/json");
    setText(
      part(this.#place, "#sweep-saved"),
      "Saved: “glimpse attack --replay” tries the same again.",
    );
  }

  #sayWhat(): void {
    setText(part(this.#place, "#sweep-what"), SIZES[this.#size].words);
  }

  get #size(): Size {
    const chosen = part<HTMLInputElement>(this.#place, "input[name=sweep-size]:checked");
    return chosen.value === "full" ? "full" : "quick";
  }
}

/** A file's name for what is about `word`, without what file systems refuse. */
function fileName(word: string, ending: string): string {
  const plain = word
    .normalize("NFC")
    .replace(/[^\p{L}\p{N}]+/gu, "-")
    .replace(/^-|-$/g, "")
    .slice(0, 40);
  return `glimpse-attack-${plain || "word"}.${ending}`;
}
