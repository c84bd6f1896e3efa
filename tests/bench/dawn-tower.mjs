// Times the package's own wasm on this machine's GPU in Node, through Dawn, the engine of Chrome's WebGPU:
// `node dawn-tower.mjs CHECKPOINT ROUNDS SEED [software]` prints `{ adapter, reason, milliseconds, rows }`; `reason` says why there is no time.
import { createReadStream, existsSync, readFileSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { Readable } from "node:stream";
import { create, globals } from "webgpu";
import { packageFolder } from "../browser/places.mjs";
import { square } from "./site/inputs.js";

const [checkpoint, ...given] = process.argv.slice(2);
const [rounds, seed] = given.map(Number);
const software = given.includes("software");
const side = 224;

/** What wgpu looks for to find itself in a browser. */
function becomeBrowser() {
  const gpu = create([]);
  Object.assign(globalThis, globals, { window: globalThis, self: globalThis });
  globalThis.Window = globalThis.constructor;
  const navigator = { gpu, userAgent: "node" };
  Object.defineProperty(globalThis, "navigator", { value: navigator, configurable: true });
  return gpu;
}

/** The checkpoint's folder as the bindings read one. */
const files = {
  name: checkpoint,
  async read(file) {
    const at = path.join(checkpoint, file);
    return existsSync(at) ? new Uint8Array(await readFile(at)) : null;
  },
  async open(file) {
    const at = path.join(checkpoint, file);
    if (!existsSync(at)) return null;
    const stream = Readable.toWeb(createReadStream(at, { highWaterMark: 1 << 22 }));
    return { stream, total: statSync(at).size };
  },
};

async function times() {
  const adapter = await becomeBrowser().requestAdapter({ powerPreference: "high-performance" });
  if (!adapter) return { reason: "Dawn finds no adapter" };
  const name = adapter.info.description || adapter.info.vendor;
  if (adapter.info.isFallbackAdapter && !software)
    return { adapter: name, reason: `${name} computes on the CPU` };
  const {
    default: init,
    load,
    Picture,
  } = await import(path.join(packageFolder, "dist/glimpse.js"));
  await init({ module_or_path: readFileSync(path.join(packageFolder, "dist/glimpse_bg.wasm")) });
  const options = { device: "gpu", loadTextTower: false, tokenRows: "whole" };
  const classifier = await load(files, options, () => undefined);
  if (classifier.info.device !== "gpu") return { adapter: name, reason: classifier.info.reason };
  const milliseconds = [];
  const rows = [];
  for (let round = -2; round < rounds; round += 1) {
    // Each another picture: one that was seen before is not computed again.
    const picture = Picture.ofPixels(square(seed + round, side), side, side);
    const began = performance.now();
    const embedding = await classifier.embedPicture(undefined, picture, true);
    if (round < 0) continue;
    milliseconds.push(performance.now() - began);
    rows.push([...embedding]);
  }
  return { adapter: name, reason: "", milliseconds, rows };
}

console.log(JSON.stringify(await times()));
// Dawn's threads would keep the process.
process.exit(0);
