/** "Who pulled it": which patches pull towards one label rather than another, and that all parts add up to the logit. */

import { type Explanation, explain } from "glimpse-clip/lab";
import { byId, setText } from "../../core/elements.js";
import { quoted } from "../../core/quote.js";
import type { Lab, LabState } from "../lab.js";
import { isBuiltIn, type BuiltIn } from "../../core/model-choice.js";
import { CALLED } from "../lesson.js";
import { extremesOf, hasHeads, mapOf, pullWords } from "./attribution.js";
import { type Heat, HeatLayer, largest } from "./heat.js";
import { problemWords } from "./job.js";
import { choices, part } from "./markup.js";
import { Occlusion } from "./occlusion.js";
import { fillParts } from "./parts-table.js";
import { lookerOf, sentenceOf, shownPicture, truthOf } from "./question.js";
import { Latest } from "../../core/latest.js";

/** The picture has to rest this long before it is explained anew, in milliseconds. */
const PAUSE = 300;

const MARKUP = `
  <p id="pull-what" class="note"></p>
  <div class="lab-fields">
    <button id="pull-show" class="button" type="button" aria-pressed="false">Show it on the picture</button>
    <label>Towards <select id="pull-label"></select></label>
    <label>against <select id="pull-against"></select></label>
    <label id="pull-whose" hidden>in <select id="pull-model"></select></label>
  </div>
  <p id="pull-state" class="note" role="status"></p>
  <div id="pull-answer" hidden>
    <div class="lab-legend">
      <div class="lab-legend-bar" aria-hidden="true"></div>
      <span id="pull-towards-against"></span>
      <span id="pull-scale"></span>
      <span id="pull-towards-label"></span>
    </div>
    <p id="pull-strongest"></p>
    <div class="lab-fields">
      <fieldset class="segments">
        <legend class="unseen">Map</legend>
        <label><input type="radio" name="pull-map" value="exact" checked /><span>exact</span></label>
        <label><input type="radio" name="pull-map" value="occlusion" disabled /><span>occlusion</span></label>
      </fieldset>
      <label class="pull-heads">Layer <select id="pull-layer"></select></label>
      <label class="pull-heads">Head <select id="pull-head"></select></label>
    </div>
    <div class="lab-scroll" tabindex="0" role="region" aria-label="The parts of the logits">
      <table id="pull-parts" class="lab-table"></table>
    </div>
    <p id="pull-error" class="note"></p>
    <div id="pull-occlusion"></div>
  </div>
`;

/** How the map comes about. */
const WHAT = {
  heads:
    "The model’s answer is a sum. What each patch of the picture adds to it can be read off exactly, for one label held against another.",
  places:
    "The model’s answer is the mean over places of the picture, each of which has seen a good part around it. What each place adds to it is exact: the class activation map, for one label held against another.",
};

/** What an explanation answers; another question makes it out of date. */
interface Question {
  picture: ImageData;
  label: string;
  against: string | null;
  template: string;
  /** Which of the built-in models is asked; null where another one is. */
  builtIn: BuiltIn | null;
}

/** Writes the tool into `place`; its map lies over the lab's picture, on `#lab-heat`. */
export function mount(place: HTMLElement, lab: Lab): void {
  new Pull(place, lab);
}

class Pull {
  readonly #place: HTMLElement;
  readonly #lab: Lab;
  readonly #heat: HeatLayer;
  readonly #occlusion: Occlusion;
  readonly #label: HTMLSelectElement;
  readonly #against: HTMLSelectElement;
  readonly #model: HTMLSelectElement;
  readonly #layer: HTMLSelectElement;
  readonly #head: HTMLSelectElement;
  #shown = false;
  #explanation: Explanation | null = null;
  #answered: Question | null = null;
  /** What is being explained right now. */
  #asked: Question | null = null;
  #waiting: ReturnType<typeof setTimeout> | undefined;
  readonly #asking = new Latest();
  /** Which labels a person chose; null follows the lab's word and the picture's truth. */
  #chosen: { label: string | null; against: string | null } = { label: null, against: null };

