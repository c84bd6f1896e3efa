// Says what machine the figures are of, and how busy it was with other things, which decides what they are worth.
import { execFileSync } from "node:child_process";
import os from "node:os";
import { setTimeout as pause } from "node:timers/promises";
import { readJson, root } from "../browser/places.mjs";

/** Above this share of all cores that others use, times are not to be trusted. */
const BUSY = 0.1;

/** `{ processor, cores, memory, system, node, chromium, commit, peers }`. */
export async function describeMachine(world) {
  const processors = os.cpus();
  return {
    processor: processors[0]?.model.trim() ?? os.arch(),
    cores: processors.length,
    memory: `${Math.round(os.totalmem() / 1e9)} GB`,
    system: `${os.type()} ${os.arch()}`,
    node: process.version,
    chromium: (await world.browser()).version(),
    commit: commit(),
    peers: peers(),
  };
}

/** The machine in a few words that can be part of a file's name. */
export function shortName({ processor, cores }) {
  const words = processor.toLowerCase().replace(/\(r\)|\(tm\)|cpu|@.*/g, "");
  const plain = words.replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "");
  return `${plain}-${cores}-cores`;
}

/** The share of all cores that is used while this program waits for two seconds, 0 to 1. */
export async function busyShare() {
  const before = ticks();
  await pause(2000);
  const after = ticks();
  return 1 - (after.idle - before.idle) / (after.all - before.all);
}

/** A sentence where so busy a machine makes times worth less, else undefined. */
export function busyWarning(share) {
  if (share <= BUSY) return undefined;
  const percent = Math.round(100 * share);
  return `Other programs used ${percent} % of the cores: the times below are not to be trusted, the bytes and the memory are.`;
}

function ticks() {
  const times = os.cpus().map(({ times }) => times);
  const sum = (values) => values.reduce((total, value) => total + value, 0);
  return {
    idle: sum(times.map(({ idle }) => idle)),
    all: sum(times.flatMap((each) => Object.values(each))),
  };
}

/** The commit, with a plus where files were changed since. */
function commit() {
  const git = (...call) => execFileSync("git", call, { cwd: root, encoding: "utf8" }).trim();
  try {
    const changed = git("status", "--porcelain", "--untracked-files=no") !== "";
    return git("rev-parse", "--short=12", "HEAD") + (changed ? "+" : "");
  } catch {
    return "unknown";
  }
}

/** The peers' versions, as installed. */
function peers() {
  const installed = (...place) =>
    readJson(import.meta.dirname, "node_modules", ...place, "package.json").version;
  return {
    "@huggingface/transformers": installed("@huggingface/transformers"),
    "onnxruntime-web": installed("onnxruntime-web"),
    "onnxruntime-web of transformers": installed(
      "@huggingface/transformers",
      "node_modules",
      "onnxruntime-web",
    ),
    "onnxruntime-node": installed("onnxruntime-node"),
  };
}
