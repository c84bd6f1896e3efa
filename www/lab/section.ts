/** Opens and closes the lab on the page, and keeps page and lab in step: one picture, one list of labels, one template. */

import { type Classifier, GlimpseError } from "glimpse-clip";
import type { ScoreBars } from "glimpse-clip/elements";
import { isAutomatic, isBuiltIn, otherThan, type BuiltIn } from "../core/model-choice.js";
import { chosenFor } from "../core/classify-request.js";
import type { LiveClassifier } from "../core/live-classifier.js";
import { taughtOf, type Picture, type State, type Store } from "../core/state.js";
import { adviseBars } from "../labels/advice.js";
import { templateComplaint } from "../core/templates.js";
import { byId, setText } from "../core/elements.js";
import { problemOf } from "../core/problems.js";
import { statusOf } from "../core/words.js";
import { AnswerSide } from "./answer.js";
import { Asking } from "./asking.js";
import { controls } from "./controls.js";
import { Lab, type LabState } from "./lab.js";
import { Pair } from "./pair.js";
import { Presets, type ShowExample } from "./presets.js";
import { PLAIN } from "./spec.js";
import { Stage } from "./stage.js";
import { tools } from "./tools.js";
import { Latest } from "../core/latest.js";

/** What the lab needs of the page. */
export interface Page {
  store: Store;
  live: LiveClassifier;
  show: ShowExample;
  /** Offers one of the models that are there by name. */
  propose: (model: string) => void;
}

/** The lab's section; made when it is opened for the first time, and kept. */
export class LabSection {
  readonly #page: Page;
  #lab: Lab | null = null;
  #asking: Asking | null = null;
  #presets: Presets | null = null;
  /** Of which classifier and picture the lab's square is, or is going to be, and of which built-in model where one was chosen. */
  #square: { classifier: Classifier; blob: Blob; chosen: BuiltIn | undefined } | null = null;
  readonly #looking = new Latest();
  #scrolled = 0;

  /** Opens it. */
  constructor(page: Page) {
    this.#page = page;
    const { store } = page;
    byId("lab-close").addEventListener("click", () => store.set({ lab: false }));
    document.addEventListener("keydown", (event) => {
      if (store.state.lab && isLeaving(event)) store.set({ lab: false });
    });
    document.querySelector(".skip")?.addEventListener("click", (event) => {
      if (!store.state.lab) return;
      // Its target is on the page that the lab covers, and its address would ask for a page without the lab.
      event.preventDefault();
      byId<ScoreBars>("lab-bars").focusRow(0);
    });
    store.subscribe((state, before) => this.#follow(state, before));
    this.#follow(store.state, null);
  }

  #follow(state: State, before: State | null): void {
    if (!state.lab) return this.#closed(before);
    if (!before?.lab) this.#opened();
    this.#tellStatus(state);
    const { classifier } = this.#page.live;
    if (classifier && state.info && state.picture)
      void this.#look(classifier, state.picture, state);
    const lab = this.#lab;
    const template = templateOf(state);
    if (lab && (lab.state.labels !== state.labels || lab.state.template !== template))
      lab.set({ labels: state.labels, template });
    if (!before || taughtOf(state) !== taughtOf(before) || state.model !== before.model)
      this.#advise(state);
  }

  #opened(): void {
    this.#scrolled = scrollY;
    scrollTo({ top: 0, behavior: "instant" });
    byId("lab-title").focus({ preventScroll: true });
    if (this.#asking) this.#asking.open = true;
  }