  constructor(place: HTMLElement, lab: Lab) {
    this.#place = place;
    this.#lab = lab;
    place.innerHTML = MARKUP;
    this.#heat = new HeatLayer(byId<HTMLCanvasElement>("lab-heat"));
    this.#label = part(place, "#pull-label");
    this.#against = part(place, "#pull-against");
    this.#model = part(place, "#pull-model");
    this.#layer = part(place, "#pull-layer");
    this.#head = part(place, "#pull-head");
    this.#occlusion = new Occlusion(part(place, "#pull-occlusion"), lab, () => this.#occluded());
    this.#listen();
    this.#fillLabels(lab.state);
    this.#fillModels(lab.state);
    lab.subscribe((now) => this.#follow(now));
  }

  #listen(): void {
    const show = part<HTMLButtonElement>(this.#place, "#pull-show");
    const turn = (shown: boolean) => {
      this.#shown = shown;
      show.setAttribute("aria-pressed", String(shown));
      if (shown) this.#ask();
      else this.#hide();
    };
    show.addEventListener("click", () => turn(!this.#shown));
    // A map whose legend is folded away says nothing.
    const fold = this.#place.closest("details");
    fold?.addEventListener("toggle", () => !fold.open && this.#shown && turn(false));
    this.#label.addEventListener("change", () => this.#choose("label", this.#label.value));
    this.#against.addEventListener("change", () => this.#choose("against", this.#against.value));
    this.#model.addEventListener("change", () => this.#shown && this.#ask());
    for (const control of [this.#layer, this.#head])
      control.addEventListener("change", () => this.#draw());
    for (const radio of this.#maps()) radio.addEventListener("change", () => this.#draw());
  }

  #choose(which: "label" | "against", value: string): void {
    this.#chosen = { ...this.#chosen, [which]: value };
    if (this.#shown) this.#ask();
  }

  #follow(state: LabState): void {
    this.#fillLabels(state);
    this.#fillModels(state);
    // Most changes of the lab's state change nothing that is asked here.
    if (!this.#shown || this.#is(this.#asked ?? this.#answered)) return;
    this.#asking.stop();
    this.#asked = null;
    this.#mark(true);
    clearTimeout(this.#waiting);
    this.#waiting = setTimeout(() => this.#ask(), PAUSE);
  }

  #fillLabels(state: LabState): void {
    const labels = [...new Set(state.labels)].filter((label) => label.trim() !== "");
    const options = labels.map((label) => [label, label] as const);
    choices(this.#label, options);
    choices(this.#against, [["", "nothing"], ...options]);
    const { label, against } = this.#chosen;
    const target = labels.includes(state.target) ? state.target : (labels[0] ?? "");
    this.#label.value = label !== null && labels.includes(label) ? label : target;
    const truth = truthOf(state) ?? "";
    const usual =
      truth === this.#label.value ? (labels.find((other) => other !== truth) ?? "") : truth;
    const wanted = against === "" || (against !== null && labels.includes(against));
    this.#against.value = wanted ? against! : labels.includes(usual) ? usual : "";
  }

  /** Of which of two models the map is; the first where one alone looks. */
  #fillModels({ builtIn, other }: LabState): void {
    const both = builtIn && other ? [builtIn, other.builtIn] : [];
    choices(
      this.#model,
      both.map((one) => [one, CALLED[one]] as const),
    );
    part(this.#place, "#pull-whose").hidden = both.length === 0;
    if (!this.#explanation) this.#sayWhat(this.#whose(builtIn) !== "mini-photo");
  }

  #whose(builtIn: BuiltIn | null): BuiltIn | null {
    return isBuiltIn(this.#model.value) ? this.#model.value : builtIn;
  }

  #sayWhat(hasHeads: boolean): void {
    setText(part(this.#place, "#pull-what"), hasHeads ? WHAT.heads : WHAT.places);
  }

  #question(): Question | null {
    const { state } = this.#lab;
    const label = this.#label.value;
    if (!label) return null;
    const against = this.#against.value === label ? null : this.#against.value || null;
    const builtIn = this.#whose(state.builtIn);
    return {
      picture: shownPicture(state, builtIn),
      label,
      against,
      template: state.template,
      builtIn,
    };
  }

  /** Whether `other` is what is to be explained now. */
  #is(other: Question | null): boolean {
    const question = this.#question();
    return question !== null && other !== null && isSame(question, other);
  }

  #ask(): void {
    clearTimeout(this.#waiting);
    if (this.#is(this.#answered)) {
      this.#asking.stop();
      this.#asked = null;
      this.#mark(false);
      return this.#draw();
    }
    void this.#explain();
  }

  async #explain(): Promise<void> {
    const signal = this.#asking.begin();
    const question = this.#question();
    this.#asked = question;
    if (!question) return this.#say("There is no label to explain.");
    this.#mark(true);
    const { picture, label, against } = question;
    const options = { ...sentenceOf(this.#lab.state), ...lookerOf(question), signal };
    try {
      const { classifier } = this.#lab;
      const explanation = await explain(classifier, picture, label, against ?? undefined, options);
      if (signal.aborted || !this.#shown) return;
      this.#explanation = explanation;
      this.#answered = question;
      this.#occlusion.ask({
        ...question,
        side: explanation.side,
        exact: mapOf(explanation, ALL),
        hasHeads: hasHeads(explanation),
      });
      this.#mark(false);
      this.#draw();
    } catch (error) {
      if (!signal.aborted) this.#say(problemWords(error));
    } finally {
      if (this.#asking.signal === signal) this.#asked = null;
    }
  }

  #draw(): void {
    const explanation = this.#explanation;
    if (!explanation || !this.#shown) return;
    part(this.#place, "#pull-answer").hidden = false;
    this.#sayWhat(hasHeads(explanation));
    this.#fillLayers(explanation);
    this.#drawMap(explanation);
    fillParts(part(this.#place, "#pull-parts"), part(this.#place, "#pull-error"), explanation);
  }

  #drawMap(explanation: Explanation): void {
    const [, occlusion] = this.#maps();
    const drop = this.#occlusion.drop;
    occlusion!.disabled = !drop;
    if (!drop && occlusion!.checked) this.#maps()[0]!.checked = true;
    const occluded = drop !== null && occlusion!.checked;
    for (const select of [this.#layer, this.#head]) select.disabled = occluded;
    const label = explanation.label.label;
    const against = explanation.against?.label ?? null;
    const heat: Heat = {
      side: explanation.side,
      map: occluded ? drop : mapOf(explanation, this.#layers()),
      words: (value) => pullWords(value, label, against),
      name: `Map of what pulls towards ${quoted(label)}${against === null ? "" : ` and towards ${quoted(against)}`}`,
    };
    this.#heat.show(heat);
    this.#legend(heat, label, against);
  }

  #legend({ map, side, words }: Heat, label: string, against: string | null): void {
    const other = against === null ? `away from ${quoted(label)}` : `towards ${quoted(against)}`;
    setText(part(this.#place, "#pull-towards-label"), `pulls towards ${quoted(label)}`);
    setText(part(this.#place, "#pull-towards-against"), `pulls ${other}`);
    setText(part(this.#place, "#pull-scale"), `full colour: ${largest(map).toFixed(2)} logits`);
    const told = extremesOf(map)
      .filter(({ value }, at) => (at === 0 ? value > 0 : value < 0))
      .map(({ patch, value }) => {
        const place = `row ${Math.floor(patch / side) + 1}, column ${(patch % side) + 1}`;
        return `The patch in ${place} ${words(value)}`;
      });
    setText(
      part(this.#place, "#pull-strongest"),
      told.length > 0
        ? `${told.join("; ").replaceAll("; The", "; the")}. No patch pulls more.`
        : "",
    );
  }

  #fillLayers(explanation: Explanation): void {
    const { layers, heads } = explanation;
    for (const field of this.#place.querySelectorAll<HTMLElement>(".pull-heads"))
      field.hidden = !hasHeads(explanation);
    const numbers = (count: number): [string, string][] =>
      Array.from({ length: count }, (_, at) => [String(at), String(at + 1)]);
    choices(this.#layer, [["", "all"], ...numbers(layers)]);
    choices(this.#head, [["", "all"], ...numbers(heads)]);
  }

  #layers() {
    const of = ({ value }: HTMLSelectElement) => (value === "" ? null : Number(value));
    return { layer: of(this.#layer), head: of(this.#head) };
  }

  #occluded(): void {
    const radio = this.#maps()[1]!;
    radio.disabled = this.#occlusion.drop === null;
    if (this.#occlusion.drop) radio.checked = true;
    this.#draw();
  }

  #hide(): void {
    this.#asking.stop();
    this.#asked = null;
    clearTimeout(this.#waiting);
    this.#occlusion.stop();
    this.#heat.show(null);
    part(this.#place, "#pull-answer").hidden = true;
    this.#say("");
  }

  /** Says whether what is shown is of an earlier picture. */
  #mark(stale: boolean): void {
    this.#heat.stale = stale;
    this.#place.toggleAttribute("data-stale", stale);
    const old = this.#explanation ? "The picture changed; looking again…" : "Looking…";
    this.#say(stale ? old : "");
  }

  #say(words: string): void {
    setText(part(this.#place, "#pull-state"), words);
  }

  #maps(): HTMLInputElement[] {
    return [...this.#place.querySelectorAll<HTMLInputElement>("input[name=pull-map]")];
  }
}

const ALL = { layer: null, head: null };

function isSame(a: Question, b: Question): boolean {
  return (
    a.picture === b.picture &&
    a.label === b.label &&
    a.against === b.against &&
    a.template === b.template
  );
}
