// Pictures as both sides get them: a square of pixels, or a file whose bytes nobody has seen before.
import { random, square } from "./inputs.js";

/** The JPEG files that were fetched, by their size in megapixels. */
const files = new Map();

/**
 * `{ seed, side }` is a PNG of the square of that number; `{ megapixels, seed }` the JPEG file of that size, with a comment of
 * its own, so that its bytes are new while its pixels are not.
 */
export async function picture({ seed, side, megapixels }) {
  if (megapixels === undefined) {
    const canvas = new OffscreenCanvas(side, side);
    canvas.getContext("2d").putImageData(new ImageData(square(seed, side), side), 0, 0);
    return canvas.convertToBlob({ type: "image/png" });
  }
  if (!files.has(megapixels)) {
    const response = await fetch(`/pictures/${megapixels}mp.jpg`);
    files.set(megapixels, new Uint8Array(await response.arrayBuffer()));
  }
  const file = files.get(megapixels);
  const comment = new Uint8Array([
    0xff,
    0xfe,
    0,
    6,
    ...new Uint8Array(new Uint32Array([seed]).buffer),
  ]);
  // Behind the marker that starts the file, where comments may stand.
  return new Blob([file.subarray(0, 2), comment, file.subarray(2)], { type: "image/jpeg" });
}

/** Draws a picture with broad and fine detail, another for each `scene`, and gives its JPEG file's bytes in base64. */
export async function drawJpeg(megapixels, scene = 7) {
  const width = Math.round(Math.sqrt((megapixels * 1e6 * 4) / 3));
  const height = Math.round((width * 3) / 4);
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d");
  const sky = context.createLinearGradient(0, 0, width / 3, height);
  sky.addColorStop(0, "#246");
  sky.addColorStop(1, "#ec9");
  context.fillStyle = sky;
  context.fillRect(0, 0, width, height);
  const next = random(scene);
  for (let disc = 0; disc < 600; disc += 1) {
    context.fillStyle = `hsl(${next() * 360} 60% ${20 + next() * 60}% / 0.5)`;
    context.beginPath();
    context.arc(next() * width, next() * height, (0.002 + next() ** 3 * 0.2) * width, 0, 7);
    context.fill();
  }
  const grain = new OffscreenCanvas(256, 256);
  grain.getContext("2d").putImageData(new ImageData(noise(next, 256 * 256), 256), 0, 0);
  context.globalAlpha = 0.12;
  context.fillStyle = context.createPattern(grain, "repeat");
  context.fillRect(0, 0, width, height);
  const blob = await canvas.convertToBlob({ type: "image/jpeg", quality: 0.9 });
  const reader = new FileReader();
  return new Promise((resolve) => {
    reader.onload = () => resolve(reader.result.split(",")[1]);
    reader.readAsDataURL(blob);
  });
}

const noise = (next, pixels) =>
  Uint8ClampedArray.from({ length: 4 * pixels }, (_, at) => (at % 4 === 3 ? 255 : 256 * next()));
