// The command on this machine's CPU, beside ONNX Runtime's native library and, where Python has it, PyTorch.
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import ort from "onnxruntime-node";
import { program } from "../../browser/native.mjs";
import { largestDifference, rowsOf } from "../figures.mjs";
import { pythonWith } from "../python.mjs";
import { pixelValues, square } from "../site/inputs.js";
import { absent, comparison, differenceProblem } from "../rows.mjs";
import { inTurns } from "../turns.mjs";
import { checkpoint, onnxFolder, picturesFolder } from "../world.mjs";

const side = 224;
/** How many pictures one run of the command sees beside the first, whose time has the start in it. */
const MORE = 8;

/** Writes a square as a BMP file, which any program reads without loss. */
function writeBmp(file, rgba) {
  const bytes = Buffer.alloc(54 + 3 * side * side);
  bytes.write("BM");
  bytes.writeUInt32LE(bytes.length, 2);
  for (const [at, value] of [
    [10, 54],
    [14, 40],
    [18, side],
    [22, side],
  ])
    bytes.writeUInt32LE(value, at);
  bytes.writeUInt16LE(1, 26);
  bytes.writeUInt16LE(24, 28);
  for (let y = 0; y < side; y += 1)
    for (let x = 0; x < side; x += 1) {
      const [red, green, blue] = rgba.subarray(4 * (y * side + x));
      // From the lowest row up, blue first.
      bytes.set([blue, green, red], 54 + 3 * ((side - 1 - y) * side + x));
    }
  writeFileSync(file, bytes);
}

/** The files of the squares with these seeds. */
function filesOf(seeds) {
  mkdirSync(picturesFolder, { recursive: true });
  return seeds.map((seed) => {
    const file = path.join(picturesFolder, `square-${seed}.bmp`);
    writeBmp(file, square(seed, side));
    return file;
  });
}

/** The milliseconds of one run of the command on so many pictures, and their embeddings. */
function embed(files) {
  const images = files.flatMap((file) => ["--image", file]);
  const call = ["embed", ...images, "--model", checkpoint, "--device", "cpu", "--json"];
  const began = performance.now();
  const output = execFileSync(program("glimpse"), call, { maxBuffer: 1 << 26, encoding: "utf8" });
  const ms = performance.now() - began;
  return { ms, rows: JSON.parse(output).map(({ embedding }) => embedding) };
}

const seedsOf = (round) =>
  Array.from({ length: 1 + MORE }, (_, at) => 4000 + 100 * (round + 1) + at);
const valuesOf = (round) => seedsOf(round).map((seed) => pixelValues(square(seed, side)));

/** One picture's time in a run of many, without the start. */
function oursEach(round) {
  const files = filesOf(seedsOf(round));
  const one = embed(files.slice(0, 1));
  const all = embed(files);
  return { ms: (all.ms - one.ms) / MORE, rows: all.rows };
}

async function onnxEach(session, round) {
  const rows = [];
  let ms = 0;
  const squares = valuesOf(round);
  for (const values of squares) {
    const pixel_values = new ort.Tensor("float32", values, [1, 3, side, side]);
    const began = performance.now();
    const { image_embeds: embeds } = await session.run({ pixel_values });
    ms += (performance.now() - began) / squares.length;
    rows.push(Array.from(embeds.data));
  }
  return { ms, rows };
}

function torchEach(python, round) {
  const call = [path.join(import.meta.dirname, "../torch_tower.py"), checkpoint];
  const input = Buffer.concat(valuesOf(round).map(({ buffer }) => Buffer.from(buffer)));
  const stdio = ["pipe", "pipe", "ignore"];
  return JSON.parse(execFileSync(python, call, { input, stdio, maxBuffer: 1 << 26 }));
}

export const native = {
  id: "native",
  about: "B/32 image tower, native CPU",
  limit: 600,
  quick: false,
  async run(world, { rounds }) {
    // A browser's idle workers would only be in the way.
    await world.leave();
    const [onnx, torch] = ["ONNX Runtime, native", "PyTorch eager"];
    const session = await ort.InferenceSession.create(
      path.join(onnxFolder, "onnx/vision_model.onnx"),
    );
    const contenders = { ours: oursEach, [onnx]: (round) => onnxEach(session, round) };
    const python = pythonWith("import torch, transformers");
    if (python) contenders[torch] = (round) => torchEach(python, round);
    const { samples, answers } = await inTurns(contenders, { rounds });
    await session.release();

    const note = "ours: the command's time for a picture more, its file read";
    const row = (what, name, bar) => {
      const most = largestDifference(rowsOf(answers.ours), rowsOf(answers[name]));
      return comparison({
        what,
        bar,
        measured: { ours: samples.ours, [name]: samples[name] },
        problem: differenceProblem(most),
        agreement: `outputs equal to ${most.toExponential(0)}`,
        note,
      });
    };
    const what = "B/32 image tower, native CPU f32, all cores";
    return [
      python
        ? row(what, torch, 1)
        : {
            ...absent(what, "not run: PYTHON names no Python with torch and transformers"),
            bar: 1,
          },
      row(`${what}, beside ONNX Runtime`, onnx),
    ];
  },
};
