// The folders of the package and of the page say what runs where, and hold to it: no import goes a forbidden way, none in a circle.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { root } from "../browser/places.mjs";
import { cycles, forbiddenInPackage, forbiddenInPage, importsIn } from "./import-rules.mjs";

/** `{ file: [imports] }` of all TypeScript under a folder, but for what was installed or built there. */
function importsUnder(folder) {
  const found = readdirSync(path.join(root, folder), { recursive: true })
    .map((file) => file.split(path.sep).join("/"))
    .filter((file) => file.endsWith(".ts") && !/^(node_modules|build)\//.test(file));
  return Object.fromEntries(
    found.map((file) => [file, importsIn(readFileSync(path.join(root, folder, file), "utf8"))]),
  );
}

const webTs = importsUnder("web/ts");
const www = importsUnder("www");

test("every file's imports are found", () => {
  assert.ok(Object.keys(webTs).length > 100 && Object.keys(www).length > 30);
  assert.ok(webTs["worker.ts"].includes("./worker/call-queue.js"));
  assert.ok(webTs["node/worker.ts"].includes("../worker.js"), "an import() counts");
  assert.deepEqual(importsIn('/** import "no.js"; */\nexport * from "./a.js";\nimport "b";'), [
    "./a.js",
    "b",
  ]);
  assert.deepEqual(
    importsIn('import type {\n  A,\n} from "./a.js";\nexport { B } from "../b.js";'),
    ["./a.js", "../b.js"],
  );
});

test("the package's folders import what they may, and the page only the package's entries", () => {
  assert.deepEqual([...forbiddenInPackage(webTs), ...forbiddenInPage(www)], []);
});

test("nothing is imported in a circle", () => {
  assert.deepEqual([...cycles(webTs), ...cycles(www)], []);
});

/** Made-up files, one forbidden import each, and what is said of it. */
const FORBIDDEN = [
  ["client/a.ts", "../worker/b.js", "client may import only client, shared, built-in, model-files"],
  ["worker/a.ts", "../client/b.js", "worker may import only worker, shared"],
  ["shared/a.ts", "../client/b.js", "shared may import nothing but itself"],
  ["shared/a.ts", "../worker/b.js", "shared may import nothing but itself"],
  ["client/a.ts", "../lab/client/b.js", "client may import only"],
  ["worker/a.ts", "../lab/shared/b.js", "worker may import only"],
  ["built-in/a.ts", "../lab/shared/b.js", "built-in may import only"],
  ["model-files/store/a.ts", "../../lab/shared/b.js", "model-files may import only"],
  ["index.ts", "./lab/index.js", "index.ts may import only"],
  ["lab/client/a.ts", "../worker/b.js", "lab/client may import only"],
  ["lab/worker/a.ts", "../../client/b.js", "lab/worker may import only"],
  ["client/a.ts", "#glimpse", "client may import only"],
  ["client/a.ts", "node:fs", "client may import only"],
  ["attic/a.ts", "../shared/b.js", "there is no rule for attic"],
];
for (const [file, name, words] of FORBIDDEN)
  test(`it is found that ${file} imports ${name}`, () => {
    const [sentence, ...others] = forbiddenInPackage({ [file]: [name] });
    assert.ok(sentence?.includes(words), sentence);
    assert.deepEqual(others, []);
  });

test("what may be imported is not found", () => {
  const files = {
    "client/a.ts": ["../shared/b.js", "./c.js"],
    "worker.ts": ["./worker/a.js", "./lab/worker/b.js"],
    "lab/worker/a.ts": ["../../worker/b.js", "../shared/c.js", "#glimpse"],
    "node/lab.ts": ["../lab/index.js", "node:fs"],
  };
  assert.deepEqual(forbiddenInPackage(files), []);
  const page = { "lab/a.ts": ["../state.ts", "glimpse-clip/lab", "papaparse"] };
  assert.deepEqual(forbiddenInPage(page), []);
});

test("it is found that the page imports the package by another way", () => {
  for (const name of ["glimpse-clip/worker", "glimpse-clip/dist/index.js", "../../web/ts/index.ts"])
    assert.equal(forbiddenInPage({ "lab/a.ts": [name] }).length, 1, name);
});

test("circles are found, also through a file in between and of a file with itself", () => {
  assert.deepEqual(cycles({ "a.ts": ["./b.js"], "b.ts": ["./c.js"], "c.ts": [] }), []);
  assert.deepEqual(cycles({ "a.ts": ["./b.js"], "b.ts": ["./x/c.js"], "x/c.ts": ["../b.js"] }), [
    "a circle: b.ts -> x/c.ts -> b.ts",
  ]);
  assert.deepEqual(cycles({ "a.ts": ["./a.js"] }), ["a circle: a.ts -> a.ts"]);
});
