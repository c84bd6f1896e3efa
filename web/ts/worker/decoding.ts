/** Reads a picture in the worker: decoded by Rust where it can be, else the pixels that the browser gives. */

import { Picture, sniff } from "#glimpse";
import { fetchBlob } from "../shared/fetching.js";
import type { ImageMessage } from "../shared/protocol.js";
import { readBlob } from "../shared/streams.js";
import type { ImageDetails } from "../shared/types.js";
import { decodeInBrowser, pixelsOf } from "./browser-decode.js";

/** As much of a file as tells its format; an SVG may begin with a long comment. */
const SNIFFED_BYTES = 64 * 1024;

/** A picture that was read. Whoever had it read frees it. */
export interface ReadPicture {
  /** Decoded, in Rust's memory. */
  readonly picture: Picture;
  /** How it was read; which model looks at it is not known yet. */
  readonly details: Omit<ImageDetails, "model">;
  /** Its file, where it has one. */
  readonly file: Uint8Array<ArrayBuffer> | null;
  /** How long Rust took to decode it; null where the browser did. */
  readonly decodeMilliseconds: number | null;
}

/** Thrown for a picture that only a document can draw. */
export class NeedsDocument extends Error {
  constructor(readonly format: string) {
    super(`${format} needs a document`);
  }
}

/** Reads what the client sent or named; `signal` ends the waiting for a picture's server. */
export async function readPicture(image: ImageMessage, signal: AbortSignal): Promise<ReadPicture> {
  switch (image.kind) {
    case "blob":
      return readEncoded(image.blob);
    case "url":
      return readEncoded(await fetchBlob(image.url, { signal }));
    case "bitmap":
      return byBrowser(pixelsOf(image.bitmap), image.format);
    case "pixels":
      return byBrowser(image.pixels, "pixels");
  }
}

/** Pixels in Rust's memory; whoever has them there frees them. */
export function pictureOf({ data, width, height }: ImageData): Picture {
  const rgba = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return Picture.ofPixels(rgba, width, height);
}

/** Gives a picture's memory back. After a trap that is not possible, and the trap says more. */
export function release(picture: Picture): void {
  try {
    picture.free();
  } catch {
    // It counts as borrowed for ever.
  }
}

/** Pixels out of Rust's memory. */
export function imageDataOf(picture: Picture): ImageData {
  return new ImageData(new Uint8ClampedArray(picture.pixels), picture.width);
}

async function readEncoded(blob: Blob): Promise<ReadPicture> {
  const bytes = new Uint8Array(
    await readBlob(blob, blob instanceof File ? blob.name : "the picture"),
  );
  const format = sniff(bytes.subarray(0, SNIFFED_BYTES));
  if (format && !format.decodable) {
    if (format.name === "SVG") throw new NeedsDocument(format.name);
    return byBrowser(await decodeInBrowser(blob, format.name), format.name, bytes);
  }
  const details = { format: format?.name ?? "unknown", decodedBy: "glimpse" } as const;
  const began = performance.now();
  const picture = Picture.decode(bytes);
  return { picture, file: bytes, details, decodeMilliseconds: performance.now() - began };
}

function byBrowser(
  pixels: ImageData,
  format: string,
  file: ReadPicture["file"] = null,
): ReadPicture {
  const details = { format, decodedBy: "browser" } as const;
  return { picture: pictureOf(pixels), file, details, decodeMilliseconds: null };
}
