/** The plain attributes of `<glimpse-classifier>` as properties, each the same word in both places, and its part in a form. */

import type { DevicePreference } from "../shared/types.js";
import { ElementBase } from "./element.js";
import type { Unit } from "./figures.js";

/** What `<glimpse-classifier>` stands on. */
export class ClassifierAttributes extends ElementBase {
  /** The element takes part in forms. */
  static readonly formAssociated = true;

  /** The element's side towards its form. */
  protected readonly internals: ElementInternals = this.attachInternals();

  /** The address of the picture; `""` where there is none. */
  get src(): string {
    return this.getAttribute("src") ?? "";
  }
  set src(src: string) {
    this.write("src", src);
  }

  /** What the picture shows, for people who do not see it. */
  get alt(): string {
    return this.getAttribute("alt") ?? "";
  }
  set alt(alt: string) {
    this.write("alt", alt);
  }

  /** Where to compute: `"auto"` (the default), `"gpu"` or `"cpu"`. */
  get device(): DevicePreference {
    const device = this.getAttribute("device");
    return device === "gpu" || device === "cpu" ? device : "auto";
  }
  set device(device: DevicePreference) {
    this.write("device", device);
  }

  /** The host of models given by name or repository; `""`: the usual one. */
  get hub(): string {
    return this.getAttribute("hub") ?? "";
  }
  set hub(hub: string) {
    this.write("hub", hub);
  }

  /** Where `glimpse_bg.wasm` is, if it was moved. */
  get wasmUrl(): string {
    return this.getAttribute("wasm-url") ?? "";
  }
  set wasmUrl(url: string) {
    this.write("wasm-url", url);
  }

  /** Where `worker.js` is, if it was moved. */
  get workerUrl(): string {
    return this.getAttribute("worker-url") ?? "";
  }
  set workerUrl(url: string) {
    this.write("worker-url", url);
  }

  /** `"eager"` (the default), or `"lazy"`: nothing is fetched before the element comes near the screen. */
  get loading(): "eager" | "lazy" {
    return this.getAttribute("loading") === "lazy" ? "lazy" : "eager";
  }
  set loading(loading: "eager" | "lazy") {
    this.write("loading", loading);
  }

  /** What the numbers say: `"probability"` (the default), `"cosine"` or `"logit"`. */
  get unit(): Unit {
    const unit = this.getAttribute("unit");
    return unit === "cosine" || unit === "logit" ? unit : "probability";
  }
  set unit(unit: Unit) {
    this.write("unit", unit);
  }

  /** Whether cosine and logit stand under each label. */
  get detail(): boolean {
    return this.hasAttribute("detail");
  }
  set detail(detail: boolean) {
    this.toggleAttribute("detail", Boolean(detail));
  }

  /** Whether a row for "none of these" takes part. */
  get noneOfThese(): boolean {
    return this.hasAttribute("none-of-these");
  }
  set noneOfThese(on: boolean) {
    this.toggleAttribute("none-of-these", Boolean(on));
  }

  /** The name under which the best label is sent with a form. */
  get name(): string {
    return this.getAttribute("name") ?? "";
  }
  set name(name: string) {
    this.write("name", name);
  }

  /** Whether a form needs a result before it is sent. */
  get required(): boolean {
    return this.hasAttribute("required");
  }
  set required(required: boolean) {
    this.toggleAttribute("required", Boolean(required));
  }

  /** Whether the element takes no input and sends no value. */
  get disabled(): boolean {
    return this.hasAttribute("disabled");
  }
  set disabled(disabled: boolean) {
    this.toggleAttribute("disabled", Boolean(disabled));
  }

  /** The form that the element belongs to, or null. */
  get form(): HTMLFormElement | null {
    return this.internals.form;
  }

  /** `"glimpse-classifier"`, as a form's other controls have a type. */
  get type(): string {
    return this.localName;
  }

  /** What is wrong for the form, if something is. */
  get validity(): ValidityState {
    return this.internals.validity;
  }

  /** That in words, or `""`. */
  get validationMessage(): string {
    return this.internals.validationMessage;
  }

  /** Whether the form asks the element at all. */
  get willValidate(): boolean {
    return this.internals.willValidate;
  }

  /** Whether the form could be sent as far as this element goes; fires `invalid` where not. */
  checkValidity(): boolean {
    return this.internals.checkValidity();
  }

  /** The same, and tells the person. */
  reportValidity(): boolean {
    return this.internals.reportValidity();
  }

  /** Sets an attribute if that changes it, or takes it away for nothing at all (null, undefined). */
  protected write(attribute: string, value: string | null | undefined): void {
    if (value === null || value === undefined) this.removeAttribute(attribute);
    else if (this.getAttribute(attribute) !== String(value)) this.setAttribute(attribute, value);
  }

  /** Gives properties that were set before the element had its class to the class. */
  protected takeEarly(names: readonly string[]): void {
    for (const name of names) {
      if (!Object.hasOwn(this, name)) continue;
      const value: unknown = Reflect.get(this, name);
      Reflect.deleteProperty(this, name);
      Reflect.set(this, name, value);
    }
  }
}
