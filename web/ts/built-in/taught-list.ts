/** Fetches the list of what a built-in model was taught, once for each address. */

import type { BuiltInLabels } from "./labels.js";
import { GlimpseError, messageOf } from "../shared/errors.js";
import { fetchBlob } from "../shared/fetching.js";

const lists = /* @__PURE__ */ new Map<string, Promise<BuiltInLabels>>();

/**
 * The list at `url`; asked for again by the next call where it could not be had.
 *
 * @throws GlimpseError `network`
 */
export function taughtList(url: string): Promise<BuiltInLabels> {
  const known = lists.get(url);
  if (known) return known;
  const list = fetchList(url);
  lists.set(url, list);
  list.catch(() => lists.delete(url));
  return list;
}

async function fetchList(url: string): Promise<BuiltInLabels> {
  const text = await (await fetchBlob(url)).text();
  try {
    return {
      fillers: [],
      words: [],
      colours: [],
      shapes: [],
      groups: {},
      ...(JSON.parse(text) as object),
    } as unknown as BuiltInLabels;
  } catch (error) {
    throw new GlimpseError(
      "network",
      `${url} did not answer with the list of labels (${messageOf(error)}); serve the package's models folder as it lies`,
    );
  }
}
