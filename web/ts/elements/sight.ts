/** Waits for an element to come near the screen. */

/** How far off the screen counts as near, as an `IntersectionObserver` takes it. */
const NEAR = "25%";

/** One element's wait; it can be ended, and begun again. */
export class Sight {
  readonly #element: Element;
  readonly #onNear: () => void;
  #observer: IntersectionObserver | null = null;

  /** `onNear` is called once for each wait that is not ended before. */
  constructor(element: Element, onNear: () => void) {
    this.#element = element;
    this.#onNear = onNear;
  }

  /** Whether the element has yet to come near. */
  get awaited(): boolean {
    return this.#observer !== null;
  }

  /** Begins to wait. */
  wait(): void {
    this.#observer ??= new IntersectionObserver(
      (entries) => {
        if (!entries.some((entry) => entry.isIntersecting)) return;
        this.end();
        this.#onNear();
      },
      { rootMargin: NEAR },
    );
    this.#observer.observe(this.#element);
  }

  /** Waits no longer. */
  end(): void {
    this.#observer?.disconnect();
    this.#observer = null;
  }
}
