/** A sweep's pictures: read once each, named, and told by their content. */

import { type Many, manyOf } from "../batch.js";
import type { Door } from "../door.js";
import { GlimpseError } from "../errors.js";
import { absolute } from "../image-input.js";
import { sendImage } from "../sending.js";
import type { ImageSource } from "../types.js";
import type { AttackPicture } from "./sweep.js";

/** A picture that was read. */
export interface ReadPicture extends AttackPicture {
  /** What the model sees of it. */
  readonly square: ImageData;
}

/** Reads all pictures, one after the other; an error names the picture. */
export async function readPictures(
  ask: Door,
  images: ImageSource | Many<ImageSource>,
  names: readonly string[],
  signal: AbortSignal | undefined,
): Promise<ReadPicture[]> {
  const read: ReadPicture[] = [];
  for await (const image of manyOf(images) ?? [images as ImageSource]) {
    const name = names[read.length] ?? nameOf(image) ?? `picture ${read.length + 1}`;
    try {
      const { square, sha256 } = await ask(
        (connection) =>
          sendImage(image, ({ message, transfer }) =>
            connection.call("sweepPicture", { image: message }, { transfer, signal }),
          ),
        signal,
      );
      read.push({ name, sha256, square });
    } catch (error) {
      if (!(error instanceof GlimpseError) || error.code === "aborted") throw error;
      throw new GlimpseError(error.code, `${name}: ${error.message}`, { cause: error });
    }
  }
  if (read.length === 0) throw new TypeError("images must hold a picture, or several");
  return read;
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
