// Peak memory: what a page's process has held at most while it loaded B/32 and classified, and how large its wasm memory grew.
import { readFileSync } from "node:fs";
import { threadsName } from "../contenders.mjs";
import { largestScoreDifference } from "../figures.mjs";
import { labels } from "../site/inputs.js";
import { absent, comparison, differenceProblem } from "../rows.mjs";
import { f32 } from "./towers.mjs";

const ask = { picture: { seed: 1, side: 224 }, candidates: labels(0, 10) };
const megabytes = (bytes) => bytes / 1e6;

/** The most that each renderer has held since it began, of which the largest is the page's; Linux alone counts it. */
async function peakOf(browser) {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  await session.detach();
  const peaks = processInfo
    .filter(({ type }) => type === "renderer")
    .map(({ id }) => readFileSync(`/proc/${id}/status`, "utf8"))
    .map((status) => 1024 * Number(/^VmHWM:\s+(\d+)/m.exec(status)[1]));
  return Math.max(...peaks);
}

async function ofOurs(world) {
  const model = await world.classifier(f32);
  const { scores } = await world.ours(model, "classify", ask);
  const { wasmMemoryBytes } = await world.ours(model, "stats");
  return { scores, wasm: wasmMemoryBytes };
}

async function ofTheirs(world) {
  const worker = await world.pipeline({ dtype: "fp32", threads: 1 });
  const { scores } = await world.theirs(worker, "classify", ask);
  return { scores, wasm: await world.theirs(worker, "memory") };
}

export const memory = {
  id: "memory",
  about: "peak memory, B/32, CPU",
  limit: 300,
  quick: true,
  async run(world) {
    const what = "peak memory of the page's process, B/32, CPU f32";
    if (process.platform !== "linux") return [absent(what, "not run: only Linux counts it")];
    const name = threadsName(1);
    const [peak, wasm, scores] = [{}, {}, {}];
    for (const [contender, use] of Object.entries({ ours: ofOurs, [name]: ofTheirs })) {
      // A browser of its own for each, so that the process is new.
      await world.leave();
      const seen = await use(world);
      peak[contender] = [megabytes(await peakOf(await world.browser()))];
      wasm[contender] = [megabytes(seen.wasm)];
      scores[contender] = seen.scores;
    }
    const shared = {
      unit: "MB",
      problem: differenceProblem(largestScoreDifference(scores.ours, scores[name])),
      agreement: "scores equal",
    };
    return [
      comparison({ what, bar: 0.8, measured: peak, ...shared, note: "VmHWM of the renderer" }),
      comparison({ what: "of which wasm memory", measured: wasm, ...shared }),
    ];
  },
};
