/** What every Glimpse element stands on: a base class that exists on servers too, and helpers for style and motion. */

/** `HTMLElement` in browsers; an empty class where there is none, so that importing an element on a server does not crash. */
export const ElementBase: typeof HTMLElement =
  globalThis.HTMLElement ?? (class {} as unknown as typeof HTMLElement);

/** Registers `element` under `name`, once; does nothing where custom elements do not exist. */
export function define(name: string, element: CustomElementConstructor): void {
  const registry = globalThis.customElements;
  if (registry && !registry.get(name)) registry.define(name, element);
}

/**
 * Opens a shadow root that holds `markup` and `css`.
 *
 * The style is a constructed sheet: it needs no `'unsafe-inline'` in a page's Content-Security-Policy.
 */
export function openShadow(host: HTMLElement, markup: string, css: string): ShadowRoot {
  const root = host.attachShadow({ mode: "open", delegatesFocus: false });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [sheet];
  root.innerHTML = markup;
  return root;
}

/** The one element in `root` that matches `selector`; the markup is ours, so its absence is a mistake in this package. */
export function part<E extends Element>(root: ParentNode, selector: string): E {
  const found = root.querySelector<E>(selector);
  if (!found) throw new Error(`The element's own markup has no ${selector}.`);
  return found;
}

/** Whether the person asked their system for less motion. */
function prefersStillness(): boolean {
  return globalThis.matchMedia?.("(prefers-reduced-motion: reduce)").matches ?? false;
}

/**
 * Runs `reorder` and lets each of `items` glide from where it was to where it is now (FLIP), unless motion is unwanted.
 */
export function glide(items: readonly HTMLElement[], reorder: () => void): void {
  const before = new Map(items.map((item) => [item, item.getBoundingClientRect().top]));
  reorder();
  if (prefersStillness()) return;
  for (const item of items) {
    const distance = (before.get(item) ?? 0) - item.getBoundingClientRect().top;
    if (Math.abs(distance) < 1) continue;
    item.animate([{ transform: `translateY(${distance}px)` }, { transform: "none" }], {
      duration: 320,
      easing: "cubic-bezier(0.2, 0.7, 0.2, 1)",
    });
  }
}

/** Colours and sizes shared by the elements; a page overrides them by setting the same custom properties. */
export const THEME = `
  :host {
    --_accent: var(--glimpse-accent, light-dark(#0b6b69, #63cdc3));
    --_ink: var(--glimpse-ink, light-dark(#1c2321, #e9eeec));
    --_muted: var(--glimpse-muted, light-dark(#5c6663, #9faba7));
    --_line: var(--glimpse-line, light-dark(#dde2df, #303a38));
    --_surface: var(--glimpse-surface, light-dark(#ffffff, #18201f));
    --_track: var(--glimpse-track, light-dark(#eceeed, #25302e));
    --_radius: var(--glimpse-radius, 14px);
    color: var(--_ink);
    font: inherit;
  }
  :host([hidden]) { display: none; }
  * { box-sizing: border-box; }
  button, input { font: inherit; color: inherit; }
  .unseen {
    position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden;
    clip-path: inset(50%); white-space: nowrap;
  }
`;
