// How cost grows with the work: pictures, labels, and the pixels of a file. Ours alone; each point is the median of a few.
import { countedTurns, runsProblem } from "../counters.mjs";
import { summary } from "../figures.mjs";
import { megapixels } from "../materials.mjs";
import { folderOf, sides, tokensOf } from "../sides.mjs";
import { labels } from "../site/inputs.js";
import { mini } from "./page.mjs";
import { f32 } from "./towers.mjs";

/** A point that takes long is measured once: after so many milliseconds no further round is begun. */
const PATIENCE = 20_000;

const models = { "built-in model": mini, "B/32": f32 };

/** A point of a row: a few turns of `call(round)`; `wanted(turns)` says how often the tower runs for them, at least and at most. */
async function point({ world, model, amount, call, tower, wanted, how }) {
  const { samples, turns, ...ran } = await countedTurns(world, model, { ours: call }, how);
  const problem = runsProblem(tower, ran[`${tower}Tower`], ...wanted(turns));
  if (problem) throw new Error(`${problem}, for ${amount}`);
  return { amount, ...summary(samples.ours) };
}

/**
 * A case that measures `once(world, model, amount, seed)`, which gives `{ ms }`, for each amount and model. `runs(amount)` says how
 * often `tower` runs for it, at least.
 */
function growth({ id, what, of, amounts, once, tower, runs }) {
  return {
    id,
    about: `${what}: how cost grows`,
    limit: 900,
    quick: false,
    async run(world, { growthRounds }) {
      const rows = [];
      for (const [name, options] of Object.entries(models)) {
        const model = await world.classifier(options);
        const points = [];
        for (const amount of amounts) {
          // No two rounds or amounts may have a label or a picture in common: what was seen before is remembered.
          const seed = (round) => 10_000 * (1 + points.length) + 1000 * (round + 1);
          const call = (round) => once(world, model, amount, seed(round));
          const warmUps = points.length === 0 ? 1 : 0;
          const how = { rounds: growthRounds, warmUps, patience: PATIENCE };
          const wanted = (turns) => [turns * runs(amount), Infinity];
          points.push(await point({ world, model, amount, call, tower, wanted, how }));
        }
        rows.push({ what: `${what}, ${name}, CPU`, of, points });
      }
      return rows;
    },
  };
}

export const pictures = growth({
  id: "growth-pictures",
  what: "pictures of 224 px in one call, ten labels",
  of: "picture",
  tower: "image",
  runs: (count) => count,
  amounts: [1, 4, 16, 64],
  once: (world, model, count, seed) => {
    const seeds = Array.from({ length: count }, (_, at) => seed + at);
    return world.ours(model, "batch", { seeds, side: 224, candidates: labels(0, 10) });
  },
});

export const manyLabels = growth({
  id: "growth-labels",
  what: "new labels read",
  of: "label",
  tower: "text",
  runs: () => 1,
  amounts: [1, 10, 100, 1000],
  once: (world, model, count, seed) =>
    world.ours(model, "texts", { candidates: labels(seed, count), rows: false }),
});

/** The side of what the model sees, whose squares of 14 px are its tokens. */
export const imageSides = {
  id: "growth-sides",
  about: "side of the model's picture: how cost grows",
  limit: 600,
  quick: false,
  async run(world, { growthRounds }) {
    const points = [];
    for (const side of sides) {
      const model = await world.classifier({
        model: `/${folderOf(side)}/`,
        device: "cpu",
        loadTextTower: false,
      });
      const [amount, tower] = [tokensOf(side), "image"];
      const call = (round) => world.ours(model, tower, { seed: 100 + round, side });
      const how = { rounds: growthRounds, warmUps: 1 };
      const wanted = (turns) => [turns];
      points.push(await point({ world, model, amount, call, tower, wanted, how }));
    }
    const what = `tokens of a picture of ${sides.join(", ")} px in patches of 14 px, four layers as wide as B/32's, CPU`;
    return [{ what, of: "token", points }];
  },
};

export const pixels = growth({
  id: "growth-pixels",
  what: "JPEG file of so many megapixels to scores",
  of: "megapixel",
  tower: "image",
  runs: () => 1,
  amounts: megapixels,
  once: (world, model, size, seed) => {
    const picture = { megapixels: size, seed };
    return world.ours(model, "classify", { picture, candidates: labels(0, 10) });
  },
});
