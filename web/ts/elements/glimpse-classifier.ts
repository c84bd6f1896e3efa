/** `<glimpse-classifier>`: a picture, its labels and their bars in one line of HTML; it brings its own model and worker. */

import { AUTO } from "../shared/built-ins.js";
import { GlimpseError, messageOf } from "../shared/errors.js";
import type { ModelReference, Progress, Score } from "../shared/types.js";
import type { LabelsChange, NoneChange } from "./bars-events.js";
import { ClassifierAttributes } from "./classifier-attributes.js";
import {
  type ClassifierState,
  type GlimpseClassifierEventMap,
  type ScoresDetail,
  loadingWords,
} from "./classifier-events.js";
import { type Answer, ElementClassifier, type Question } from "./element-classifier.js";
import { openShadow, part } from "./element.js";
import { STYLE } from "./glimpse-classifier.style.js";
import { GuessMarks } from "./guess-marks.js";
import type { ImageChange, ImageDrop } from "./image-drop.js";
import { templatesOf, textsOf } from "./label-list.js";
import { same } from "./same.js";
import type { ScoreBars } from "./score-bars.js";
import { Sight } from "./sight.js";

const MARKUP = `
  <div class="layout" part="layout">
    <image-drop exportparts="frame, image, note, button: choose"></image-drop>
    <score-bars exportparts="list, row, grip, label, track, fill, best, number, guess, detail: figures, remove, none, none-label, suggestions, suggestion">
      <div class="status" slot="status" part="status">
        <span class="words" role="status"></span><span class="amount" aria-hidden="true"></span>
        <progress part="progress" aria-label="Loading the model" hidden></progress>
        <button part="retry" type="button" hidden>Try again</button>
      </div>
    </score-bars>
  </div>
`;

/** Work is spoken of once it took this long, in milliseconds; a fast answer should not flicker. */
const SPEAK_AFTER = 300;

/** What may have been set on the element before its class was there. */
const PROPERTIES = [
  ...["src", "alt", "labels", "model", "template", "device", "hub", "unit", "detail", "image"],
  ...["noneOfThese", "name", "required", "disabled", "loading", "wasmUrl", "workerUrl"],
] as const;

/**
 * Zero-shot classification as one element: drop, paste or choose a picture, or give its address; edit the labels; read the
 * bars. The model is fetched when there is a picture to look at; elements that want the same model share it.
 *
 * Every attribute is a property too. In a form, the element's value is the best label ("none of these" where that wins).
 *
 * @attr src - the address of the picture: any that this page may fetch (its own, `data:`, `blob:`, another's that allows it by CORS).
 * @attr alt - what the picture shows, for people who do not see it.
 * @attr labels - separated by commas, or one a line, or a JSON array; people can edit them.
 * @attr model - a name, a repository or the URL of a folder; as a property, files too. Defaults to `auto`, the built-in model that fits the picture.
 * @attr template - the sentence with `{}` that each label is put in; several, one a line, are an ensemble; `imagenet`. Defaults to none.
 * @attr device - `auto`, `gpu` or `cpu`.
 * @attr hub - the host of models given by name or repository.
 * @attr none-of-these - adds a row for "none of these".
 * @attr detail - shows cosine and logit under each label.
 * @attr unit - `probability`, `cosine` or `logit`.
 * @attr loading - `lazy`: nothing is fetched before the element comes near the screen.
 * @attr name - the name under which the best label is sent with a form.
 * @attr required - the form is not sent without a result.
 * @attr disabled - takes no input, and sends nothing.
 * @attr wasm-url, worker-url - where these files are, if they were moved.
 * @attr state - set by the element: `idle`, `loading`, `working`, `ready` or `error`.
 * @fires progress - {@link Progress}; does not bubble.
 * @fires scores - {@link ScoresDetail}.
 * @fires error - {@link GlimpseError}; does not bubble.
 * @fires change - when the best label has changed.
 * @fires labelschange - {@link LabelsChange}, when a person edited the labels.
 * @fires imagechange - {@link ImageChange}, when a person gave a picture.
 * @csspart layout, frame, image, note, choose, list, row, grip, label, track, fill, best, number, guess, figures, remove, none, none-label, status, progress, retry, suggestions, suggestion
 * @cssprop --glimpse-picture-ratio, --glimpse-accent, --glimpse-ink, --glimpse-muted, --glimpse-line, --glimpse-surface, --glimpse-track, --glimpse-radius
 * @example
 * ```html
 * <script type="module" src="/node_modules/glimpse-clip/dist/elements/index.js"></script>
 * <glimpse-classifier src="dog.png" labels="dog, cat, horse" template="a drawing of a {}"></glimpse-classifier>
 * ```
 */
export class GlimpseClassifier extends ClassifierAttributes {
  static readonly observedAttributes = [
    ...["src", "alt", "labels", "model", "template", "device", "hub", "none-of-these", "detail"],
    ...["unit", "loading", "required", "wasm-url", "worker-url"],
  ];

