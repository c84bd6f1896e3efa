// What a user waits for, B/32 on the CPU: ours through the package, theirs through transformers.js' pipeline.
import { byThreads, contendersOf, threadsName } from "../contenders.mjs";
import { countedTurns, runsProblem } from "../counters.mjs";
import { largestScoreDifference } from "../figures.mjs";
import { labels } from "../site/inputs.js";
import { comparison, differenceProblem, figure } from "../rows.mjs";
import { inTurns } from "../turns.mjs";
import { f32 } from "./towers.mjs";

/** Labels from this number on are used by no other case: a label that was read before is remembered. */
const FIRST_EDIT = 3000;
/** Ten labels, of which the first is another one in each round; those of the warm-up are not used again. */
const edited = (round) => [...labels(FIRST_EDIT + round, 1), ...labels(0, 9)];
/** A picture of the model's own size, which neither side resizes, so that scores must be equal. */
const ownSize = { seed: 1, side: 224 };
/** A canvas resizes otherwise than Pillow, so that the scores of a large picture cannot be equal; they must be near. */
const RESIZED_LIMIT = 0.01;

/** What a picture goes through, as `stats()` times it; its labels are remembered. */
const STAGES = {
  decode: "of which decoded",
  preprocess: "of which resized, cropped and normalised",
  imageTower: "of which the image tower",
};

/** A pipeline of theirs with each of these counts of threads. */
const pipelines = (world, threadCounts) =>
  byThreads(threadCounts, (threads) => world.pipeline({ dtype: "fp32", threads }));

function difference({ ours, ...theirs }) {
  const each = Object.values(theirs).flatMap((answers) =>
    answers.map(({ scores }, round) => largestScoreDifference(ours[round].scores, scores)),
  );
  return Math.max(...each);
}

export const labelEdited = {
  id: "label-edited",
  about: "one label of ten edited to new scores, B/32, CPU",
  limit: 400,
  quick: true,
  async run(world, { rounds, threadCounts }) {
    const model = await world.classifier(f32);
    const ask = (round) => ({ picture: ownSize, candidates: edited(round) });
    const contenders = contendersOf(world, {
      ours: model,
      theirs: await pipelines(world, threadCounts),
      call: "classify",
      ask: (round) => ({ ...ask(round), kept: true }),
      askTheirs: (round) => ({ ...ask(round), decoded: true }),
    });
    const outcome = await countedTurns(world, model, contenders, { rounds });
    const { samples, answers, turns, imageTower, textTower } = outcome;
    const most = difference(answers);
    return [
      comparison({
        what: "label edited to new scores, one of ten, B/32, CPU f32",
        bar: 0.15,
        measured: samples,
        problem:
          differenceProblem(most) ??
          runsProblem("text", textTower, turns) ??
          runsProblem("image", imageTower, 1),
        agreement: `scores equal to ${most.toExponential(0)}`,
        note: "theirs runs both towers again; its picture is decoded already",
      }),
    ];
  },
};

export const jpegToScores = {
  id: "jpeg-to-scores",
  about: "12 MP JPEG file to scores, B/32, CPU",
  limit: 400,
  quick: true,
  async run(world, { rounds, threadCounts }) {
    const model = await world.classifier(f32);
    const candidates = labels(0, 10);
    const file = (round) => ({ megapixels: 12, seed: 1000 + round });
    const contenders = contendersOf(world, {
      ours: model,
      theirs: await pipelines(world, threadCounts),
      call: "classify",
      ask: (round) => ({ picture: file(round), candidates }),
    });
    const { ours } = contenders;
    contenders.ours = async (round) => ({
      ...(await ours(round)),
      ...(await world.ours(model, "stats")),
    });
    const outcome = await countedTurns(world, model, contenders, { rounds });
    const { samples, answers, turns, imageTower } = outcome;
    const most = difference(answers);
    const stages = Object.entries(STAGES).map(([stage, what]) =>
      figure({
        what,
        samples: answers.ours.map(({ stageMilliseconds }) => stageMilliseconds[stage]),
      }),
    );
    return [
      comparison({
        what: "12 MP JPEG file to scores, ten labels, B/32, CPU f32",
        bar: 0.6,
        measured: samples,
        problem: differenceProblem(most, RESIZED_LIMIT) ?? runsProblem("image", imageTower, turns),
        agreement: `scores within ${most.toExponential(0)}: theirs resizes by canvas`,
        note: "ours remembers the labels, theirs reads them again",
      }),
      ...stages,
    ];
  },
};

export const modelReady = {
  id: "model-ready",
  about: "bytes in to model ready, local server, B/32, CPU",
  limit: 600,
  quick: true,
  async run(world, { startRounds, threadCounts }) {
    const ask = { picture: ownSize, candidates: labels(0, 10) };
    const ready = {
      ours: async () => {
        const name = "started";
        const { ms } = await world.ours(name, "create", f32);
        const { scores } = await world.ours(name, "classify", ask);
        await world.ours(name, "dispose");
        return { ms, scores };
      },
    };
    for (const threads of threadCounts)
      ready[threadsName(threads)] = async () => {
        const worker = `started with ${threads}`;
        const { ms } = await world.theirs(worker, "openPipeline", { dtype: "fp32", threads });
        const { scores } = await world.theirs(worker, "classify", ask);
        await world.endTheirs(worker);
        return { ms, scores };
      };
    // What was loaded before would only stand in the way of 605 MB more.
    await world.leave();
    const { samples, answers } = await inTurns(ready, { rounds: startRounds, warmUps: 0 });
    const most = difference(answers);
    return [
      comparison({
        what: "bytes in to model ready, local server, B/32, CPU f32",
        bar: 0.6,
        measured: samples,
        problem: differenceProblem(most),
        agreement: `scores equal to ${most.toExponential(0)}`,
        note: "each time in a new worker, wasm compiled anew",
      }),
    ];
  },
};
