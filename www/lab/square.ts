/** Squares of pixels as PNG: a picture that the classifier knows again, a file to keep. */

const made = new WeakMap<ImageData, Promise<Blob>>();

/** The same pixels as a PNG, the same Blob every time, so that the classifier need not look at it again for other labels. */
export function pngOf(square: ImageData): Promise<Blob> {
  let png = made.get(square);
  if (!png) {
    const canvas = new OffscreenCanvas(square.width, square.height);
    canvas.getContext("2d")?.putImageData(square, 0, 0);
    png = canvas.convertToBlob({ type: "image/png" });
    made.set(square, png);
  }
  return png;
}
