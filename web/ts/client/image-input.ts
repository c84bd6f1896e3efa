/** Turns whatever the caller has for a picture into a message for the worker, in the client. */

import { shown } from "../shared/arguments.js";
import { GlimpseError, messageOf } from "../shared/errors.js";
import { fetchBlob } from "../shared/fetching.js";
import type { ImageMessage } from "../shared/protocol.js";
import { absolute, baseUrl } from "../shared/urls.js";
import type { ImageSource } from "./options.js";

/** The shorter side that a drawing without a size of its own is drawn at, in pixels; any model crops less. */
const DRAWING_SIDE = 512;
/** No drawing is drawn larger than this, in pixels a side. */
const DRAWING_LIMIT = 4096;

/** A message, and what of it is handed over and not copied. */
export interface OutgoingImage {
  readonly message: ImageMessage;
  readonly transfer: Transferable[];
}

/** The model that each square came from. */
const seen = new WeakMap<ImageData, string>();

/** Notes which model a square came from: where there are two, the same square goes to that one again. */
export function rememberModel(square: ImageData, model: string): ImageData {
  seen.set(square, model);
  return square;
}

/** Cache keys of Blobs: the same object keeps its key for as long as it lives. */
const keys = new WeakMap<Blob, number>();
let nextKey = 0;

/**
 * The message for a picture. Blobs cross as handles, decoded pictures as bitmaps that change hands.
 *
 * @throws TypeError for a `preprocessed` one that is no ImageData
 */
export async function imageMessage(
  image: ImageSource,
  preprocessed = false,
): Promise<OutgoingImage> {
  if (preprocessed) {
    if (typeof image === "object" && image !== null && isPixels(image)) {
      return pixelsMessage(image, true);
    }
    throw new TypeError(
      `with preprocessed, the picture must be ImageData, as preprocess and letter give it, not ${shown(image)}`,
    );
  }
  if (image instanceof Blob) {
    return { message: { kind: "blob", blob: image, key: keyOf(image) }, transfer: [] };
  }
  if (typeof image === "string" || image instanceof URL) return byUrl(image);
  if (image instanceof ArrayBuffer || image instanceof Uint8Array) {
    return imageMessage(new Blob([image as BlobPart]));
  }
  if (typeof image !== "object" || image === null || "then" in image || image instanceof Response) {
    throw noPicture(image);
  }
  if (isPixels(image)) return pixelsMessage(image, false);
  if (isElement(image, "HTMLImageElement")) {
    const source = image.currentSrc || image.src;
    // Its own bytes give Python's numbers; only another origin's are not fetched again behind the page's back.
    if (source && isOwn(source)) return byUrl(source);
    await image.decode().catch(() => undefined);
  }
  return bitmapMessage(await snapshot(image), "pixels", null);
}

/**
 * The pixels of an `<img>` as it stands in the page: for one whose bytes cannot be fetched any more, as after its `blob:`
 * address was revoked. `null` where the picture is none, or shows nothing.
 */
export async function shownMessage(image: ImageSource): Promise<OutgoingImage | null> {
  if (typeof image !== "object" || !isElement(image, "HTMLImageElement")) return null;
  if (!image.complete || image.naturalWidth === 0) return null;
  return bitmapMessage(await snapshot(image), "pixels", null);
}

/** Draws what only a document can draw (SVG), as large as a model needs, and gives it the Blob's key. */
export async function drawBlob(blob: Blob, format: string): Promise<OutgoingImage> {
  if (typeof document === "undefined") {
    throw new GlimpseError(
      "decode",
      `${format} pictures need a page to be drawn; convert it to PNG`,
    );
  }
  // An SVG is only drawn as an image when its type says that it is one.
  const typed = format === "SVG" ? blob.slice(0, blob.size, "image/svg+xml") : blob;
  const url = URL.createObjectURL(typed);
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const width = image.naturalWidth || DRAWING_SIDE;
    const height = image.naturalHeight || DRAWING_SIDE;
    const scale = Math.min(
      Math.max(1, DRAWING_SIDE / Math.min(width, height)),
      DRAWING_LIMIT / Math.max(width, height),
    );
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(width * scale));
    canvas.height = Math.max(1, Math.round(height * scale));
    canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
    return bitmapMessage(await createImageBitmap(canvas), format, keyOf(blob));
  } catch (error) {
    throw new GlimpseError(
      "decode",
      `this browser cannot draw this ${format} picture (${messageOf(error)}); save it as PNG and try again`,
    );
  } finally {
    URL.revokeObjectURL(url);
  }
}

/** The Blob behind a picture whose bytes the worker could read, but not decode. */
export async function blobOf(image: ImageSource): Promise<Blob> {
  if (image instanceof Blob) return image;
  if (image instanceof ArrayBuffer || image instanceof Uint8Array) {
    return new Blob([image as BlobPart]);
  }
  const element = typeof image === "object" && isElement(image, "HTMLImageElement") ? image : null;
  const url = element ? element.currentSrc || element.src : String(image);
  return fetchBlob(absolute(url));
}

function keyOf(blob: Blob): number {
  const known = keys.get(blob);
  if (known !== undefined) return known;
  keys.set(blob, nextKey);
  return nextKey++;
}

function byUrl(url: string | URL): OutgoingImage {
  return { message: { kind: "url", url: absolute(url) }, transfer: [] };
}

function pixelsMessage(pixels: ImageData, preprocessed: boolean): OutgoingImage {
  const message = {
    kind: "pixels",
    pixels,
    preprocessed,
    seenBy: seen.get(pixels) ?? null,
  } as const;
  return { message, transfer: [] };
}

function bitmapMessage(bitmap: ImageBitmap, format: string, key: number | null): OutgoingImage {
  return { message: { kind: "bitmap", bitmap, format, key }, transfer: [bitmap] };
}

async function snapshot(image: ImageBitmapSource): Promise<ImageBitmap> {
  try {
    return await createImageBitmap(image);
  } catch (error) {
    throw new GlimpseError(
      "decode",
      `the picture gives no pixels (${messageOf(error)}); it must be loaded, larger than nothing, and from this site or ` +
        "one that allows it (CORS)",
    );
  }
}

/** The error for what is no picture at all, such as the file of an empty `<input>`, or a promise that nobody waited for. */
function noPicture(value: unknown): GlimpseError {
  const waiting = typeof (value as PromiseLike<unknown> | null)?.then === "function";
  return new GlimpseError(
    "decode",
    `${shown(value)} is no picture; ${waiting ? "await it and " : ""}give a Blob or File, an address, ImageData, or an element that shows one`,
  );
}

function isOwn(url: string): boolean {
  const { origin, protocol } = new URL(url, baseUrl());
  return protocol === "blob:" || protocol === "data:" || origin === location.origin;
}

/** True for an ImageData, and for a plain object of its shape: Node.js has no such class. */
function isPixels(value: object): value is ImageData {
  return (
    isElement(value, "ImageData") || ("data" in value && value.data instanceof Uint8ClampedArray)
  );
}

/** True where the class exists (not in every worker, nor in Node.js) and the object, of whichever frame, is one of it. */
function isElement<Name extends "HTMLImageElement" | "ImageData">(
  value: object,
  name: Name,
): value is InstanceType<(typeof globalThis)[Name]> {
  return name in globalThis && value instanceof globalThis[name];
}
