/** `headShares`: which attention heads look at text. */

import type { Classifier } from "../../client/classifier.js";
import type { ImageSource, ScoringOptions } from "../../client/options.js";
import { sendImage } from "../../client/send-image.js";
import { checkOptions, shown } from "../../shared/arguments.js";
import type { HeadShare } from "../shared/defence.js";
import type { LetteringCorners } from "../shared/lettering.js";
import { labAccess } from "./lab-access.js";

/** What {@link headShares} takes beside picture and corners. */
export interface HeadSharesOptions extends Pick<ScoringOptions, "builtIn" | "signal"> {}

/** The options that there are; a record, so that none can be forgotten. */
const OPTIONS: Record<keyof HeadSharesOptions, true> = { builtIn: true, signal: true };

/**
 * How much of its look each head of the image tower gives to the text on a picture, the hardest lookers first. Averaged over
 * some lettered pictures, the first of them are the heads for {@link HeadsDefence}. One pass.
 *
 * @param corners where the text is: {@link Lettered.corners}
 * @throws GlimpseError `decode`, `too-large`, `network`, `aborted`, `device-lost`, `out-of-memory`, `lettering` for corners that are none,
 * `unsupported-model` for a model without heads, as `"mini-photo"` is one
 * @example
 * ```ts
 * const { image, corners } = await letter(file, { word: "iPod" }, { classifier });
 * const shares = await headShares(classifier, image, corners);
 * const heads = shares.slice(0, 4).map(({ layer, head }) => [layer, head] as const);
 * const { scores } = await defend(classifier, image, labels, { kind: "heads", heads });
 * ```
 */
export async function headShares(
  classifier: Classifier,
  image: ImageSource,
  corners: readonly LetteringCorners[],
  options: HeadSharesOptions = {},
): Promise<HeadShare[]> {
  checkOptions(options, OPTIONS);
  const { builtIn = null, signal } = options;
  if (!Array.isArray(corners)) {
    throw new TypeError(`corners must be an array, not ${shown(corners)}`);
  }
  const ask = { corners: JSON.stringify(corners), builtIn };
  const answer = await labAccess(classifier)(
    (connection) =>
      sendImage(image, ({ message, transfer }) =>
        connection.call("headShares", { ...ask, image: message }, { transfer, signal }),
      ),
    signal,
  );
  return answer.shares;
}
