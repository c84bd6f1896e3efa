/** How `<score-bars>` looks: columns where there is room, bars under their labels where there is not. */

import { THEME } from "./element.js";

export const STYLE = `${THEME}
  :host { display: block; container-type: inline-size; }
  .rows { position: relative; }
  ol { list-style: none; margin: 0; padding: 0; }

  li, .none {
    display: grid;
    grid-template: "label track number remove" 3rem "detail detail detail detail" auto
      / minmax(clamp(8rem, var(--letters, 0) * 1ch + 1.25rem, 50cqi), 2fr) minmax(0, 3fr) 4.5rem 1.75rem;
    align-items: center;
    column-gap: 0.75rem;
    position: relative;
  }
  li + li, .none { border-top: 1px solid var(--_line); }
  .none[hidden] { display: none; }
  li input {
    grid-area: label; inline-size: 100%; min-inline-size: 0; block-size: 2.25rem;
    padding: 0 0.6rem; margin: 0 0 0 -0.6rem; /* the page's side, not the label's */
    border: 1px solid transparent; border-radius: 8px; background: none;
    /* A label written from right to left is shaped so, and stands in its column like the others. */
    text-align: -webkit-match-parent; text-align: match-parent; text-overflow: ellipsis;
    transition: border-color 120ms, background-color 120ms;
  }
  li input::placeholder { color: var(--_muted); opacity: 1; }
  :host(:dir(rtl)) li input { margin: 0 -0.6rem 0 0; }
  @media (hover: hover) { li input:hover { border-color: var(--_line); } }
  li input:focus { outline: 2px solid var(--_accent); outline-offset: -1px; background: var(--_surface); }
  li[data-best] input { font-weight: 600; }

  .track {
    grid-area: track; block-size: 0.625rem; border-radius: 99px; overflow: hidden; position: relative;
    background: var(--_track);
  }
  /* Over the bar, so that its mark is seen on a longer one too. */
  .ghost {
    position: absolute; inset: 0; border-inline-end: 2px solid var(--_muted);
    background: color-mix(in oklab, var(--_ink) 16%, transparent);
    transform: translateX(calc((var(--score, 0) - 1) * 100%));
  }
  :host(:dir(rtl)) .ghost { transform: translateX(calc((1 - var(--score, 0)) * 100%)); }
  .ghost[hidden], li[data-adds] .ghost { display: none; }
  .fill {
    block-size: 100%; border-radius: inherit;
    background: color-mix(in oklab, var(--_accent) 42%, var(--_track));
    transform: translateX(calc((var(--score, 0) - 1) * 100%));
    transition: transform 220ms cubic-bezier(0.2, 0.7, 0.2, 1), background-color 220ms;
  }
  :host(:dir(rtl)) .fill { transform: translateX(calc((1 - var(--score, 0)) * 100%)); }
  li[data-best] .fill, .none[data-best] .fill { background: var(--_accent); }

  .number {
    grid-area: number; text-align: end; font-variant-numeric: tabular-nums; white-space: nowrap;
    transition: opacity 120ms;
  }
  li[data-best] .number, .none[data-best] .number { font-weight: 600; }
  li[data-stale] .number { opacity: 0.4; }
  .guess {
    grid-area: number; align-self: end; justify-self: end; margin-block-end: 0.3rem;
    color: var(--_muted); font-size: 0.75rem; line-height: 1; cursor: help;
  }
  .guess:empty { display: none; }
  li[data-guess] .number { padding-block-end: 0.8rem; }
  li[data-guess] .fill { position: relative; }
  li[data-guess] .fill::after {
    content: ""; position: absolute; inset: 0;
    background: repeating-linear-gradient(135deg, transparent 0 3px, var(--_track) 3px 5px);
  }
  /* Half a word is always a guess: the mark waits for the hand to rest. */
  .guess, li[data-guess] .fill::after { animation: appear 1ms 700ms backwards; }
  @keyframes appear { from { opacity: 0; } }
  :host([state="loading"]) .guess { visibility: hidden; }
  li[data-stale] .guess { opacity: 0.4; }
  .detail {
    display: none; grid-area: detail; color: var(--_muted); font-size: 0.8125rem;
    font-variant-numeric: tabular-nums; margin-block: -0.35rem 0.6rem;
  }
  :host([detail]) li:not([data-adds]) .detail { display: block; }

  .none label {
    grid-area: label; display: flex; align-items: center; gap: 0.6rem; inline-size: fit-content; min-block-size: 2.25rem;
    padding-inline-end: 0.6rem; color: var(--_muted); white-space: nowrap; cursor: pointer;
  }
  .none input { inline-size: 1rem; block-size: 1rem; margin: 0; flex: none; accent-color: var(--_accent); cursor: pointer; }
  .none input:focus-visible { outline: 2px solid var(--_accent); outline-offset: 2px; }
  @media (hover: hover) { .none label:hover { color: var(--_ink); } }
  .none[data-on] label { color: var(--_ink); }
  .none[data-best] label { font-weight: 600; }
  .none:not([data-on]) .track { visibility: hidden; }

  /* In the margin, so that no column moves: on the way of the pointer, and where the order is by hand. */
  .grip {
    position: absolute; inset: 0.5rem auto auto -1.6rem; inline-size: 1.25rem; block-size: 2rem;
    display: grid; place-items: center; color: var(--_muted); cursor: grab; touch-action: none; opacity: 0;
    transition: opacity 120ms;
  }
  :host(:dir(rtl)) .grip { inset-inline: auto -1.6rem; }
  .grip svg { inline-size: 1rem; stroke: currentColor; stroke-width: 2; stroke-linecap: round; }
  @media (hover: hover) { li:hover .grip { opacity: 1; } }
  :host([order="manual"]) .grip { opacity: 0.7; }
  li[data-adds] .grip { display: none; }
  @media (hover: none) { :host(:not([order="manual"])) .grip { display: none; } }
  li[data-carried] { z-index: 1; border-color: transparent; }
  li[data-carried]::before {
    content: ""; position: absolute; inset: 0 -0.5rem; z-index: -1; background: var(--_surface); border-radius: 10px;
    box-shadow: 0 0.5rem 1.5rem light-dark(rgb(20 40 38 / 12%), rgb(0 0 0 / 45%)), 0 0 0 1px var(--_line);
  }
  li[data-carried] .grip { cursor: grabbing; opacity: 1; }

  .remove {
    grid-area: remove; margin-inline-start: -0.25rem; inline-size: 2rem; block-size: 2rem; padding: 0; border: 0; border-radius: 50%;
    background: none; color: var(--_muted); cursor: pointer; opacity: 0;
    transition: opacity 120ms, background-color 120ms, color 120ms;
  }
  .remove svg { inline-size: 1rem; display: block; margin: auto; stroke: currentColor; stroke-width: 1.5; stroke-linecap: round; }
  .remove:hover { background: var(--_track); color: var(--_ink); }
  .remove:focus-visible { outline: 2px solid var(--_accent); opacity: 1; }
  li:hover .remove, li:focus-within .remove { opacity: 1; }
  @media (hover: none) { .remove { opacity: 0.7; } }
  li[data-adds] .remove, li[data-adds] .track { visibility: hidden; }

  :host([state="loading"]) .fill { transform: none; background: none; }
  :host([state="loading"]) .fill::after { display: none; }
  :host([state="loading"]) .number { opacity: 0; }
  :host([state="loading"]) .track { animation: breathe 1.6s ease-in-out infinite alternate; }
  :host([state="error"]) .fill { background: color-mix(in oklab, var(--_muted) 45%, var(--_track)); }
  :host([state="error"]) .number { opacity: 0.4; }
  @keyframes breathe { from { opacity: 1; } to { opacity: 0.45; } }

  #suggestions {
    position: absolute; inset: var(--top) auto auto -0.6rem; z-index: 1; margin-block-start: 0.25rem;
    inline-size: max-content; min-inline-size: 9rem; max-inline-size: 100%;
    padding: 0.25rem; border: 1px solid var(--_line); border-radius: 10px; background: var(--_surface);
    box-shadow: 0 0.5rem 1.5rem light-dark(rgb(20 40 38 / 12%), rgb(0 0 0 / 45%));
  }
  #suggestions[hidden] { display: none; }
  [role="option"] { padding: 0.35rem 0.6rem; border-radius: 7px; cursor: pointer; overflow-wrap: anywhere; }
  [role="option"][aria-selected="true"] { background: var(--_track); outline: 1px solid var(--_accent); outline-offset: -1px; }
  @media (hover: hover) { [role="option"]:hover { background: var(--_track); } }
  @media (pointer: coarse) { [role="option"] { padding-block: 0.6rem; } }

  .status { display: block; color: var(--_muted); font-size: 0.9375rem; }

  @container (max-width: 26rem) {
    li, .none {
      grid-template: "label number remove" 2.75rem "track track track" 1.1rem "detail detail detail" auto
        / minmax(0, 1fr) auto 2rem;
    }
    .track { align-self: start; block-size: 0.5rem; }
    .detail { margin-block: 0 0.5rem; }
    li[data-adds], .none:not([data-on]) { grid-template-rows: 2.75rem 0 auto; }
    .grip { position: absolute; inset: 0.35rem auto auto -0.4rem; inline-size: 1.75rem; }
    :host(:dir(rtl)) .grip { inset-inline: auto -0.4rem; }
    :host([order="manual"]) li:not([data-adds]) { padding-inline-start: 1.75rem; }
    @media (hover: hover) { :host(:not([order="manual"])) .grip { display: none; } }
  }
  @media (prefers-reduced-motion: reduce) {
    .fill, .number, .remove, .grip, li input { transition: none; }
    :host([state="loading"]) .track { animation: none; }
  }
  @media (forced-colors: active) {
    .track { border: 1px solid CanvasText; }
    li[data-carried], [role="option"][aria-selected="true"] { outline: 2px solid Highlight; }
    .ghost { background: none; border-color: CanvasText; }
    .fill, li[data-best] .fill, .none[data-best] .fill { forced-color-adjust: none; background: Highlight; }
  }
`;
