/** `reportHtml`: a sweep's report as one HTML file. */

import { checkOptions, shown } from "../../shared/arguments.js";
import { type LabConnection, labAccess } from "./lab-access.js";
import type { LetterOptions } from "./lab-options.js";
import { callModelless } from "./modelless-worker.js";
import type { AttackReport } from "./report.js";

/** What {@link reportHtml} takes beside the report; the same as {@link LetterOptions} has them. */
export interface ReportOptions extends Pick<
  LetterOptions,
  "classifier" | "signal" | "wasmUrl" | "workerUrl"
> {}

/** The options that there are; a record, so that none can be forgotten. */
const OPTIONS: Record<keyof ReportOptions, true> = {
  classifier: true,
  signal: true,
  wasmUrl: true,
  workerUrl: true,
};

/**
 * A report as one HTML file: plots with a table under each, readable without a network, without scripts, in light and dark, and
 * printed. No model is needed for it.
 *
 * @throws GlimpseError `lettering` where it is no report of {@link attack} or `glimpse attack`, `network`, `aborted`, `device-lost`
 * @example
 * ```ts
 * const report = JSON.parse(await file.text()); // what `glimpse attack` or `attack` wrote
 * link.href = URL.createObjectURL(new Blob([await reportHtml(report)], { type: "text/html" }));
 * ```
 */
export async function reportHtml(
  report: AttackReport,
  options: ReportOptions = {},
): Promise<string> {
  checkOptions(options, OPTIONS);
  if (typeof report !== "object" || report === null) {
    throw new TypeError(`report must be a report, as attack gives it, not ${shown(report)}`);
  }
  const { classifier, signal, wasmUrl, workerUrl } = options;
  const ask = { report: JSON.stringify(report) };
  const call = (connection: LabConnection) => connection.call("reportHtml", ask, { signal });
  return classifier === undefined
    ? callModelless(call, { wasmUrl, workerUrl, signal })
    : labAccess(classifier)(call, signal);
}
