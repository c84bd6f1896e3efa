/** What was measured of the defences with the built-in model: rates for the table, and how the defences are set. */

import type { Classifier } from "glimpse-clip";
import { builtInDefences, type MeasuredDefences } from "glimpse-clip/lab";

/**
 * The measured table where it is of this very model; null for every other model, and where there is none. Of two built-in models no
 * fingerprint is told: there the one that reads is the one that comes with the table.
 */
export async function measuredOf({ info }: Classifier): Promise<MeasuredDefences | null> {
  const isAutomatic = info.model === "auto";
  if (info.model !== "mini" && !isAutomatic) return null;
  try {
    const measured = await builtInDefences();
    return isAutomatic || measured?.fingerprint === info.fingerprint ? measured : null;
  } catch (error) {
    // The tool works without; only the columns are missing.
    console.warn(error);
    return null;
  }
}

/** On what it was measured, in a sentence. */
export function measuredWords({ cases, labels, template, date }: MeasuredDefences): string {
  const sentence = template === "" ? "" : `, as “${template}”`;
  return `Measured on ${cases} drawings, each with one word, among ${labels} labels${sentence}, on ${date}. Below each rate stands its 95 % interval.`;
}
