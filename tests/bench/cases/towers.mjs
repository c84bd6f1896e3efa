// The towers alone: ours through the package's embedImage and embedLabels, theirs as ONNX Runtime Web's session.run.
import { byThreads, contendersOf, threadsName } from "../contenders.mjs";
import { countedTurns, runsProblem } from "../counters.mjs";
import { largestDifference, leastCosine, rowsOf } from "../figures.mjs";
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

const oneSquare = (round) => ({ seed: seedOf(round), side });
const squares = (round) => ({ seeds: [seedOf(round)], side });
const tenLabels = (round) => ({ candidates: labels(10 * seedOf(round), 10) });

/** Our image tower beside these of theirs. */
const imageTowers = (world, ours, theirs) =>
  contendersOf(world, { ours, theirs, call: "image", ask: oneSquare, askTheirs: squares });

/** A tower of theirs with one thread and with more. */
const theirThreads = (world, options) =>
  byThreads([1, peerThreads], (threads) => world.tower({ device: "wasm", threads, ...options }));

/** The largest difference between our answers and each of theirs, round by round. */
function difference({ ours, ...theirs }) {
  const each = Object.values(theirs).map((answers) =>
    largestDifference(rowsOf(ours), rowsOf(answers)),
  );
  return Math.max(...each);
}

/** Two rows of one measurement: beside a single thread of theirs, which has the bar, and beside their best count of threads. */
function bothRows({ what, bar, samples, note, ...shared }) {
  const one = threadsName(1);
  return [
    comparison({
      what: `${what}, one thread each`,
      bar,
      measured: { ours: samples.ours, [one]: samples[one] },
      ...shared,
    }),
    comparison({
      what: `${what}, their best count of threads`,
      measured: samples,
      note,
      ...shared,
    }),
  ];
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
    const contenders = imageTowers(world, ours, theirs);
    const turns = await countedTurns(world, ours, contenders, { rounds, warmUps: 2 });
    return bothRows({
      what: "B/32 image tower, CPU f32",
      bar: 0.55,
      samples: turns.samples,
      note: "more than one needs cross-origin isolation",
      ...equal(turns, "image"),
    });
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
    const contenders = contendersOf(world, { ours, theirs, call: "texts", ask: tenLabels });
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
    const contenders = imageTowers(world, ours, theirs);
    const outcome = await countedTurns(world, ours, contenders, { rounds, warmUps: 2 });
    const { samples, answers, turns, imageTower } = outcome;
    const beside = [];
    for (let round = 0; round < rounds; round += 1)
      beside.push(await world.ours(exact, "image", oneSquare(round)));
    const cosineOf = (given) => leastCosine(rowsOf(given), rowsOf(beside));
    const cosines = Object.fromEntries(
      Object.entries(answers).map(([name, given]) => [name, cosineOf(given)]),
    );
    const told = [cosines.ours, cosines[threadsName(1)]].map((cosine) => cosine.toFixed(5));
    return bothRows({
      what: "B/32 image tower, CPU q8",
      bar: 0.7,
      samples,
      problem: cosineProblem(cosines) ?? runsProblem("image", imageTower, turns),
      agreement: `cosine to f32: ours ${told[0]}, theirs ${told[1]}`,
    });
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
    const contenders = imageTowers(world, ours, { WebGPU: theirs });
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
