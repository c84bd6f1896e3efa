// What every test page has at hand: the package, imported as a stranger would, and a few ways to make pictures.
import * as glimpse from "/glimpse-clip/dist/index.js";
import * as lab from "/glimpse-clip/dist/lab/index.js";

/** Fetches a picture's bytes as a Blob. */
async function picture(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return response.blob();
}

/** Draws a picture that depends on `seed`, `size` pixels wide and high, on a canvas. */
function drawing(seed = 0, size = 96) {
  const canvas = Object.assign(document.createElement("canvas"), { width: size, height: size });
  const context = canvas.getContext("2d");
  // Opaque: a file's transparent pixels lose their alpha as in Pillow, a canvas's are seen on white.
  context.fillStyle = "white";
  context.fillRect(0, 0, size, size);
  for (let band = 0; band < 12; band += 1) {
    context.fillStyle = `rgb(${(seed * 53 + band * 21) % 256} ${(band * 47) % 256} ${(seed * 19) % 256})`;
    context.fillRect((band * size) / 12, ((band * seed) % 5) * 4, size / 6, size);
  }
  return canvas;
}

/** The same drawing as a PNG Blob. */
function drawnPng(seed, size) {
  return new Promise((resolve) => drawing(seed, size).toBlob(resolve, "image/png"));
}

/** Settles a promise into `{ value }` or into the parts of its error that the contract fixes. */
async function attempt(promise) {
  try {
    return { value: await promise };
  } catch (error) {
    return {
      typed: error instanceof glimpse.GlimpseError,
      name: error?.name,
      code: error?.code,
      message: String(error?.message ?? error),
    };
  }
}

/** The numbers of an embedding as a plain array, which is what can leave the page. */
const numbers = (embedding) => Array.from(embedding);

globalThis.harness = { ...glimpse, ...lab, picture, drawing, drawnPng, attempt, numbers };
document.documentElement.dataset.ready = "yes";
