// Runs the project's native programs, building them first where that is still to be done.
import { execFileSync } from "node:child_process";
import { root } from "./places.mjs";

function cargoRun(packageName, binary, call) {
  const build = ["run", "--quiet", "--release", "-p", packageName, "--bin", binary, "--", ...call];
  return execFileSync("cargo", build, { cwd: root, encoding: "utf8", maxBuffer: 1 << 26 });
}

/** What `glimpse classify --json` says of one picture: its scores, best first. */
export function classifyNatively(picture, labels, ...options) {
  const each = labels.flatMap((label) => ["--label", label]);
  const call = ["classify", picture, ...each, "--device", "cpu", "--json", ...options];
  const [{ scores }] = JSON.parse(cargoRun("glimpse-cli", "glimpse", call));
  return scores;
}

/** Writes the full-size random checkpoint into `folder`, once; `variant` may be "--wrong". */
export function writeFullSize(folder, ...variant) {
  cargoRun("glimpse-tests", "write-b32", [folder, ...variant]);
}
