/** "Defences": every defence side by side on this picture, with and without the word, with what it costs and where it fails. */

import { defend, type MeasuredDefences } from "glimpse-clip/lab";
import { element, setText } from "../../core/elements.js";
import { quoted } from "../../core/quote.js";
import type { Lab, LabState } from "../lab.js";
import type { LabSpec } from "../spec.js";
import { GATE, type Setup, WAYS, type WayId } from "./defence-list.js";
import { measuredOf, measuredWords } from "./defence-rates.js";
import { DefenceTable } from "./defence-table.js";
import { headRanking } from "./head-ranking.js";
import { Job } from "./job.js";
import { part } from "./markup.js";
import { lookerOf, readerOf, sentenceOf, type View, withWord } from "./question.js";
import { otherWords } from "./text-direction.js";

/** Heads that look away before anyone moves the slider. */
const HEADS = 3;
/** The slider has to rest this long before the heads are tried anew, in milliseconds. */
const PAUSE = 200;
/** Words that read the same from both ends. */
const PALINDROMES = ["level", "kayak"];

const MARKUP = `
  <p class="note">
    Defences that need no retraining, on this very picture: with the word on it, and without. One picture shows how they
    work, not how well. “Right” is the label that the clean picture gets.
  </p>
  <p id="defences-whose" class="note"></p>
  <div class="lab-fields">
    <button id="defences-run" class="primary" type="button">Try all on this picture</button>
  </div>
  <div id="defences-job"></div>
  <p id="defences-stale" class="note" role="status"></p>
  <table id="defences-table" class="lab-table lab-cards"></table>
  <p id="defences-measured" class="note"></p>
`;

/** Writes the tool into `place`. */
export function mount(place: HTMLElement, lab: Lab): void {
  new Defences(place, lab);
}

class Defences {
  readonly #place: HTMLElement;
  readonly #lab: Lab;
  readonly #table: DefenceTable;
  readonly #job: Job;
  #slider!: HTMLInputElement;
  #heads!: HTMLOutputElement;
  #waiting: ReturnType<typeof setTimeout> | undefined;
  /** What the rows answer; null before the first try. */
  #asked: string | null = null;
  /** What was measured, and asked of which model; null before the first try. */
  #measured: { model: string; table: MeasuredDefences | null } | null = null;
  /** What the projection takes out, and of which model; it is of other pictures, so it stays. */
  #basis: { model: string; directions: Float32Array[] } | null = null;
  /** The word that a button put among the labels. */
  #tried: string | null = null;

