// Runs Glimpse through its package, as a stranger would, and takes the times of its calls.
import { Classifier } from "/glimpse-clip/dist/index.js";
import { square, template } from "./inputs.js";
import { drawJpeg, picture } from "./pictures.js";

const classifiers = new Map();

/** The milliseconds that `work` takes, and what it gives. */
async function timed(work) {
  const began = performance.now();
  const value = await work();
  return { ms: performance.now() - began, value };
}

const calls = {
  async create(name, options) {
    const { ms, value } = await timed(() => Classifier.create(options));
    classifiers.set(name, value);
    return { ms, info: value.info };
  },

  async dispose(name) {
    await classifiers.get(name)?.dispose();
    classifiers.delete(name);
  },

  /** The embedding of one square, which needs no preprocessing but the normalising of its values. */
  async image(name, { seed, side }) {
    const pixels = new ImageData(square(seed, side), side);
    const embed = () => classifiers.get(name).embedImage(pixels, { preprocessed: true });
    const { ms, value } = await timed(embed);
    return { ms, rows: [Array.from(value)] };
  },

  /** The embeddings of labels in the template. */
  async texts(name, { candidates, rows = true }) {
    const classifier = classifiers.get(name);
    const embed = () => classifier.embedLabels(candidates, { hypothesisTemplate: template });
    const { ms } = await timed(embed);
    // They are remembered by now: this only asks for the numbers.
    const known = rows ? candidates : [];
    const embeddings = known.map((label) => classifier.embedText(template.replace("{}", label)));
    return { ms, rows: (await Promise.all(embeddings)).map((row) => Array.from(row)) };
  },

  /** A picture's scores; `kept` takes the Blob of the last call that had it, as a page does while labels are edited. */
  async classify(name, { picture: wanted, kept, candidates }) {
    const classifier = classifiers.get(name);
    const blob = kept ? await keptPicture(name, wanted) : await picture(wanted);
    const classify = () => classifier.classify(blob, candidates, { hypothesisTemplate: template });
    const { ms, value } = await timed(classify);
    return { ms, scores: value.map(({ label, score }) => ({ label, score })) };
  },

  /** A frame as a camera gives it: pixels on a canvas, larger than the model's square. */
  async frame(name, { seed, width, height, candidates }) {
    const canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext("2d");
    const side = Math.min(width, height);
    context.putImageData(new ImageData(square(seed, side), side), 0, 0);
    const ask = { hypothesisTemplate: template };
    return timed(() => classifiers.get(name).classify(canvas, candidates, ask));
  },

  /** Reading and resizing alone. */
  async preprocess(name, { picture: wanted }) {
    const blob = await picture(wanted);
    const { ms } = await timed(() => classifiers.get(name).preprocess(blob));
    return { ms };
  },

  /** Many pictures in one call. */
  async batch(name, { seeds, side, candidates }) {
    const blobs = await Promise.all(seeds.map((seed) => picture({ seed, side })));
    const ask = { hypothesisTemplate: template };
    return timed(async () => {
      let count = 0;
      for await (const { error } of classifiers.get(name).classify(blobs, candidates, ask)) {
        if (error) throw error;
        count += 1;
      }
      return count;
    });
  },

  info(name) {
    const { imageSize, device, reason } = classifiers.get(name).info;
    return { side: imageSize, device, reason };
  },

  stats: (name) => classifiers.get(name).stats(),
};

const keptBlobs = new Map();

async function keptPicture(name, wanted) {
  if (!keptBlobs.has(name)) keptBlobs.set(name, await picture(wanted));
  return keptBlobs.get(name);
}

globalThis.bench = { call: (name, call, ask) => calls[call](name, ask), drawJpeg };
document.documentElement.dataset.ready = "yes";
