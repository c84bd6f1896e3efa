// The page's modules for Node.js: those that touch no document run there as they are.
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { buildSync } from "../../www/node_modules/esbuild/lib/main.js";
import { packageFolder, root } from "../browser/places.mjs";

const { resolve } = createRequire(path.join(packageFolder, "package.json"));

/** Imports `www/NAME` with all that it imports; what it takes from the package is that of the package's Node.js entry. */
export async function moduleOfPage(name) {
  const built = buildSync({
    entryPoints: [path.join(root, "www", name)],
    bundle: true,
    format: "esm",
    external: ["glimpse-clip", "glimpse-clip/*"],
    write: false,
  });
  // A module without a place of its own has no packages beside it.
  const script = built.outputFiles[0].text.replaceAll(
    /from "(glimpse-clip[^"]*)"/g,
    (_, entry) => `from "${pathToFileURL(resolve(entry))}"`,
  );
  return import(`data:text/javascript;base64,${Buffer.from(script).toString("base64")}`);
}

/** The page's state as it is with the built-in models, a photograph and three labels, with `change`. */
export const stateWith = (change = {}) => ({
  phase: "ready",
  model: { kind: "built-in", name: "auto" },
  chosen: new Map(),
  taught: {},
  device: "auto",
  info: { model: "auto", device: "cpu" },
  progress: null,
  secondsLeft: null,
  halt: null,
  picture: { blob: new Blob(["a picture"]), alt: "A photograph", example: null },
  camera: false,
  lab: false,
  labels: ["dog", "cat", "fish"],
  template: "a picture of a {}",
  none: false,
  order: "score",
  unit: "probability",
  asked: null,
  scores: null,
  answerer: null,
  milliseconds: null,
  slow: false,
  problem: null,
  offers: true,
  examplesLabels: [],
  ...change,
});

/** A sentence without the marks that keep a label from turning its neighbours around, and with plain blanks. */
export const plain = (sentence) =>
  sentence.replaceAll(/[\u2068\u2069]/g, "").replaceAll(/[\u00a0\u202f]/g, " ");
