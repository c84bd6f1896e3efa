/** Guesses whether a picture is a photograph, for a quiet word of caution; nothing else depends on it. */

const SIDE = 256;
/** In drawings most neighbouring pixels are equal but for compression; in photographs grain and shading make few of them so. */
const SAME_WITHIN = 4;
const DRAWING_ABOVE = 0.72;

/** True for what looks like a photograph, null when the browser cannot decode the picture. */
export async function looksLikePhotograph(blob: Blob): Promise<boolean | null> {
  try {
    const bitmap = await createImageBitmap(blob);
    const width = Math.min(SIDE, bitmap.width);
    const height = Math.min(SIDE, bitmap.height);
    const context = new OffscreenCanvas(width, height).getContext("2d", {
      willReadFrequently: true,
    });
    if (!context) return null;
    context.fillStyle = "white";
    context.fillRect(0, 0, width, height);
    context.drawImage(bitmap, (width - bitmap.width) / 2, (height - bitmap.height) / 2);
    bitmap.close();
    return flatShare(context.getImageData(0, 0, width, height)) < DRAWING_ABOVE;
  } catch {
    return null;
  }
}

/** The share of pixels that equal their right-hand neighbour, at the picture's own size around its centre. */
function flatShare({ data, width, height }: ImageData): number {
  let flat = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 1; x < width; x++) {
      const at = 4 * (y * width + x);
      const step =
        Math.abs((data[at] ?? 0) - (data[at - 4] ?? 0)) +
        Math.abs((data[at + 1] ?? 0) - (data[at - 3] ?? 0)) +
        Math.abs((data[at + 2] ?? 0) - (data[at - 2] ?? 0));
      if (step <= SAME_WITHIN) flat++;
    }
  }
  return flat / Math.max(1, (width - 1) * height);
}
