// The worker's modules arrive in one round: its entry names all of them, so that no browser finds one only inside another.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { packageFolder } from "../browser/places.mjs";

const dist = path.join(packageFolder, "dist");

/** The modules that a built module imports, as paths inside `dist`. */
function importsOf(module) {
  const source = readFileSync(path.join(dist, module), "utf8");
  const found = source.matchAll(/^(?:import|export)\s(?:[^;"']*?\sfrom\s)?\s*["'](\.[^"']+)["']/gm);
  return [...found].map(([, name]) => path.posix.join(path.posix.dirname(module), name));
}

test("worker.js imports every module of its graph itself", () => {
  const direct = importsOf("worker.js");
  const reached = new Set(direct);
  for (const module of reached) importsOf(module).forEach((name) => reached.add(name));
  assert.deepEqual(direct.toSorted(), [...reached].sort());
  assert.ok(reached.has("glimpse.js") && reached.has("hub/source.js"));
});
