// Measures Glimpse beside transformers.js and ONNX Runtime Web: `node bench.mjs [--quick] [--only ID]…`, as `cargo xtask bench` runs it.
import { parseArgs } from "node:util";
import { cases } from "./cases.mjs";
import { busyShare, busyWarning, describeMachine } from "./machine.mjs";
import { makeModels, makePictures } from "./materials.mjs";
import { howToRead, writeResults } from "./results.mjs";
import { absent } from "./rows.mjs";
import { asText } from "./table.mjs";
import { peerThreads, startWorld } from "./world.mjs";

const { values: options } = parseArgs({
  options: { quick: { type: "boolean" }, only: { type: "string", multiple: true } },
});
const quick = options.quick ?? false;

/**
 * How often things are measured, and with how many threads transformers.js runs. A start of 605 MB, and a second on
 * SwiftShader, take their time.
 */
const how = quick
  ? { rounds: 5, startRounds: 2, threadCounts: [1] }
  : { rounds: 9, startRounds: 5, gpuRounds: 5, growthRounds: 3, threadCounts: [1, peerThreads] };

const chosen = cases.filter(({ id }) => !options.only || options.only.includes(id));
if (chosen.length === 0 || (options.only && new Set(options.only).size > chosen.length)) {
  console.error(`--only takes some of: ${cases.map(({ id }) => id).join(", ")}`);
  process.exit(2);
}

console.log("making the checkpoint, its ONNX copies and the pictures, where they are missing");
makeModels();
const world = await startWorld();
try {
  await makePictures(world);
  await bench();
} finally {
  await world.close();
}

async function bench() {
  const machine = await describeMachine(world);
  await world.leave();
  const before = await busyShare();
  const began = performance.now();
  const date = new Date().toISOString();
  const rows = [];
  for (const [at, one] of chosen.entries()) {
    console.log(`[${at + 1}/${chosen.length}, ${seconds(began)}] ${one.about}`);
    if (quick && !one.quick) rows.push(absent(one.about, "not run in --quick"));
    else rows.push(...(await runCase(one)));
    // Half an hour is long: whoever ends it has what was measured so far.
    const warnings = ["This run was ended before its last row."];
    writeResults({ date, quick, machine, warnings, rows });
  }
  await world.leave();
  const busy = Math.max(before, await busyShare());
  const warnings = [busyWarning(busy)].filter(Boolean);
  const base = writeResults({ date, quick, machine, warnings, rows });
  console.log(`\n${asText(rows)}\n\n${[...warnings, howToRead].join("\n")}`);
  console.log(`measured in ${seconds(began)}; written to ${base}.json and .md`);
}

/** A case's rows; one that fails or does not end is a row that says why, and the next one has a new browser. */
async function runCase({ about, limit, run }) {
  let timer;
  const late = new Promise((_, reject) => {
    const error = new Error(`not done after its limit of ${limit} s`);
    timer = setTimeout(reject, 1000 * limit, error);
  });
  try {
    return await Promise.race([run(world, how), late]);
  } catch (error) {
    console.error(error);
    await world.leave();
    return [absent(about, `failed: ${error.message.split("\n")[0]}`)];
  } finally {
    clearTimeout(timer);
  }
}

function seconds(began) {
  return `${((performance.now() - began) / 1000).toFixed(0)} s`;
}
