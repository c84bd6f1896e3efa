/** A square of pixels as a PNG file. */

/** The same pixels as a PNG. */
export function pngOf(square: ImageData): Promise<Blob> {
  const canvas = new OffscreenCanvas(square.width, square.height);
  canvas.getContext("2d")?.putImageData(square, 0, 0);
  return canvas.convertToBlob({ type: "image/png" });
}
