/** Beside the picture: the sentence about what changed, the bars with the clean picture's behind, the word, and what is shown of it. */

import type { LabelsChange, ScoreBars } from "glimpse-clip/elements";
import { FONTS } from "glimpse-clip/lab";
import { quoted } from "../core/quote.js";
import { byId, setText } from "../core/elements.js";
import type { Control, Lab, LabState } from "./lab.js";
import { lessonIn } from "./pair.js";
import { nonsenseOf } from "./nonsense.js";
import { POINTS, sentenceOf } from "./sentence.js";
import { placeWords } from "./stage.js";
import { labelOfWord } from "./target.js";

/** Spoken only once everything has rested for so long, in milliseconds: a moving label would be announced without end. */
const SPEAK_AFTER = 900;

/** Draws the state there, and takes what is typed and chosen. */
export class AnswerSide {
  readonly #lab: Lab;
  readonly #bars = byId<ScoreBars>("lab-bars");
  readonly #word = byId<HTMLInputElement>("lab-word");
  #speaking: ReturnType<typeof setTimeout> | undefined;

  constructor(lab: Lab) {
    this.#lab = lab;
    byId("lab-sentence").title = POINTS;
    this.#word.addEventListener("input", () => lab.write({ word: this.#word.value }));
    this.#bars.addEventListener("labelschange", (event) =>
      lab.set({ labels: (event as CustomEvent<LabelsChange>).detail.labels }),
    );
    for (const choice of this.#choices())
      choice.addEventListener("change", () => lab.set({ control: choice.value as Control }));
    byId("lab-trouble-font").addEventListener("click", () => {
      const font = lab.state.trouble?.font;
      if (font) lab.write({ font });
      this.#word.focus();
    });
    byId("lab-missing-add").addEventListener("click", () => {
      lab.set({ labels: [...lab.state.labels, lab.state.spec.word.trim()] });
      this.#word.focus();
    });
    lab.subscribe((now, before) => this.#draw(now, before));
    this.#draw(lab.state, null);
  }

  #choices(): HTMLInputElement[] {
    return [...byId("lab-control").querySelectorAll("input")];
  }

  #draw(now: LabState, before: LabState | null): void {
    if (this.#word.value !== now.spec.word) this.#word.value = now.spec.word;
    for (const choice of this.#choices()) choice.checked = choice.value === now.control;
    this.#drawBars(now, before);
    this.#drawTrouble(now);
    setText(byId("lab-shown"), shownWords(now));
    byId("lab-working").hidden = !now.working;
    const missing =
      now.control !== "clean" &&
      now.spec.word.trim() !== "" &&
      now.trouble === null &&
      labelOfWord(now.spec.word, now.labels) === null;
    byId("lab-missing").toggleAttribute("data-missing", missing);
    byId<HTMLButtonElement>("lab-missing-add").disabled = !missing;
    setText(
      byId("lab-missing-words"),
      missing ? `${quoted(now.spec.word.trim())} is not among the labels.` : "",
    );
    // What moved is not answered yet: bars and sentence stay together.
    if (!before || now.scores !== before.scores || now.clean !== before.clean || now.blank)
      this.#drawSentence(now);
    const isNew = now.scores !== before?.scores || now.otherScores !== before.otherScores;
    if (isNew || now.spec !== before.spec) this.#speakSoon();
  }

  /** Beside what went wrong the last good sentence stays, as the last good bars do. */
  #drawSentence(now: LabState): void {
    if (now.labels.length === 0) setText(byId("lab-sentence"), "Type what the picture might show.");
    const sentence = sentenceOf({ ...now, shown: now.scores });
    if (sentence !== "" && !now.trouble && now.labels.length > 0)
      setText(byId("lab-sentence"), sentence);
  }

  #drawBars(now: LabState, before: LabState | null): void {
    const bars = this.#bars;
    if (now.labels !== before?.labels) bars.labels = now.labels;
    if (now.scores !== before?.scores) bars.scores = now.scores;
    // Behind the clean picture's own bars its ghosts would say the same once more.
    if (now.clean !== before?.clean || now.control !== before.control)
      if (now.clean || now.square !== before?.square)
        bars.ghosts = now.control === "clean" ? null : now.clean;
    bars.state = now.scores ? "ready" : "loading";
    setText(byId("lab-legend"), bars.ghosts ? legendWords(now) : "");
    for (const old of [bars, byId("lab-sentence")])
      old.toggleAttribute("data-old", now.trouble !== null);
  }

  #drawTrouble({ trouble }: LabState): void {
    this.#word.setAttribute("aria-invalid", String(trouble !== null));
    setText(byId("lab-trouble-words"), trouble?.words ?? "");
    const button = byId("lab-trouble-font");
    const font = FONTS.find(({ name }) => name === trouble?.font);
    button.hidden = !font;
    setText(byId("lab-trouble-font"), font ? `Use ${font.title}` : "");
  }

  #speakSoon(): void {
    clearTimeout(this.#speaking);
    this.#speaking = setTimeout(() => {
      const { state } = this.#lab;
      const moved = document.activeElement === byId("lab-label");
      const sentence = sentenceOf({ ...state, shown: state.scores });
      const words = [sentence, lessonIn(state)].filter(Boolean).join(" ");
      setText(
        byId("lab-spoken"),
        [moved && placeWords(state.spec), words].filter(Boolean).join(". "),
      );
    }, SPEAK_AFTER);
  }
}

/** What the chosen control shows, in words. */
function shownWords({ control, spec, lettered }: LabState): string {
  switch (control) {
    case "word":
      return lettered ? `It covers ${portion(lettered.area)} of what the model sees.` : "";
    case "clean":
      return "The picture as it is.";
    case "blank":
      return "The same paper without the word: what does the paper do alone?";
    case "nonsense":
      return `${quoted(nonsenseOf(spec.word))}: as long as the word, and without a meaning.`;
  }
}

/** What the grey bars behind the others are. */
function legendWords({ control }: LabState): string {
  return `Grey: without the ${control === "blank" ? "paper" : "word"}`;
}

function portion(area: number): string {
  const percent = 100 * area;
  return `${percent > 0 && percent < 1 ? "less than 1" : Math.round(percent)}\u202f%`;
}
