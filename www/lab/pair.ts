/** On a photograph two models look: beside the first one's bars those of the other, and what the word does to each. */

import type { Score } from "glimpse-clip";
import { MADE_FOR, type BuiltIn } from "../core/model-choice.js";
import { byId, element, setText } from "../core/elements.js";
import type { Lab, LabState } from "./lab.js";
import { lessonOf, type Seen } from "./lesson.js";
import { percent } from "./tools/markup.js";

/** What each of them does, in the heading over its bars. */
const WHAT: Readonly<Record<BuiltIn, string>> = {
  mini: "reads what is written, and knows only drawings",
  "mini-photo": "sees photographs, and cannot read",
};

/** Fills `#lab-pair`, and names whose the bars above it are. */
export class Pair {
  readonly #lab: Lab;
  readonly #bars = byId("lab-pair-bars");

  /** `propose` offers one of the models that are there by name. */
  constructor(lab: Lab, propose: (model: string) => void) {
    this.#lab = lab;
    for (const button of byId("lab-pair").querySelectorAll<HTMLElement>("[data-model]"))
      button.addEventListener("click", () => propose(button.dataset["model"] ?? ""));
    lab.subscribe((now) => this.#draw(now));
    this.#draw(lab.state);
  }

  #draw({ builtIn, other, otherScores, otherClean, control }: LabState): void {
    byId("lab-pair").hidden = other === null;
    byId("lab-bars-name").hidden = other === null;
    if (!builtIn || !other) return;
    setText(byId("lab-bars-name"), nameOf(builtIn));
    setText(byId("lab-pair-name"), nameOf(other.builtIn));
    setText(byId("lab-pair-lesson"), lessonIn(this.#lab.state));
    this.#drawBars(otherScores, control === "clean" ? null : otherClean);
  }

  /** In the labels' own order, which stays while a word moves; the best is marked. */
  #drawBars(scores: readonly Score[] | null, clean: readonly Score[] | null): void {
    const { labels } = this.#lab.state;
    const most = Math.max(...(scores ?? []).map(({ score }) => score));
    this.#bars.replaceChildren(
      ...labels.map((label) => {
        const score = scores?.find((one) => one.label === label);
        const before = clean?.find((one) => one.label === label);
        const row = element("li");
        row.toggleAttribute("data-best", score?.score === most);
        const track = element("span", "", "track");
        track.style.setProperty("--score", String(score?.score ?? 0));
        track.style.setProperty("--before", String(before?.score ?? 0));
        const share = score ? percent(score.score) : "";
        row.append(element("span", label, "label"), " ", track, element("span", share, "share"));
        return row;
      }),
    );
  }
}

/** What the word does to both, in a sentence; empty where one model looks. */
export function lessonIn(state: LabState): string {
  const { control, target, builtIn, other } = state;
  if (!builtIn || !other) return "";
  const first: Seen = { clean: state.clean, shown: state.scores };
  const second: Seen = { clean: state.otherClean, shown: state.otherScores };
  const [sees, reads] = builtIn === "mini-photo" ? [first, second] : [second, first];
  return lessonOf(control, target, { "mini-photo": sees, mini: reads });
}

function nameOf(builtIn: BuiltIn): string {
  return `The built-in for ${MADE_FOR[builtIn]}: it ${WHAT[builtIn]}.`;
}
