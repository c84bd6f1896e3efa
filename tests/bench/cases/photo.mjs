// mini-photo: its image tower beside ONNX Runtime Web's with the same network, and a folder of photographs beside PyTorch's.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { program } from "../../browser/native.mjs";
import { contendersOf, threadsName } from "../contenders.mjs";
import { countedTurns, runsProblem } from "../counters.mjs";
import { largestDifference, rowsOf } from "../figures.mjs";
import { pythonWith } from "../python.mjs";
import { absent, comparison, differenceProblem } from "../rows.mjs";
import { miniPhoto } from "../site/inputs.js";
import { inTurns } from "../turns.mjs";
import { benchFolder, miniPhotoFolder } from "../world.mjs";

const side = 224;
/** How many photographs the folder has. What they show does not matter, only that no two are alike: equal pixels are embedded once. */
const PHOTOGRAPHS = 1000;
/** Of one photograph, in megapixels: 500 x 375 px, as ImageNet's are. */
const MEGAPIXELS = 0.1875;

export const imagePhoto = {
  id: "image-photo",
  about: "mini-photo's image tower, CPU",
  limit: 120,
  quick: true,
  async run(world, { rounds }) {
    const ours = await world.classifier({ model: "mini-photo", device: "cpu" });
    const options = { tower: "vision", device: "wasm", threads: 1, models: "/models/mini-photo" };
    const theirs = { [threadsName(1)]: await world.tower(options) };
    const contenders = contendersOf(world, {
      ours,
      theirs,
      call: "image",
      ask: (round) => ({ seed: 5000 + round, side }),
      askTheirs: (round) => ({ seeds: [5000 + round], side, values: miniPhoto }),
    });
    const how = { rounds: 4 * rounds, warmUps: 5 };
    const { samples, answers, turns, imageTower } = await countedTurns(
      world,
      ours,
      contenders,
      how,
    );
    const most = largestDifference(rowsOf(answers.ours), rowsOf(answers[threadsName(1)]));
    return [
      comparison({
        what: "mini-photo's image tower, CPU, one thread each",
        bar: 0.9,
        measured: samples,
        problem: differenceProblem(most) ?? runsProblem("image", imageTower, turns),
        agreement: `outputs equal to ${most.toExponential(0)}`,
      }),
    ];
  },
};

/** A folder of photographs that Chromium draws; gives its path. */
async function photographs(world) {
  const place = path.join(benchFolder, "photographs-apart");
  const last = path.join(place, `${PHOTOGRAPHS - 1}.jpg`);
  if (existsSync(last)) return place;
  mkdirSync(place, { recursive: true });
  for (let scene = 0; scene < PHOTOGRAPHS; scene += 1)
    writeFileSync(path.join(place, `${scene}.jpg`), await world.drawJpeg(MEGAPIXELS, scene));
  return place;
}

/** The milliseconds that one run of a program takes, its start included. */
function run(file, call) {
  const began = performance.now();
  execFileSync(file, call, { stdio: ["ignore", "ignore", "ignore"], maxBuffer: 1 << 28 });
  return { ms: performance.now() - began };
}

export const folder = {
  id: "folder",
  about: "1,000 photographs of a folder, native CPU, beside PyTorch",
  limit: 900,
  quick: false,
  async run(world) {
    const what = "1,000 photographs of 500 x 375 px in a folder to scores, mini-photo, native CPU";
    const python = pythonWith("import torch, open_clip, timm");
    if (!python) return [absent(what, "not run: PYTHON names no Python with open_clip and timm")];
    const place = await photographs(world);
    await world.leave();
    const labels = "husky,tabby cat,toaster,pizza";
    const model = ["--model", "mini-photo", "--device", "cpu", "--jsonl"];
    const script = path.join(import.meta.dirname, "../torch_folder.py");
    const theirs = "PyTorch, two workers";
    const { samples } = await inTurns(
      {
        ours: () => run(program("glimpse"), ["classify", place, "--labels", labels, ...model]),
        [theirs]: () => run(python, [script, miniPhotoFolder, place, labels]),
      },
      { rounds: 3, warmUps: 1 },
    );
    return [
      comparison({
        what,
        bar: 1,
        measured: samples,
        note: "whole programs, with their start; theirs: open_clip, a DataLoader of two workers, batches of 32",
      }),
    ];
  },
};
