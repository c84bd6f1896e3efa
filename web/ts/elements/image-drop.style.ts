/** How `<image-drop>` looks: a quiet frame of fixed shape, so that no picture moves the page. */

import { THEME } from "./element.js";

export const STYLE = `${THEME}
  :host { display: block; }
  .frame {
    position: relative; display: grid; overflow: hidden; inline-size: 100%; container-type: inline-size;
    border: 1px solid var(--_line); border-radius: var(--_radius); background: var(--_surface);
    transition: border-color 120ms, box-shadow 120ms;
  }
  .picture { position: relative; aspect-ratio: var(--glimpse-picture-ratio, 1); }
  img { position: absolute; inset: 0; inline-size: 100%; block-size: 100%; object-fit: contain; }
  img[hidden] { display: none; }
  .note {
    position: absolute; inset: 0; display: grid; place-content: center; text-align: center;
    padding: 1.5rem; color: var(--_muted); overflow-wrap: anywhere;
  }
  .note:empty { display: none; }
  button {
    display: flex; gap: 0.6rem; align-items: center; justify-content: center;
    min-block-size: 3rem; padding: 0.5rem; border: 0; font-size: min(1em, 5.2cqi); /* one line, on the smallest phone too */ background: none; cursor: pointer; color: var(--_muted);
    border-block-start: 1px solid var(--_line);
    transition: color 120ms, background-color 120ms;
  }
  button::before { content: ""; position: absolute; inset: 0; }
  button svg { inline-size: 1.2em; flex: none; fill: none; stroke: currentColor; stroke-width: 1.6; stroke-linecap: round; stroke-linejoin: round; }
  button:focus { outline: none; }
  .frame:has(button:focus-visible) { border-color: var(--_accent); box-shadow: 0 0 0 1px var(--_accent), 0 0 0 4px color-mix(in oklab, var(--_accent) 25%, transparent); }
  @media (hover: hover) { .frame:hover { border-color: var(--_muted); } .frame:hover button { color: var(--_ink); } }
  :host([over]) .frame { border: 2px dashed var(--_accent); background: color-mix(in oklab, var(--_accent) 8%, var(--_surface)); }
  :host([over]) button { color: var(--_accent); }
  :host([over]) img { opacity: 0.35; }
  @media (prefers-reduced-motion: reduce) { .frame, button { transition: none; } }
  @media (forced-colors: active) { .frame:has(button:focus-visible) { outline: 3px solid Highlight; } }
`;
