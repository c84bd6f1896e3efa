// The package's modules arrive in few files and in one round: an entry names all of them, so that none is found only inside another.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { packageFolder } from "../browser/places.mjs";

const dist = path.join(packageFolder, "dist");

/** The modules that a built module imports, as paths inside `dist`. */
function importsOf(module) {
  const source = readFileSync(path.join(dist, module), "utf8");
  const found = source.matchAll(/\b(?:from|import)\s*"(\.{1,2}\/[^"]+\.js)"/g);
  return [...found].map(([, name]) => path.posix.join(path.posix.dirname(module), name));
}

for (const entry of ["index.js", "worker.js", "elements/index.js", "lab/index.js"])
  test(`${entry} imports every module of its graph itself, and they are few`, () => {
    const direct = importsOf(entry);
    const reached = new Set(direct);
    for (const module of reached) importsOf(module).forEach((name) => reached.add(name));
    assert.deepEqual(direct.toSorted(), [...reached].sort());
    assert.ok(direct.length > 0 && direct.length <= 7, `${direct.length} modules`);
  });
