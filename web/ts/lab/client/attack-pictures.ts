/** A sweep's pictures: read once each, named, and told by their content. */

import { type ImageBatch, batchOf } from "../../client/batch.js";
import type { ImageSource } from "../../client/options.js";
import { sendImage } from "../../client/send-image.js";
import { isBuiltIn } from "../../shared/built-ins.js";
import { GlimpseError } from "../../shared/errors.js";
import { absolute } from "../../shared/urls.js";
import type { AttackPicture } from "../shared/sweep.js";
import type { AttackOptions } from "./attack-options.js";
import type { LabAccess } from "./lab-access.js";

/** The pictures, and the one model that looks at all of them. */
export interface ReadPictures {
  readonly pictures: AttackPicture[];
  /** What the model sees of each. */
  readonly squares: ImageData[];
  readonly model: string;
  readonly fingerprint: string;
}

/**
 * Reads all pictures, one after the other; an error names the picture. Of two built-in models the one that fits the first looks at all,
 * unless one is wished for.
 */
export async function readPictures(
  ask: LabAccess,
  images: ImageSource | ImageBatch<ImageSource>,
  names: readonly string[],
  { builtIn, signal }: Pick<AttackOptions, "builtIn" | "signal">,
): Promise<ReadPictures> {
  const pictures: AttackPicture[] = [];
  const squares: ImageData[] = [];
  let wish = builtIn ?? null;
  let by: { model: string; fingerprint: string } | null = null;
  for await (const image of batchOf(images) ?? [images as ImageSource]) {
    const name = names[pictures.length] ?? nameOf(image) ?? `picture ${pictures.length + 1}`;
    try {
      const { square, sha256, details, fingerprint } = await ask(
        (connection) =>
          sendImage(image, ({ message, transfer }) =>
            connection.call(
              "sweepPicture",
              { image: message, builtIn: wish },
              { transfer, signal },
            ),
          ),
        signal,
      );
      pictures.push({ name, sha256 });
      squares.push(square);
      by ??= { model: details.model, fingerprint };
      if (isBuiltIn(by.model)) wish = by.model;
    } catch (error) {
      if (!(error instanceof GlimpseError) || error.code === "aborted") throw error;
      throw new GlimpseError(error.code, `${name}: ${error.message}`, { cause: error });
    }
  }
  if (!by) throw new TypeError("images must hold a picture, or several");
  return { pictures, squares, ...by };
}

/** The name that a picture brings along: a File's, or the last part of an address. */
function nameOf(image: ImageSource): string | null {
  if (typeof File !== "undefined" && image instanceof File) return image.name || null;
  if (typeof image !== "string" && !(image instanceof URL)) return null;
  const { protocol, pathname } = new URL(absolute(image));
  if (protocol === "data:" || protocol === "blob:") return null;
  const last = pathname.slice(pathname.lastIndexOf("/") + 1);
  try {
    return decodeURIComponent(last) || null;
  } catch {
    return last;
  }
}
