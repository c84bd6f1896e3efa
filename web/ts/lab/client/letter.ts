/** `letter`: a word on a picture. */

import { rememberModel } from "../../client/image-input.js";
import type { ImageSource } from "../../client/options.js";
import { sendImage } from "../../client/send-image.js";
import { checkOptions } from "../../shared/arguments.js";
import type { LabCalls } from "../shared/calls.js";
import type { Lettered, LetteringSpec } from "../shared/lettering.js";
import { specText } from "./check-spec.js";
import { folderUrl } from "./font-folder.js";
import { type LabConnection, labAccess } from "./lab-access.js";
import type { LetterOptions } from "./lab-options.js";
import { callModelless } from "./modelless-worker.js";

/** The options that there are; a record, so that none can be forgotten. */
const OPTIONS: Record<keyof LetterOptions, true> = {
  classifier: true,
  size: true,
  builtIn: true,
  signal: true,
  wasmUrl: true,
  workerUrl: true,
  fontsUrl: true,
};

/** The largest square that is drawn on. */
const MOST = 4096;

/**
 * Writes a word onto a picture, as if a piece of paper lay on it. The picture is first resized and cropped to the square that
 * a model sees; ImageData that has the square's size already is taken as it is. The same picture and spec give the same bytes
 * in every browser, in Node.js and on the command line.
 *
 * @throws GlimpseError `lettering` for an empty word, one of more than 200 characters, control characters, letters that the font
 * lacks, and sizes or places out of range; `decode`, `too-large`, `network` and `integrity` (picture or font), `aborted`,
 * `device-lost`, `out-of-memory`. TypeError for fields that there are not, or of a wrong type.
 * @example
 * ```ts
 * const { image, corners, area } = await letter(file, { word: "iPod", paper: "note", height: 0.2 }, { classifier });
 * context.putImageData(image, 0, 0);
 * const scores = await classifier.classify(image, ["apple", "iPod"]);
 * ```
 */
export async function letter(
  image: ImageSource,
  spec: LetteringSpec,
  options: LetterOptions = {},
): Promise<Lettered> {
  checkOptions(options, OPTIONS);
  const { classifier, builtIn = null, size, signal, wasmUrl, workerUrl, fontsUrl } = options;
  if (size !== undefined && !(Number.isInteger(size) && size >= 1 && size <= MOST)) {
    throw new TypeError(`size must be an integer from 1 to ${MOST}, not ${size}`);
  }
  const ask: Omit<LabCalls["letter"]["ask"], "image"> = {
    spec: specText(spec),
    builtIn,
    size: size ?? null,
    fontsUrl: folderUrl(fontsUrl),
  };
  const send = (connection: LabConnection) =>
    sendImage(image, ({ message, transfer }) =>
      connection.call("letter", { ...ask, image: message }, { transfer, signal }),
    );
  if (classifier === undefined) {
    return (await callModelless(send, { wasmUrl, workerUrl, signal })).lettered;
  }
  if (wasmUrl !== undefined || workerUrl !== undefined) {
    throw new TypeError("with a classifier its worker draws: leave out wasmUrl and workerUrl");
  }
  const { lettered } = await labAccess(classifier)(send, signal);
  if (lettered.model !== null) rememberModel(lettered.image, lettered.model);
  return lettered;
}
