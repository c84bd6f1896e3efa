/** How `<glimpse-classifier>` looks: the picture beside its bars where there is room, above them where there is not. */

import { THEME } from "./element.js";

export const STYLE = `${THEME}
  :host { display: block; container-type: inline-size; }
  :host(:focus) { outline: none; }
  :host(:focus-visible) { outline: 2px solid var(--_accent); outline-offset: 4px; border-radius: var(--_radius); }
  .layout { display: grid; gap: 1.25rem; align-items: start; }
  @container (min-width: 38rem) { .layout { grid-template-columns: minmax(0, 2fr) minmax(0, 3fr); } }
  .layout[inert] { opacity: 0.55; }
  .status { display: block; min-block-size: 3.25rem; padding-block-start: 0.6rem; color: var(--_muted); font-size: 0.9375rem; }
  .words { overflow-wrap: anywhere; }
  .amount { font-variant-numeric: tabular-nums; }
  progress { display: block; inline-size: 100%; block-size: 0.375rem; margin-block-start: 0.5rem; accent-color: var(--_accent); }
  progress[hidden] { display: none; }
  button {
    margin-block-start: 0.5rem; padding: 0.4rem 0.9rem; border: 1px solid var(--_line); border-radius: 99px;
    background: var(--_surface); color: var(--_ink); cursor: pointer;
  }
  button[hidden] { display: none; }
  button:hover { border-color: var(--_muted); }
  button:focus-visible { outline: 2px solid var(--_accent); outline-offset: 1px; }
`;
