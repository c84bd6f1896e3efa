/** The map's cross-check: every patch greyed in turn, how much the answer loses by it, and how alike both maps are. */

import { occlude } from "glimpse-clip/lab";
import { setText } from "../../core/elements.js";
import { count } from "../../core/amounts.js";
import type { BuiltIn } from "../../core/model-choice.js";
import type { Lab } from "../lab.js";
import { correlation } from "./attribution.js";
import { Job } from "./job.js";
import { part } from "./markup.js";
import { lookerOf, sentenceOf } from "./question.js";

const MARKUP = `
  <p id="occlude-why" class="note"></p>
  <button id="occlude" class="button" type="button">Check by greying each patch</button>
  <div id="occlude-job"></div>
  <p id="occlude-agree"></p>
`;

const WHY = {
  heads:
    "The exact map is of what the class token reads directly. What patches do by way of other patches it misses; greying each patch and asking again finds that too.",
  places:
    "The exact map is of places that have each seen a good part of the picture. Greying one after the other and asking again finds what hangs on each alone.",
};

/** What is checked: a picture, two labels, and the exact map. */
export interface Checked {
  picture: ImageData;
  /** The built-in model that is asked; null where it is another one. */
  builtIn: BuiltIn | null;
  label: string;
  against: string | null;
  side: number;
  /** Summed over all layers and heads. */
  exact: Float32Array;
  /** Whether the model looks with heads. */
  hasHeads: boolean;
}

/** The button, its progress, and the second map. */
export class Occlusion {
  /** What each patch's greying takes from the label's lead, in logits; null until it was measured for what is asked now. */
  drop: Float32Array | null = null;
  readonly #place: HTMLElement;
  readonly #lab: Lab;
  readonly #changed: () => void;
  readonly #job: Job;
  #checked: Checked | null = null;

  /** `changed` is called when there is a second map. */
  constructor(place: HTMLElement, lab: Lab, changed: () => void) {
    this.#place = place;
    this.#lab = lab;
    this.#changed = changed;
    place.innerHTML = MARKUP;
    const button = part(place, "#occlude");
    this.#job = new Job(part(place, "#occlude-job"), "Greying patches", button);
    button.addEventListener("click", () => void this.#run());
  }

  /** Another picture or other labels: what was measured is of no use any more. */
  ask(checked: Checked): void {
    const had = this.drop !== null || this.#job.isRunning;
    this.stop();
    this.#checked = checked;
    this.drop = null;
    setText(part(this.#place, "#occlude-why"), checked.hasHeads ? WHY.heads : WHY.places);
    const passes = checked.side ** 2;
    setText(part(this.#place, "#occlude"), `Check by greying each patch (${passes} passes)`);
    setText(
      part(this.#place, "#occlude-agree"),
      had ? "The picture or a label changed: check again." : "",
    );
  }

  /** Ends what is under way. */
  stop(): void {
    this.#job.cancel();
  }

  async #run(): Promise<void> {
    const checked = this.#checked;
    if (!checked) return;
    const { picture, label, against, exact } = checked;
    await this.#job.run(async (signal, tell) => {
      const { drop } = await occlude(this.#lab.classifier, picture, label, against ?? undefined, {
        ...sentenceOf(this.#lab.state),
        ...lookerOf(checked),
        signal,
        onProgress: ({ done, expected }) =>
          tell(done, expected, `${done} of ${count(expected, "patch", "patches")}`),
      });
      if (signal.aborted || this.#checked !== checked) return;
      this.drop = drop;
      setText(
        part(this.#place, "#occlude-agree"),
        agreement(correlation(exact, drop), drop.length),
      );
      this.#changed();
    });
  }
}

function agreement(r: number | null, patches: number): string {
  if (r === null) return "One of the two maps is the same everywhere: there is nothing to compare.";
  const number = r.toFixed(2).replace("-", "\u2212");
  return `The two maps correlate with r = ${number} over ${patches} patches (Pearson; 1 would be the same map).`;
}
