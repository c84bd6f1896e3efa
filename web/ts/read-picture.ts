/** Reads a picture in the worker: its bytes where Rust decodes them, else the pixels that the browser gives. */

import { decodeInBrowser, pixelsOf } from "./browser-decode.js";
import { fetchBlob } from "./fetching.js";
import { sniff } from "#glimpse";
import type { ImageMessage } from "./protocol.js";
import { readBlob } from "./streams.js";
import type { ImageDetails } from "./types.js";

/** As much of a file as tells its format; an SVG may begin with a long comment. */
const SNIFFED_BYTES = 64 * 1024;

/** A picture as Rust takes it: encoded, or as pixels that the browser decoded. */
export type ReadPicture = {
  readonly details: ImageDetails;
  /** Its file, where it has one. */
  readonly file: Uint8Array<ArrayBuffer> | null;
} & ({ readonly bytes: Uint8Array<ArrayBuffer> } | { readonly pixels: ImageData });

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

/** Pixels as the bindings take them. */
export function rgbaOf({ data, width, height }: ImageData): [Uint8Array, number, number] {
  return [new Uint8Array(data.buffer, data.byteOffset, data.byteLength), width, height];
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
  return { bytes, file: bytes, details };
}

function byBrowser(
  pixels: ImageData,
  format: string,
  file: ReadPicture["file"] = null,
): ReadPicture {
  return { pixels, file, details: { format, decodedBy: "browser" } };
}
