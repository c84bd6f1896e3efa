// Says where the tests find what they serve: the package, the page, the fixtures, and the shared pictures if there are any.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../../", import.meta.url));
export const packageFolder = path.join(root, "web");
export const fixturesFolder = path.join(root, "tests", "fixtures");
export const pageFolder = path.join(root, "dist");
export const targetFolder = process.env.CARGO_TARGET_DIR ?? path.join(root, "target");

/** The folder of shared pictures and checkpoints, or undefined where there is none (a fresh clone has none). */
export const sharedFolder = [process.env.GLIMPSE_SHARED, path.join(root, "..", "shared")].find(
  (folder) => folder && existsSync(path.join(folder, "parity")),
);
if (!sharedFolder) console.log("left out: cases of ../shared (set GLIMPSE_SHARED to run them)");

/** Every file under a folder, as paths relative to it with "/" between their parts, sorted. */
export function filesUnder(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .map((name) => name.split(path.sep).join("/"))
    .sort();
}

/** Reads one JSON file. */
export const readJson = (...parts) => JSON.parse(readFileSync(path.join(...parts), "utf8"));
