/** The camera on the page: asked for only by its button, live bars while it runs, a still to keep; no frame leaves the page. */

import { byId } from "../core/elements.js";
import { Latest } from "../core/latest.js";
import type { LiveClassifier } from "../core/live-classifier.js";
import type { State, Store } from "../core/state.js";
import { Lens, listCameras, refusal } from "./lens.js";
import { liveBars } from "./live-bars.js";

/** Sets up the camera's buttons; `still` is given each picture that is taken. */
export function useCamera(
  store: Store,
  live: LiveClassifier,
  still: (picture: File) => void,
): void {
  new Camera(store, live, still);
}

class Camera {
  readonly #store: Store;
  readonly #live: LiveClassifier;
  readonly #still: (picture: File) => void;
  readonly #video = byId<HTMLVideoElement>("camera-video");
  readonly #lens = new Lens(this.#video, () => this.#stop());
  readonly #watching = new Latest();

  constructor(store: Store, live: LiveClassifier, still: (picture: File) => void) {
    this.#store = store;
    this.#live = live;
    this.#still = still;
    byId("camera-button").addEventListener("click", () =>
      this.#lens.isOpen ? this.#stop() : void this.#start(),
    );
    byId("camera-stop").addEventListener("click", () => this.#stop());
    byId("camera-still").addEventListener("click", () => void this.#takeStill());
    byId("camera-switch").addEventListener("click", () => void this.#change());
    document.addEventListener("visibilitychange", () => this.#followSight());
    store.subscribe((state, before) => this.#follow(state, before));
  }

  /** In a hidden tab the bars stop and the camera's frames go dark. */
  #followSight(): void {
    if (!this.#lens.isOpen) return;
    this.#lens.dark = document.hidden;
    if (document.hidden) this.#watching.stop();
    else this.#watch();
  }

  #follow(state: State, before: State): void {
    if (!this.#lens.isOpen) return;
    // Any other picture ends it: an example, a drop, a paste, a card of the gallery.
    if (state.picture !== before.picture) this.#stop();
    else if (state.info !== before.info) this.#watch();
  }

  async #start(): Promise<void> {
    byId("camera-note").textContent = "";
    this.#watching.stop();
    try {
      if (!(await this.#lens.open())) return;
    } catch (error) {
      byId("camera-note").textContent = refusal(error);
      return this.#stop();
    }
    this.#show(true);
    await this.#video.play().catch(() => undefined);
    if (!this.#lens.isOpen) return;
    void this.#offerSwitch();
    this.#watch();
  }

  #stop(): void {
    this.#watching.stop();
    this.#lens.close();
    this.#show(false);
  }

  #watch(): void {
    const signal = this.#watching.begin();
    if (!document.hidden) void liveBars(this.#video, this.#store, this.#live, signal);
  }

  async #takeStill(): Promise<void> {
    const picture = await this.#lens.still();
    if (picture) this.#still(picture);
  }

  async #change(): Promise<void> {
    await this.#lens.chooseNext();
    await this.#start();
  }

  async #offerSwitch(): Promise<void> {
    byId("camera-switch").hidden = (await listCameras()).length < 2;
  }

  #show(on: boolean): void {
    if (this.#store.state.camera === on) return;
    const focused = byId("camera").contains(document.activeElement);
    byId("camera").hidden = !on;
    byId("picture").hidden = on;
    byId("camera-button").setAttribute("aria-pressed", String(on));
    this.#store.set({ camera: on, scores: null, milliseconds: null, problem: null });
    if (on) return byId("camera-still").focus({ preventScroll: true });
    // The focused button is gone: the keyboard focus needs another place.
    if (focused) byId("camera-button").focus({ preventScroll: true });
    if (this.#store.state.info) void this.#live.ask(false);
  }
}