  #closed(before: State | null): void {
    if (this.#asking) this.#asking.open = false;
    if (!before?.lab) return;
    scrollTo({ top: this.#scrolled, behavior: "instant" });
    byId("write").focus({ preventScroll: true });
  }

  /** Where there is nothing to write on yet, that is said. */
  #tellStatus(state: State): void {
    const { problem } = state;
    const waiting = problem ? `${problem.title} ${problem.advice}` : statusOf(state);
    const words = !state.info || !this.#lab ? waiting : "";
    setText(byId("lab-status"), words);
    byId("lab-bench").hidden = byId("lab-tools").hidden = this.#lab === null;
  }

  /** Fetches the square that the model sees, once for each picture and model, and on photographs what the other built-in one sees. */
  async #look(classifier: Classifier, picture: Picture, state: State): Promise<void> {
    const { blob } = picture;
    const chosen = chosenFor(state, blob).builtIn;
    const wanted = { classifier, blob, chosen };
    if (this.#square && isSame(this.#square, wanted)) return;
    this.#square = wanted;
    const signal = this.#looking.begin();
    try {
      let model = "";
      const square = await classifier.preprocess(blob, {
        ...(chosen && { builtIn: chosen }),
        onDecoded: (details) => (model = details.model),
        signal,
      });
      if (signal.aborted) return;
      const builtIn = isBuiltIn(model) ? model : null;
      this.#show({ square, builtIn, other: null }, picture);
      if (!builtIn || !isAutomatic(state.model) || (builtIn === "mini" && !chosen)) return;
      const second = otherThan(builtIn);
      const seen = await classifier.preprocess(blob, { builtIn: second, signal });
      if (!signal.aborted) this.#lab?.set({ other: { builtIn: second, square: seen } });
    } catch (error) {
      if (signal.aborted || (error instanceof GlimpseError && error.code === "aborted")) return;
      const { title, advice } = problemOf(error);
      byId("lab-status").textContent = `${title} ${advice}`;
    }
  }

  #show(seen: Seen, { blob, alt, example }: Picture): void {
    const { store } = this.#page;
    const file = blob instanceof File ? blob.name : (example ?? alt);
    const name = file.replace(/\.\w+$/, "") || "picture";
    const picture = { blob, name, alt };
    if (this.#lab) this.#lab.set({ picture, ...seen });
    else this.#begin({ picture, ...seen });
    this.#tellStatus(store.state);
  }

  #begin(shown: Pick<LabState, "picture"> & Seen): void {
    const { store, live, show, propose } = this.#page;
    const { labels, scores } = store.state;
    let known = live.classifier;
    const lab = new Lab(
      {
        ...shown,
        spec: { ...PLAIN, word: firstWord(labels, scores?.[0]?.label) },
        control: "word",
        labels,
        template: templateOf(store.state),
        truth: null,
        target: "",
        lettered: null,
        scores: null,
        milliseconds: null,
        clean: null,
        blank: null,
        nonsense: null,
        otherScores: null,
        otherClean: null,
        otherLettered: null,
        working: false,
        trouble: null,
      },
      () => {
        // While another model loads there is none: a call to the last one is given up, as any of a disposed one is.
        known = live.classifier ?? known;
        if (!known) throw new Error("the lab was opened before a model was loaded");
        return known;
      },
    );
    lab.subscribe((now, before) => {
      if (now.labels !== before.labels && now.labels !== store.state.labels)
        store.set({ labels: now.labels });
    });
    this.#lab = lab;
    byId("lab-bench").hidden = byId("lab-tools").hidden = false;
    byId("lab-bars-name").after(labBars());
    lab.subscribe((now) => leadWith(now));
    leadWith(lab.state);
    this.#asking = new Asking(lab);
    new Stage(lab);
    new AnswerSide(lab);
    new Pair(lab, propose);
    this.#presets = new Presets(lab, controls(lab), show);
    tools(lab);
    this.#advise(store.state);
    this.#asking.open = store.state.lab;
  }

  /** The same suggestions and marks as beside the page's own labels, and the examples that suit the model. */
  #advise(state: State): void {
    if (!this.#presets) return;
    this.#presets.isBuiltIn = state.model.kind === "built-in";
    adviseBars(byId<ScoreBars>("lab-bars"), state);
  }
}

/** What a picture is for the models that look at it here. */
type Seen = Pick<LabState, "square" | "builtIn" | "other">;

function isSame(
  one: { classifier: Classifier; blob: Blob; chosen: BuiltIn | undefined },
  other: typeof one,
): boolean {
  return (
    one.classifier === other.classifier && one.blob === other.blob && one.chosen === other.chosen
  );
}

/** The line under the heading: which of the models that look can read. */
function leadWith({ builtIn, other }: LabState): void {
  const words = other
    ? "One model sees and cannot read, the other reads. Put a word there, and watch both."
    : builtIn === "mini-photo"
      ? "This model sees photographs and cannot read: a word only hides what is below it."
      : "The model reads, too. Put a word there, move it, and watch the bars.";
  setText(byId("lab-lead"), words);
}

/** The lab's own bars, made with the lab: until it is opened, the page has one list of labels. */
function labBars(): ScoreBars {
  const bars = document.createElement("score-bars");
  bars.id = "lab-bars";
  bars.state = "loading";
  const legend = document.createElement("span");
  legend.id = "lab-legend";
  legend.slot = "status";
  bars.append(legend);
  return bars;
}

/** A template without a place for the label is no template: the page says so where it is typed. */
function templateOf({ template }: State): string {
  return templateComplaint(template) ? "" : template;
}

/** The word that the lab opens with: the last label that the picture does not show. */
function firstWord(labels: readonly string[], truth: string | undefined): string {
  return labels.findLast((label) => label !== truth) ?? labels[0] ?? "hello";
}

/** Escape leaves, unless something that is open, or a row that is edited, takes it for itself. */
function isLeaving(event: KeyboardEvent): boolean {
  return (
    event.key === "Escape" &&
    !event.defaultPrevented &&
    !event.isComposing &&
    !document.querySelector("dialog[open], :popover-open")
  );
}
