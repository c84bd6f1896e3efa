// Looks whether our towers really ran while times were taken: an answer that was remembered would make them worth nothing.
import { inTurns } from "./turns.mjs";

/** `inTurns`, and in `imageTower` and `textTower` how often this classifier's towers ran meanwhile. */
export async function countedTurns(world, model, contenders, how) {
  const before = await world.ours(model, "stats");
  const outcome = await inTurns(contenders, how);
  const after = await world.ours(model, "stats");
  return {
    ...outcome,
    imageTower: after.imageTowerRuns - before.imageTowerRuns,
    textTower: after.textTowerRuns - before.textTowerRuns,
  };
}

/** A row's problem where a tower ran less often than `wanted`, or more often than `most`, else undefined. */
export function runsProblem(tower, ran, wanted, most = wanted) {
  if (wanted <= ran && ran <= most) return undefined;
  return `no time: our ${tower} tower ran ${ran} times, and not ${wanted} times`;
}
