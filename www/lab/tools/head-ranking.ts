/** Which attention heads look at the label most: the order in which they are silenced. */

import { headShares, type HeadSharesOptions, type Lettered } from "glimpse-clip/lab";
import type { Lab } from "../lab.js";

/** `[layer, head]`, from 0, hardest lookers at the label on this very picture first. One pass. */
export async function headRanking(
  { classifier }: Lab,
  { image, corners }: Lettered,
  options: HeadSharesOptions,
): Promise<[layer: number, head: number][]> {
  const shares = await headShares(classifier, image, corners, options);
  return shares.map(({ layer, head }) => [layer, head]);
}
