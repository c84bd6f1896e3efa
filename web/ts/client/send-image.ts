/** Sends a picture to a worker; retries in another form where the worker cannot read the first. */

import { GlimpseError } from "../shared/errors.js";
import { NeedsDrawing } from "./connection.js";
import { type OutgoingImage, blobOf, drawBlob, imageMessage, shownMessage } from "./image-input.js";
import type { ImageSource } from "./options.js";

/** `send` with the picture's message; once more with a drawing of it where only a document can draw it, or as the page shows it. */
export async function sendImage<T>(
  image: ImageSource,
  send: (image: OutgoingImage) => Promise<T>,
  preprocessed = false,
): Promise<T> {
  try {
    return await send(await imageMessage(image, preprocessed));
  } catch (error) {
    if (error instanceof NeedsDrawing) {
      return send(await drawBlob(await blobOf(image), error.format));
    }
    const unfetched = error instanceof GlimpseError && error.code === "network";
    const shown = unfetched ? await shownMessage(image) : null;
    if (!shown) throw error;
    return send(shown);
  }
}