  readonly #layout: HTMLElement;
  readonly #drop: ImageDrop;
  readonly #bars: ScoreBars;
  readonly #guesses: GuessMarks;
  readonly #words: HTMLElement;
  readonly #amount: HTMLElement;
  readonly #loaded: HTMLProgressElement;
  readonly #retry: HTMLButtonElement;
  readonly #session = new ElementClassifier({
    loading: (progress) => this.#loading(progress),
    picture: (blob) => this.#hang(blob),
    working: () => this.#working(),
  });
  #model: ModelReference = AUTO;
  #templates: readonly string[] = [];
  /** The labels as the page last gave them: giving the same again takes back no edit of a person. */
  #given: readonly string[] = [];
  /** The labels last asked about. */
  #asked: readonly string[] = [];
  /** The picture that the page or a person gave in place of `src`. */
  #image: Blob | null = null;
  #scores: readonly Score[] | null = null;
  readonly #sight = new Sight(this, () => this.#soon());
  #due = false;
  /** Whether a question waits for its answer; the model may go on loading after the picture has failed. */
  #pending = false;
  #speaking: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    const root = openShadow(this, MARKUP, STYLE);
    this.#layout = part(root, ".layout");
    this.#drop = part(root, "image-drop");
    this.#bars = part(root, "score-bars");
    this.#guesses = new GuessMarks(this.#bars);
    this.#words = part(root, ".words");
    this.#amount = part(root, ".amount");
    this.#loaded = part(root, "progress");
    this.#retry = part(root, "button");
    this.#retry.addEventListener("click", () => this.#soon());
    this.#drop.addEventListener("imagechange", (event) => {
      this.image = (event as CustomEvent<ImageChange>).detail.image;
    });
    this.#bars.addEventListener("labelschange", (event) => {
      const { labels } = (event as CustomEvent<LabelsChange>).detail;
      // A moved row is no new question.
      if (!same([...labels].sort(), [...this.#asked].sort())) this.#soon();
    });
    this.#bars.addEventListener("nonechange", (event) => {
      this.#bars.noneOfThese = (event as CustomEvent<NoneChange>).detail.on;
      this.#soon();
    });
  }

  /** The labels, as they stand in the rows. As an attribute: separated by commas, one a line, or a JSON array. */
  get labels(): string[] {
    return this.#bars.labels;
  }
  set labels(labels: readonly string[] | string) {
    const list = typeof labels === "string" ? textsOf(labels) : [...(labels ?? [])];
    if (same(list, this.#given)) return;
    this.#given = list;
    this.#bars.labels = list;
    this.#soon();
  }

  /** The model, as {@link CreateOptions.model}. */
  get model(): ModelReference {
    return this.#model;
  }
  set model(model: ModelReference) {
    if (model === this.#model) return;
    this.#model = model || AUTO;
    this.#soon();
  }

  /** The templates that labels are put in; none: labels are used as they are typed. A text with lines is a list. */
  get template(): readonly string[] {
    return this.#templates;
  }
  set template(template: string | readonly string[]) {
    const list = typeof template === "string" ? templatesOf(template) : [...(template ?? [])];
    if (same(list, this.#templates)) return;
    this.#templates = list;
    this.#soon();
  }

  /** The picture's bytes. Setting them shows and classifies them in place of `src`; null goes back to that. */
  get image(): Blob | null {
    return this.#image ?? this.#drop.image;
  }
  set image(image: Blob | null) {
    if (image === this.#image) return;
    this.#image = image;
    this.#hang(image);
    this.#answered(null);
    this.#soon();
  }

  /** The last scores, best first; null where there are none for what is on show. */
  get scores(): readonly Score[] | null {
    return this.#scores;
  }

  /** The best label, which a form sends; `""` where there is none. */
  get value(): string {
    return this.#scores?.[0]?.label ?? "";
  }

  /** What the element is doing; the same as the attribute. */
  get state(): ClassifierState {
    return (this.getAttribute("state") as ClassifierState | null) ?? "idle";
  }

  connectedCallback(): void {
    this.takeEarly(PROPERTIES);
    // A form points at the control that it misses something from: it must be able to.
    if (!this.hasAttribute("tabindex")) this.tabIndex = -1;
    if (this.loading === "lazy") this.#sight.wait();
    this.#judge();
    this.#soon();
  }

  disconnectedCallback(): void {
    this.#sight.end();
    // Moved within the document, it is back before this runs.
    queueMicrotask(() => {
      if (!this.isConnected) this.#session.close();
    });
  }

  attributeChangedCallback(name: string, before: string | null, value: string | null): void {
    if (value === before) return;
    if (name === "labels") this.labels = value ?? "";
    else if (name === "template") this.template = value ?? "";
    else if (name === "model") this.model = value ?? AUTO;
    else if (name === "alt") this.#drop.alt = this.alt;
    else if (name === "detail") this.#bars.toggleAttribute("detail", this.detail);
    else if (name === "unit") this.#bars.unit = this.unit;
    else if (name === "required") this.#judge();
    else {
      if (name === "none-of-these") this.#bars.noneOfThese = this.noneOfThese || null;
      if (name === "loading" && this.loading === "eager") this.#sight.end();
      if (name === "src") this.#forget();
      this.#soon();
    }
  }

  /** Called by the browser when the element, or a fieldset around it, is disabled or no longer. */
  formDisabledCallback(disabled: boolean): void {
    this.#layout.inert = disabled;
  }

  /** Called by the browser when the form is reset: what the page gave is back. */
  formResetCallback(): void {
    this.#bars.labels = this.#given;
    this.#forget();
    this.#soon();
  }

  /** Takes the picture on show away; that of `src`, if there is one, comes next. */
  #forget(): void {
    this.#image = null;
    this.#hang(null);
    this.#answered(null);
  }

  /** Shows a picture; a new one is described by its file name, unless the page describes it. */
  #hang(picture: Blob | null): void {
    this.#drop.image = picture;
    if (this.alt) this.#drop.alt = this.alt;
  }

  /** Asks once for however many changes of this moment. */
  #soon(): void {
    if (this.#due) return;
    this.#due = true;
    queueMicrotask(() => {
      this.#due = false;
      if (this.isConnected && !this.#sight.awaited) void this.#ask();
    });
  }

  async #ask(): Promise<void> {
    const picture = this.#image ?? this.src;
    this.#asked = this.labels;
    this.#pending = picture !== "";
    if (!picture) {
      this.#session.stop();
      this.#answered(null);
      return this.#show("idle");
    }
    try {
      const answer = await this.#session.ask(this.#question(picture));
      if (!answer) return;
      this.#pending = false;
      this.#answered(answer);
      this.#show(
        "ready",
        answer.scores.length === 0 ? "Add a label to compare the picture with." : "",
      );
    } catch (error) {
      this.#pending = false;
      this.#answered(null);
      this.#show("error", messageOf(error));
      const detail =
        error instanceof GlimpseError ? error : new GlimpseError("device-lost", messageOf(error));
      this.dispatchEvent(new CustomEvent("error", { detail }));
    }
  }

  #question(picture: Blob | string): Question {
    const { device, hub, wasmUrl, workerUrl } = this;
    return {
      picture,
      labels: this.#asked,
      wish: {
        model: this.#model,
        device,
        ...(hub && { hub }),
        ...(wasmUrl && { wasmUrl }),
        ...(workerUrl && { workerUrl }),
      },
      options: {
        hypothesisTemplate: this.#templates,
        noneOfThese: this.#bars.noneOfThese ?? false,
      },
    };
  }

  #loading(progress: Progress): void {
    this.dispatchEvent(new CustomEvent("progress", { detail: progress }));
    if (progress.phase === "ready" || !this.#pending) return;
    const { words, amount } = loadingWords(progress);
    this.#show("loading", words, amount);
    const { loaded, total } = progress;
    if (total !== null && total > 0) this.#loaded.value = loaded / total;
    else this.#loaded.removeAttribute("value");
  }

  #working(): void {
    this.#show("working");
    this.#speaking = setTimeout(
      () => (this.#words.textContent = "Looking at the picture…"),
      SPEAK_AFTER,
    );
  }

  /** Shows scores and makes the best label the form's value; null takes them away. */
  #answered(answer: Answer | null): void {
    const before = this.value;
    const scores = answer?.scores.length ? answer.scores : null;
    this.#scores = scores;
    this.#bars.scores = scores;
    this.internals.setFormValue(scores ? this.value : null);
    this.#judge();
    if (answer?.model && scores) {
      const { model, milliseconds } = answer;
      this.#guesses.show(model);
      const detail: ScoresDetail = { scores: [...scores], model, milliseconds };
      this.dispatchEvent(new CustomEvent("scores", { detail, bubbles: true, composed: true }));
    }
    if (this.value !== before) this.dispatchEvent(new Event("change", { bubbles: true }));
  }

  /** Tells the form whether something is missing. */
  #judge(): void {
    const missing = this.required && !this.#scores;
    this.internals.setValidity(
      missing ? { valueMissing: true } : {},
      missing ? "Give a picture, and wait for its scores." : "",
      missing ? this.#drop : undefined,
    );
  }

  #show(state: ClassifierState, words = "", amount = ""): void {
    clearTimeout(this.#speaking);
    if (this.state !== state) this.setAttribute("state", state);
    this.#bars.state = state === "idle" ? "ready" : state;
    // The same words again would be read out again.
    if (this.#words.textContent !== words) this.#words.textContent = words;
    this.#amount.textContent = amount;
    this.#loaded.hidden = state !== "loading";
    this.#retry.hidden = state !== "error";
  }
}

/** The element's own events, typed. */
export interface GlimpseClassifier {
  addEventListener<Name extends keyof GlimpseClassifierEventMap>(
    type: Name,
    listener: (this: GlimpseClassifier, event: GlimpseClassifierEventMap[Name]) => void,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | AddEventListenerOptions,
  ): void;
}
