/** The bundled fonts' files: fetched when a label first asks for one. Each is a literal URL, so that bundlers carry it. */

import { fetchBlob } from "../../shared/fetching.js";
import { readBlob } from "../../shared/streams.js";
import { FONTS } from "../shared/fonts.js";

/** Bundlers look for exactly these expressions. */
const OWN: Readonly<Record<string, () => URL>> = {
  sans: () => new URL("./fonts/DejaVuSans.ttf", import.meta.url),
  serif: () => new URL("./fonts/DejaVuSerif.ttf", import.meta.url),
  mono: () => new URL("./fonts/DejaVuSansMono.ttf", import.meta.url),
  hand: () => new URL("./fonts/PatrickHand-Regular.ttf", import.meta.url),
  display: () => new URL("./fonts/Anton-Regular.ttf", import.meta.url),
  devanagari: () => new URL("./fonts/NotoSansDevanagari-Regular.ttf", import.meta.url),
  thai: () => new URL("./fonts/NotoSansThai-Regular.ttf", import.meta.url),
  cjk: () => new URL("./fonts/NotoSansSC-Subset.ttf", import.meta.url),
  hangul: () => new URL("./fonts/NotoSansKR-Subset.ttf", import.meta.url),
};

/** A font's bytes, from the folder of that address, or the package's own; `null` where there is no such font. */
export async function fetchFont(
  name: string,
  folder: string | null,
  signal: AbortSignal,
): Promise<Uint8Array | null> {
  const font = FONTS.find((each) => each.name === name);
  const own = OWN[name];
  if (!font || !own) return null;
  const url = folder === null ? own().href : folder + font.file;
  return new Uint8Array(await readBlob(await fetchBlob(url, { signal }), url));
}
