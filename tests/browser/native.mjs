// Runs the project's native programs, building them first where that is still to be done.
import { execFileSync } from "node:child_process";
import path from "node:path";
import { root, targetFolder } from "./places.mjs";

let built = false;

/** The path of one of the project's programs, built first where that is still to be done. */
export function program(name) {
  if (!built) {
    // Exactly what the native tests build: any other choice of packages would have cargo compile burn once more.
    const build = ["test", "--quiet", "--workspace", "--exclude", "xtask", "--release", "--no-run"];
    execFileSync("cargo", build, { cwd: root, stdio: ["ignore", "ignore", "inherit"] });
    built = true;
  }
  return path.join(targetFolder, "release", name);
}

function native(name, call) {
  return execFileSync(program(name), call, { cwd: root, encoding: "utf8", maxBuffer: 1 << 26 });
}

/** What `glimpse classify --json` says of one picture: its scores, best first. */
export function classifyNatively(picture, labels, ...options) {
  const each = labels.flatMap((label) => ["--label", label]);
  const call = ["classify", picture, ...each, "--device", "cpu", "--json", ...options];
  const [{ scores }] = JSON.parse(native("glimpse", call));
  return scores;
}

/** What `glimpse embed --json` says of pictures, in their order. */
export function embedNatively(pictures, ...options) {
  const each = pictures.flatMap((picture) => ["--image", picture]);
  const found = JSON.parse(
    native("glimpse", ["embed", ...each, "--device", "cpu", "--json", ...options]),
  );
  return found.map(({ embedding }) => embedding);
}

/** Writes the full-size random checkpoint into `folder`, once; `variant` may be "--wrong". */
export function writeFullSize(folder, ...variant) {
  native("write-b32", [folder, ...variant]);
}