  constructor(place: HTMLElement, lab: Lab) {
    this.#place = place;
    this.#lab = lab;
    place.innerHTML = MARKUP;
    this.#table = new DefenceTable(part(place, "#defences-table"), (id) => this.#extra(id));
    const run = part(place, "#defences-run");
    this.#job = new Job(part(place, "#defences-job"), "Trying the defences", run);
    run.addEventListener("click", () => void this.#run(WAYS.map(({ id }) => id)));
    lab.subscribe((now) => this.#follow(now));
    this.#sayWhose(lab.state);
  }

  /** Of two models the one that reads is defended; one that cannot read needs no defence. */
  #sayWhose(state: LabState): void {
    const reader = readerOf(state);
    const words = !reader
      ? "This model cannot read: there is nothing to defend it against."
      : state.other
        ? "On a photograph they defend the built-in model that reads, the one for drawings. The other cannot read, which is the best defence."
        : "";
    setText(part(this.#place, "#defences-whose"), words);
    part<HTMLButtonElement>(this.#place, "#defences-run").disabled = !reader;
  }

  /** A row's own controls: the slider of the heads, words for the mirror's weak side. */
  #extra(id: WayId): HTMLElement | null {
    if (id === "heads") return this.#headSlider();
    if (id === "mirror") return this.#mirrorWords();
    return null;
  }

  #headSlider(): HTMLElement {
    const label = element("label", "Heads ", "lab-slider");
    this.#slider = element("input");
    Object.assign(this.#slider, { type: "range", id: "defences-heads", min: "0", max: "18" });
    this.#slider.value = String(HEADS);
    this.#heads = element("output", String(HEADS));
    this.#slider.addEventListener("input", () => {
      this.#heads.value = this.#slider.value;
      this.#headsLater();
    });
    label.append(this.#slider, this.#heads);
    return label;
  }

  /** Tries the heads anew once the slider rests, and whatever else is under way is done. */
  #headsLater(): void {
    clearTimeout(this.#waiting);
    if (this.#asked === null) return;
    this.#waiting = setTimeout(() => {
      if (this.#job.isRunning) this.#headsLater();
      else void this.#run(["heads"]);
    }, PAUSE);
  }

  #mirrorWords(): HTMLElement {
    const line = element("div", "", "lab-try");
    line.append(element("span", "Try "));
    for (const word of PALINDROMES) {
      const button = element("button", quoted(word), "link");
      button.type = "button";
      button.setAttribute("aria-label", `Try ${quoted(word)} as the word`);
      button.addEventListener("click", () => this.#try({ word, mirror: false }));
      line.append(button, " ");
    }
    const mirrored = element("button", "this word mirrored", "link");
    mirrored.type = "button";
    mirrored.addEventListener("click", () => this.#try({ mirror: true }));
    line.append(mirrored);
    return line;
  }

  /** Puts another label onto the picture, with its word among the labels, and asks the mirror. */
  #try(change: Partial<LabSpec>): void {
    const { spec, labels } = this.#lab.state;
    const word = change.word ?? null;
    const others = labels.filter((label) => word === null || label !== this.#tried);
    const missing = word !== null && !others.includes(word);
    if (word !== null) this.#tried = missing ? word : null;
    this.#lab.set({
      spec: { ...spec, ...change },
      control: "word",
      labels: missing ? [...others, word] : others,
    });
    void this.#run(["none", "mirror"]);
  }

  #follow(state: LabState): void {
    this.#sayWhose(state);
    if (this.#asked === null || this.#asked === questionOf(state)) return;
    this.#table.markStale();
    this.#sayStale();
  }

  async #run(ids: readonly WayId[]): Promise<void> {
    clearTimeout(this.#waiting);
    const { state, classifier } = this.#lab;
    const reader = readerOf(state);
    if (!reader) return;
    const asked = questionOf(state);
    if (this.#asked !== asked) this.#table.markStale();
    this.#asked = asked;
    this.#sayStale();
    await this.#job.run(async (signal, tell) => {
      const setup = await this.#setUp(ids, reader, state, signal);
      const options = { ...sentenceOf(state), ...lookerOf(reader), signal };
      const ways = WAYS.filter(({ id }) => ids.includes(id));
      let done = 0;
      for (const { id, name, defence } of ways) {
        tell(done, ways.length, `${name}, ${done + 1} of ${ways.length}`);
        const ask = (picture: "attacked" | "clean") => {
          const image = picture === "attacked" ? setup.lettered.image : reader.square;
          return defend(classifier, image, state.labels, defence(setup, picture), options);
        };
        const outcomes = { attacked: await ask("attacked"), clean: await ask("clean") };
        // A picture that changed meanwhile has rows of its own to come; these would be the old one's.
        if (signal.aborted) return;
        this.#table.fill(id, outcomes, state.truth);
        if (questionOf(this.#lab.state) !== asked) this.#table.markStale();
        done += 1;
      }
    }, "Cancelled. The rows that were done stay.");
    this.#sayStale();
  }

  /** Draws the word, and learns what the defences among `ids` have to know. */
  async #setUp(
    ids: readonly WayId[],
    reader: View,
    state: LabState,
    signal: AbortSignal,
  ): Promise<Setup> {
    const measured = await this.#measure();
    const lettered = await withWord(reader, state, signal);
    const looker = { ...lookerOf(reader), signal };
    const ranking = ids.includes("heads") ? await headRanking(this.#lab, lettered, looker) : [];
    if (ranking.length > 0) this.#slider.max = String(ranking.length);
    this.#heads.value = this.#slider.value;
    const basis = ids.includes("project") ? await this.#directions(measured, signal) : [];
    return {
      lettered,
      labels: state.labels,
      heads: Number(this.#slider.value),
      ranking,
      gate: measured?.calibration.gate ?? GATE,
      basis,
    };
  }

  /** What was measured with the model is of many drawings; for another model, some words on one are tried here. */
  async #directions(
    measured: MeasuredDefences | null,
    signal: AbortSignal,
  ): Promise<readonly (readonly number[] | Float32Array)[]> {
    if (measured) return measured.calibration.basis;
    const { fingerprint } = this.#lab.classifier.info;
    if (this.#basis?.model !== fingerprint)
      this.#basis = { model: fingerprint, directions: await otherWords(this.#lab, signal) };
    return this.#basis.directions;
  }

  async #measure(): Promise<MeasuredDefences | null> {
    const { classifier } = this.#lab;
    const { fingerprint } = classifier.info;
    if (this.#measured?.model !== fingerprint) {
      const table = await measuredOf(classifier);
      this.#measured = { model: fingerprint, table };
      this.#table.measure(table);
      setText(part(this.#place, "#defences-measured"), table ? measuredWords(table) : "");
    }
    return this.#measured.table;
  }

  #sayStale(): void {
    const words = this.#table.isStale
      ? "Rows in grey answer an earlier picture, word or label."
      : "";
    setText(part(this.#place, "#defences-stale"), words);
  }
}

/** What the rows depend on, as one text. */
function questionOf(state: LabState): string {
  const { spec, labels, template } = state;
  const reader = readerOf(state);
  return JSON.stringify([reader && numberOf(reader.square), spec, labels, template]);
}

const numbers = new WeakMap<ImageData, number>();
let newest = 0;

/** A number of its own for every picture. */
function numberOf(picture: ImageData): number {
  const number = numbers.get(picture) ?? ++newest;
  numbers.set(picture, number);
  return number;
}
