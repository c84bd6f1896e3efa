// The image tower on a GPU of its own hardware: natively with 1, 8 and 64 pictures at once and through Dawn, beside PyTorch on the same card.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { program } from "../../browser/native.mjs";
import { largestDifference } from "../figures.mjs";
import { pythonWith } from "../python.mjs";
import { absent, comparison, differenceProblem, figure } from "../rows.mjs";
import { pixelValues, square } from "../site/inputs.js";
import { checkpoint } from "../world.mjs";

const side = 224;
/** Multiplications and additions of one picture: a token's 12 layers of 12 width², attention, and the patches; twice each. */
const flops = 2 * (50 * 12 * (12 * 768 ** 2 + 2 * 50 * 768) + 49 * 3072 * 768);
/** Lets a software adapter pass for a card, and PyTorch take the CPU, so that a machine without one can try this case. */
const pretend = process.env.BENCH_ANY_GPU === "1";
const batches = pretend ? [1, 2] : [1, 8, 64];

/** The seed of the first picture; the next ones follow. */
const SEED = 7000;

/** What a program prints; transformers and Dawn have much to say besides. */
function run(name, call, input) {
  const stdio = ["pipe", "pipe", "ignore"];
  return JSON.parse(execFileSync(name, call, { input, stdio, maxBuffer: 1 << 26 }));
}

/** The raw pixel_values of the first `count` pictures. */
function pixelsOf(count) {
  const each = Array.from({ length: count }, (_, at) =>
    Buffer.from(pixelValues(square(SEED + at, side)).buffer),
  );
  return Buffer.concat(each);
}

const natively = (batch, rounds) =>
  run(
    program("alone"),
    ["card", checkpoint, String(rounds), ...(pretend ? ["software"] : [])],
    pixelsOf(batch),
  );

/** Dawn is 130 MB, which only a machine with a card is to fetch. */
function installDawn() {
  const folder = path.join(import.meta.dirname, "..");
  if (existsSync(path.join(folder, "node_modules/webgpu"))) return;
  const call = ["install", "--no-save", "--no-audit", "--no-fund", "webgpu@0.6.2"];
  execFileSync("npm", call, { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
}

function throughDawn(rounds) {
  const script = path.join(import.meta.dirname, "../dawn-tower.mjs");
  const call = [script, checkpoint, String(rounds), String(SEED), ...(pretend ? ["software"] : [])];
  try {
    installDawn();
    return run(process.execPath, call, "");
  } catch ({ message }) {
    return { reason: `Dawn could not be fetched or run: ${message.split("\n")[0]}` };
  }
}

function byTorch(python, batch, rounds, ...more) {
  const script = path.join(import.meta.dirname, "../torch_tower.py");
  const device = pretend ? [] : ["--cuda"];
  const size = ["--batch", String(batch), "--rounds", String(rounds)];
  return run(python, [script, checkpoint, ...size, ...device, ...more], pixelsOf(batch));
}

/** "3.1 TFLOP/s", of a time for so many pictures. */
const pace = (milliseconds, pictures) =>
  `${((flops * pictures) / (1e9 * milliseconds)).toFixed(2)} TFLOP/s`;

/** A row of ours, beside PyTorch where it is there. */
function row({ what, bar, ours, pictures, torch }) {
  const fastest = pace(Math.min(...ours.milliseconds), pictures);
  if (!torch) {
    const note = `${ours.adapter}; ${fastest}; no PyTorch that sees the card`;
    return figure({ what, samples: ours.milliseconds, note });
  }
  const { eager, compiled } = torch;
  const most = largestDifference(ours.rows.slice(0, pictures), eager.rows);
  const roofline = `${(eager.flops / 1e12).toFixed(2)} TFLOP/s`;
  return comparison({
    what,
    bar,
    measured: {
      ours: ours.milliseconds,
      "PyTorch eager": eager.milliseconds,
      "PyTorch compiled": compiled.milliseconds,
    },
    problem: differenceProblem(most),
    agreement: `outputs equal to ${most.toExponential(0)}`,
    note: `${ours.adapter}; ours at best ${fastest}, PyTorch's product of large matrices ${roofline}; one after the other, not in turns`,
  });
}

export const card = {
  id: "card",
  about: "B/32 image tower, a GPU's own hardware",
  limit: 900,
  quick: false,
  async run(world, { rounds }) {
    await world.leave();
    const seen = pretend ? "" : "\nassert torch.cuda.is_available()";
    const python = pythonWith(`import torch, transformers${seen}`);
    const rows = [];
    for (const batch of batches) {
      const ours = natively(batch, rounds);
      if (ours.reason)
        return [absent("B/32 image tower on a real GPU, f32", `not run: ${ours.reason}`)];
      const torch = python && {
        eager: byTorch(python, batch, rounds),
        compiled: byTorch(python, batch, rounds, "--compile"),
      };
      const what = `B/32 image tower on a real GPU, f32, native, ${batch} at once`;
      rows.push(row({ what, bar: batch === 8 ? 1.5 : undefined, ours, pictures: batch, torch }));
      if (batch !== 1) continue;
      const wasm = throughDawn(rounds);
      const through = "B/32 image tower on a real GPU, f32, wasm through Dawn, 1 at once";
      rows.push(
        wasm.reason
          ? absent(through, `not run: ${wasm.reason}`)
          : row({ what: through, ours: wasm, pictures: 1, torch }),
      );
    }
    return rows;
  },
};
