/** Fetches the list of what a built-in model was taught, once for each address. */

import { GlimpseError, messageOf } from "../shared/errors.js";
import { fetchBlob } from "../shared/fetching.js";

/** What a built-in model was taught; it travels with the model as `labels.json`. */
export interface BuiltInLabels {
  /**
   * The things that it has seen: drawn (`"dog"`, `"ice cream"`), or for `"mini-photo"` the names of its thousand classes, in their order
   * (`"Siberian Husky"`, `"espresso"`).
   */
  readonly concepts: readonly string[];
  /** Other names that it has heard for them: `names["puppy"]` is `"dog"`. */
  readonly names: Readonly<Record<string, string>>;
  /** Names of several things together, each with the places of these things in {@link concepts}: `groups["dog"]`. None for `"mini"`. */
  readonly groups: Readonly<Record<string, readonly number[]>>;
  /** What stands for "none of these" beside labels: see {@link fillersFor}. None for `"mini"`, whose concepts do. */
  readonly fillers: readonly string[];
  /** The words that it can read where they are written in a picture; none for `"mini-photo"`. */
  readonly words: readonly string[];
  /** The colours that it knows shapes in; none for `"mini-photo"`. */
  readonly colours: readonly string[];
  /** The shapes that it knows in these colours: `"red star"`; none for `"mini-photo"`. */
  readonly shapes: readonly string[];
}

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
