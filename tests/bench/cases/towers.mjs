// The towers alone: ours through the package's embedImage and embedLabels, theirs as ONNX Runtime Web's session.run.
import { countedTurns, runsProblem } from "../counters.mjs";
import { largestDifference, leastCosine } from "../figures.mjs";
import { labels } from "../site/inputs.js";
import { absent, comparison, cosineProblem, differenceProblem } from "../rows.mjs";
import { peerThreads } from "../world.mjs";

const side = 224;
/** Warm-up rounds have numbers below 0, and seeds must not. */
const seedOf = (round) => 100 + round;

/** On SwiftShader one picture takes minutes where the machine is slow: after so many milliseconds no further round is begun. */
const GPU_PATIENCE = 600_000;

export const f32 = { model: "/b32/", device: "cpu" };
export const q8 = { model: "/b32-q8/", device: "cpu" };

/** "wasm, 1 thread" and the name for more. */
export const threadsName = (threads) =>
  threads === 1 ? "wasm, 1 thread" : `wasm, ${threads} threads`;

const oursOn = (world, model, call, ask) => (round) => world.ours(model, call, ask(round));
const theirsOn = (world, worker, call, ask) => (round) => world.theirs(worker, call, ask(round));
const oneSquare = (round) => ({ seed: seedOf(round), side });
const squares = (round) => ({ seeds: [seedOf(round)], side });
const tenLabels = (round) => ({ candidates: labels(10 * seedOf(round), 10) });

/** A tower of theirs with one thread and with more. */
async function theirThreads(world, options) {
  const found = {};
  for (const threads of [1, peerThreads])
    found[threadsName(threads)] = await world.tower({ device: "wasm", threads, ...options });
  return found;
}

/** The largest difference between our answers and each of theirs, round by round. */
function difference({ ours, ...theirs }) {
  const rows = (answers) => answers.flatMap(({ rows }) => rows);
  const each = Object.values(theirs).map((answers) => largestDifference(rows(ours), rows(answers)));
  return Math.max(...each);
}

/** What a row says of its outputs: equal, and computed each time by one run of our tower. */
function equal({ answers, turns, ...ran }, tower) {
  const most = difference(answers);
  return {
    problem: differenceProblem(most) ?? runsProblem(tower, ran[`${tower}Tower`], turns),
    agreement: `outputs equal to ${most.toExponential(0)}`,
  };
}

export const imageCpu = {
  id: "image-cpu",
  about: "B/32 image tower, CPU, f32",
  limit: 300,
  quick: true,
  async run(world, { rounds }) {
    const ours = await world.classifier(f32);
    const theirs = await theirThreads(world, { tower: "vision" });
    const contenders = { ours: oursOn(world, ours, "image", oneSquare) };
    for (const [name, worker] of Object.entries(theirs))
      contenders[name] = theirsOn(world, worker, "image", squares);
    const turns = await countedTurns(world, ours, contenders, { rounds, warmUps: 2 });
    const { samples } = turns;
    const shared = equal(turns, "image");
    const one = threadsName(1);
    return [
      comparison({
        what: "B/32 image tower, CPU f32, one thread each",
        bar: 0.55,
        measured: { ours: samples.ours, [one]: samples[one] },
        ...shared,
      }),
      comparison({
        what: "B/32 image tower, CPU f32, their best count of threads",
        measured: samples,
        ...shared,
        note: "more than one needs cross-origin isolation",
      }),
    ];
  },
};

export const textCpu = {
  id: "text-cpu",
  about: "10 labels of text, B/32 text tower, CPU, f32",
  limit: 300,
  quick: true,
  async run(world, { rounds }) {
    const ours = await world.classifier(f32);
    const theirs = await theirThreads(world, { tower: "text" });
    const contenders = { ours: oursOn(world, ours, "texts", tenLabels) };
    for (const [name, worker] of Object.entries(theirs))
      contenders[name] = theirsOn(world, worker, "texts", tenLabels);
    const turns = await countedTurns(world, ours, contenders, { rounds });
    const what = "10 labels of text, B/32 text tower, CPU f32";
    return [comparison({ what, bar: 0.6, measured: turns.samples, ...equal(turns, "text") })];
  },
};

export const imageCpuInEight = {
  id: "image-cpu-q8",
  about: "B/32 image tower, CPU, q8",
  limit: 300,
  quick: true,
  async run(world, { rounds }) {
    const exact = await world.classifier(f32);
    const ours = await world.classifier(q8);
    const theirs = await theirThreads(world, { tower: "vision", eightBits: true });
    const contenders = { ours: oursOn(world, ours, "image", oneSquare) };
    for (const [name, worker] of Object.entries(theirs))
      contenders[name] = theirsOn(world, worker, "image", squares);
    const { samples, answers, turns, imageTower } = await countedTurns(world, ours, contenders, {
      rounds,
      warmUps: 2,
    });
    const cosines = {};
    for (const [name, given] of Object.entries(answers)) {
      const beside = await Promise.all(
        given.map((_, round) => world.ours(exact, "image", oneSquare(round))),
      );
      const rows = (list) => list.flatMap(({ rows }) => rows);
      cosines[name] = leastCosine(rows(given), rows(beside));
    }
    const one = threadsName(1);
    const agreement = `cosine to f32: ours ${cosines.ours.toFixed(5)}, theirs ${cosines[one].toFixed(5)}`;
    const problem = cosineProblem(cosines) ?? runsProblem("image", imageTower, turns);
    const shared = { problem, agreement };
    return [
      comparison({
        what: "B/32 image tower, CPU q8, one thread each",
        bar: 0.7,
        measured: { ours: samples.ours, [one]: samples[one] },
        ...shared,
      }),
      comparison({
        what: "B/32 image tower, CPU q8, their best count of threads",
        measured: samples,
        ...shared,
      }),
    ];
  },
};

export const imageGpu = {
  id: "image-gpu",
  about: "B/32 image tower, WebGPU on SwiftShader",
  limit: 1800,
  quick: false,
  async run(world, { gpuRounds }) {
    const ours = await world.classifier({ model: "/b32/", device: "gpu" });
    const theirs = await world.tower({ tower: "vision", device: "webgpu", threads: 1 });
    const contenders = {
      ours: oursOn(world, ours, "image", oneSquare),
      WebGPU: theirsOn(world, theirs, "image", squares),
    };
    const what = "B/32 image tower, WebGPU on SwiftShader, f32";
    const { device, reason } = await world.ours(ours, "info");
    // Where there is no adapter the package takes the CPU, whose time would be no GPU's.
    if (device !== "gpu") return [absent(what, `not run: ${reason}`)];
    const turns = await countedTurns(world, ours, contenders, {
      rounds: gpuRounds,
      patience: GPU_PATIENCE,
    });
    return [comparison({ what, bar: 0.12, measured: turns.samples, ...equal(turns, "image") })];
  },
};
