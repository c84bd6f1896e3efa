// Every case of the benchmark, in the order that they run in: those that share a loaded model stand together.
import { card } from "./cases/card.mjs";
import { imageSides, manyLabels, pictures, pixels } from "./cases/growth.mjs";
import { jpegToScores, labelEdited, modelReady } from "./cases/journeys.mjs";
import { memory } from "./cases/memory.mjs";
import { native } from "./cases/native.mjs";
import { edit, frame, pageStart } from "./cases/page.mjs";
import { folder, imagePhoto } from "./cases/photo.mjs";
import { size } from "./cases/size.mjs";
import { imageCpu, imageCpuInEight, imageGpu, textCpu } from "./cases/towers.mjs";

/**
 * Each `{ id, about, limit, quick, run }`: `limit` is in seconds, `quick` says whether it is part of --quick, and `run(world,
 * how)` gives rows.
 */
export const cases = [
  ...[imageCpu, textCpu, imageCpuInEight, labelEdited, jpegToScores, modelReady],
  ...[imagePhoto, memory, pageStart, frame, edit],
  ...[imageGpu, pictures, manyLabels, imageSides, pixels, native, folder, card, size],
];
