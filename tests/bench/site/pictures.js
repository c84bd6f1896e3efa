// Pictures as both sides get them: a square of pixels, or a file whose bytes nobody has seen before.
import { random, square } from "./inputs.js";

/** The JPEG files that were fetched, by their size in megapixels. */
const files = new Map();

/**
 * `{ seed, side }` is a PNG of the square of that number; `{ megapixels, seed }` the JPEG file of that size without some of its last
 * rows, a count of its own, since a picture whose pixels were seen before is remembered.
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
  return new Blob([withoutRows(file, 1 + (seed % 97))], { type: "image/jpeg" });
}

/** A baseline JPEG file that says of itself that it is so many rows shorter; what is coded of them stays, and nobody shows it. */
function withoutRows(file, rows) {
  const shorter = file.slice();
  const view = new DataView(shorter.buffer);
  let at = 2;
  while (shorter[at + 1] !== 0xc0) at += 2 + view.getUint16(at + 2);
  view.setUint16(at + 5, view.getUint16(at + 5) - rows);
  return shorter;
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
