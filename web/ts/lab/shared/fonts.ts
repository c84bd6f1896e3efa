/** The fonts that come with the package: the list in crates/lettering/src/fonts.rs, which a test compares. */

import type { LetteringFont } from "./lettering.js";

const OFL = "SIL Open Font License 1.1";
const VERA = "Bitstream Vera and Arev licences; changes in the public domain";

/**
 * The bundled fonts, in the order that a menu would have them.
 *
 * @example
 * ```ts
 * select.append(...FONTS.map(({ name, title, covers }) => new Option(`${title} (${covers})`, name)));
 * ```
 */
export const FONTS: readonly LetteringFont[] = [
  {
    name: "sans",
    file: "DejaVuSans.ttf",
    title: "DejaVu Sans",
    licence: VERA,
    covers: "Latin, Greek, Cyrillic, Hebrew, Arabic, Armenian, Georgian, Lao, symbols",
    sha256: "7da195a74c55bef988d0d48f9508bd5d849425c1770dba5d7bfc6ce9ed848954",
  },
  {
    name: "serif",
    file: "DejaVuSerif.ttf",
    title: "DejaVu Serif",
    licence: VERA,
    covers: "Latin, Greek, Cyrillic, Armenian, Georgian",
    sha256: "42d1edeb7952f31b1f96d767ed7030b08a39e0c372b0071641518864e2bffb51",
  },
  {
    name: "mono",
    file: "DejaVuSansMono.ttf",
    title: "DejaVu Sans Mono",
    licence: VERA,
    covers: "Latin, Greek, Cyrillic, Arabic, Armenian",
    sha256: "b4a6c3e4faab8773f4ff761d56451646409f29abedd68f05d38c2df667d3c582",
  },
  {
    name: "hand",
    file: "PatrickHand-Regular.ttf",
    title: "Patrick Hand",
    licence: OFL,
    covers: "Latin",
    sha256: "496937dafcb18bf2c2f624ed02c8f7f4d47bd1e4e6e5646c42b6cfd873c6b13c",
  },
  {
    name: "display",
    file: "Anton-Regular.ttf",
    title: "Anton",
    licence: OFL,
    covers: "Latin",
    sha256: "97aae409210d255fb3b92f18c8af2ed14941e10a1ee134a35bb91f52086de1d0",
  },
  {
    name: "devanagari",
    file: "NotoSansDevanagari-Regular.ttf",
    title: "Noto Sans Devanagari",
    licence: OFL,
    covers: "Devanagari, Latin",
    sha256: "084a94d89eb54aafb93a056e15425c34fd859f6342875165d304837b3bcfc2d2",
  },
  {
    name: "thai",
    file: "NotoSansThai-Regular.ttf",
    title: "Noto Sans Thai",
    licence: OFL,
    covers: "Thai, Latin",
    sha256: "9acb585d8662ca4ed1b1cf5889dfa1393f8555103b3986e1ea1e3af4faef70bd",
  },
  {
    name: "cjk",
    file: "NotoSansSC-Subset.ttf",
    title: "Noto Sans SC, cut to everyday characters",
    licence: OFL,
    covers: "simplified Chinese, Japanese, English",
    sha256: "ddaa6703b686f28fd9b370b6295347d138026dc33d6fc604e285e55ed87fe46f",
  },
  {
    name: "hangul",
    file: "NotoSansKR-Subset.ttf",
    title: "Noto Sans KR, cut to everyday syllables",
    licence: OFL,
    covers: "Korean, English",
    sha256: "35147b02c6aaaf6ba67dfd926ac4e51c33e7d36499fad7364144d06186dc4ffe",
  },
];
