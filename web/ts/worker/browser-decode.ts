/** Pictures decoded by the browser, in the worker: formats that the Rust decoders only recognise, and canvases. */

import { GlimpseError, messageOf } from "../shared/errors.js";

/** The limit of the Rust decoders, for the browser's too. */
const MAX_PIXELS = 100_000_000;

/** Decodes a Blob of a format that a worker can decode: all but SVG. `format` is for the message. */
export async function decodeInBrowser(blob: Blob, format: string): Promise<ImageData> {
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(blob, {
      colorSpaceConversion: "none",
      premultiplyAlpha: "none",
    });
  } catch (error) {
    throw new GlimpseError(
      "decode",
      `this browser cannot read this ${format} picture (${messageOf(error)}); save it as PNG or JPEG and try again`,
    );
  }
  return pixelsOf(bitmap);
}

/** The pixels of a bitmap as straight RGBA; closes the bitmap. */
export function pixelsOf(bitmap: ImageBitmap): ImageData {
  const { width, height } = bitmap;
  try {
    if (width * height > MAX_PIXELS) {
      throw new GlimpseError(
        "too-large",
        `the picture is ${width} x ${height}; more than 100 megapixels are not taken: scale it down first`,
      );
    }
    const context = new OffscreenCanvas(width, height).getContext("2d", {
      willReadFrequently: true,
    });
    if (!context) {
      throw new GlimpseError("out-of-memory", `no memory for a canvas of ${width} x ${height}`);
    }
    context.drawImage(bitmap, 0, 0);
    return context.getImageData(0, 0, width, height);
  } finally {
    bitmap.close();
  }
}
