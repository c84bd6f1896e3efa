// The fonts that the package lists are those that Rust checks, and each lies in the package under the name that the worker asks for.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { packageFolder, root } from "../browser/places.mjs";
import { FONTS } from "../../web/build/lab/shared/fonts.js";

test("the list is Rust's", () => {
  const source = readFileSync(path.join(root, "crates/lettering/src/fonts.rs"), "utf8");
  const constants = new Map(
    [...source.matchAll(/^const (\w+): &str = "([^"]*)";$/gm)].map(([, name, text]) => [
      name,
      text,
    ]),
  );
  const listed = [...source.matchAll(/FontFile \{\n((?: {8}\w+: [^\n]*,\n)+) {4}\},/g)];
  const fonts = listed.map(([, fields]) =>
    Object.fromEntries(
      [...fields.matchAll(/(\w+): (?:"([^"]*)"|(\w+)),/g)].map(([, field, text, constant]) => [
        field,
        text ?? constants.get(constant),
      ]),
    ),
  );
  assert.ok(fonts.length >= 5, `${fonts.length} fonts were read`);
  assert.deepEqual(FONTS, fonts);
});

test("each font is in the package, and is what its hash says", () => {
  for (const { name, file, sha256 } of FONTS) {
    const bytes = readFileSync(path.join(packageFolder, "dist", "fonts", file));
    assert.equal(createHash("sha256").update(bytes).digest("hex"), sha256, name);
  }
});

test("the worker names each file by a literal URL, which bundlers carry", () => {
  const source = readFileSync(path.join(packageFolder, "dist", "worker.js"), "utf8");
  const literal = /(\w+):\(\)=>new URL\("\.\/fonts\/([^"]+)",import\.meta\.url\)/g;
  const named = [...source.matchAll(literal)].map(([, name, file]) => [name, file]);
  assert.deepEqual(
    named,
    FONTS.map(({ name, file }) => [name, file]),
  );
});
