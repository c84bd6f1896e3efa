// What is in the packed tarball, and what others' tools say of it: publint, attw, and tsc with a stranger's strict settings.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { filesUnder, packageFolder, readJson } from "../browser/places.mjs";
import { install, tarball } from "./stranger.mjs";

const project = install("types");
const installed = path.join(project.folder, "node_modules", "glimpse-clip");

test("the tarball holds what the package needs and nothing else", () => {
  const files = filesUnder(installed);
  for (const file of [
    "dist/index.js",
    "dist/index.d.ts",
    "dist/worker.js",
    "dist/glimpse_bg.wasm",
    "dist/fonts/DejaVuSans.ttf",
    "dist/fonts/licences/DejaVu.txt",
    "dist/elements/index.js",
    "dist/lab/index.js",
    "dist/node/index.js",
    "dist/node/lab.js",
    "dist/node/worker.js",
    "models/mini/config.json",
    "models/mini/labels.json",
    "models/mini/model.safetensors",
    "models/mini/tokenizer.json",
    "models/mini-photo/labels.json",
    "models/mini-photo/open_clip_config.json",
    "models/mini-photo/open_clip_model.safetensors",
    "models/mini-photo/preprocessor_config.json",
    "models/mini-photo/tokenizer.json",
  ])
    assert.ok(files.includes(file), `${file} is not in the package`);
  const strangers = files.filter((file) =>
    /^(src|ts|node_modules|target)\/|Cargo|tsconfig|\.tgz$/.test(file),
  );
  assert.deepEqual(strangers, []);
});

test("nothing in it makes code of text, which a policy would forbid where nobody is told of it: in the worker", () => {
  const makers = filesUnder(installed)
    .filter((file) => file.endsWith(".js"))
    .filter((file) => {
      const source = readFileSync(path.join(installed, file), "utf8");
      return /(?<![.\w`])(?:eval|Function)\(|\bimportScripts\(/.test(source);
    });
  assert.deepEqual(makers, []);
});

test("publint finds nothing", async () => {
  const packed = readFileSync(tarball());
  const { messages, pkg } = await publint({
    pack: { tarball: packed.buffer.slice(packed.byteOffset, packed.byteOffset + packed.length) },
    strict: true,
  });
  assert.deepEqual(
    messages.map((message) => formatMessage(message, pkg)),
    [],
  );
});

test("attw finds no wrong type", async () => {
  const packed = createPackageFromTarballData(new Uint8Array(readFileSync(tarball())));
  const { problems } = await checkPackage(packed, {
    // Data, of no type.
    excludeEntrypoints: ["./glimpse_bg.wasm", "./models/*", "./package.json"],
  });
  // The package is ESM alone: Node's resolution before `exports`, and `require` without ESM, do not count.
  const wrong = problems.filter(
    ({ resolutionKind }) => !["node10", "node16-cjs"].includes(resolutionKind),
  );
  assert.deepEqual(wrong, []);
});

/** A stranger's settings: strict, and every .d.ts of the package checked as well. */
const strict = [
  "--noEmit",
  "--strict",
  "--exactOptionalPropertyTypes",
  "--noUncheckedIndexedAccess",
];
const settings = {
  "a bundler's resolution": ["--module", "esnext", "--moduleResolution", "bundler"],
  "Node's resolution": ["--module", "nodenext"],
  "Node's resolution without the browser's types": ["--module", "nodenext", "--lib", "es2023"],
};
for (const [what, flags] of Object.entries(settings))
  test(`its types are found and hold: ${what}`, () => {
    const files = ["stranger.ts", "lab.ts", "every-export.ts"];
    writeFileSync(path.join(project.folder, "every-export.ts"), everyExport());
    const tsc = path.join(packageFolder, "node_modules", ".bin", "tsc");
    project.run(tsc, ...strict, "--target", "es2022", "--types", "", ...flags, ...files);
  });

test("every path that package.json names is there", () => {
  const { exports, sideEffects } = readJson(installed, "package.json");
  const files = new Set(filesUnder(installed).map((file) => `./${file}`));
  const named = Object.values(exports).flatMap((target) =>
    typeof target === "string" ? [target] : Object.values(target),
  );
  for (const file of [...named, ...sideEffects].filter((each) => !each.includes("*")))
    assert.ok(files.has(file), `${file} is not in the package`);
});

/** A file that imports every name that the package exports, types and values alike. */
function everyExport() {
  const entries = {
    "glimpse-clip": "index.d.ts",
    "glimpse-clip/lab": "lab/index.d.ts",
    "glimpse-clip/elements": "elements/index.d.ts",
  };
  const lines = Object.entries(entries).map(([entry, file]) => {
    const source = readFileSync(path.join(installed, "dist", file), "utf8");
    const names = [...source.matchAll(/^export (?:type )?\{([^}]*)\}/gm)].flatMap(([, list]) =>
      list.split(",").map((name) => name.replace(/\btype\b/, "").trim()),
    );
    assert.ok(names.length > 2, `${file} exports ${names}`);
    return `export type { ${names.filter(Boolean).join(", ")} } from "${entry}";`;
  });
  return `${lines.join("\n")}\n`;
}
