// Brings the data that Rust reads too to the package's TypeScript: one fact has one file, and this writes modules of it.
import { readFileSync, writeFileSync } from "node:fs";

/** Reads `file`, a path of the repository. */
const read = (file) => JSON.parse(readFileSync(new URL(`../${file}`, import.meta.url), "utf8"));

/** Writes `ts/module` with these constants, which were read from `file`. */
function write(module, file, constants) {
  const lines = Object.entries(constants).map(
    ([name, value]) => `export const ${name} = ${JSON.stringify(value, null, 2)} as const;\n`,
  );
  const head = `/** Written by shared-data.mjs; change ${file}. */\n`;
  writeFileSync(new URL(`ts/${module}`, import.meta.url), head + lines.join(""));
}

const models = "crates/classifier/src/hub/models.json";
// Names of repositories that are right and wrong are for tests.
const { ids: _, ...offered } = read(models);
write("model-files/models.json.ts", models, { MODELS: offered });

const noneOfThese = "crates/classifier/src/none_of_these.json";
const { label, common_things: things } = read(noneOfThese);
write("shared/none-of-these.json.ts", noneOfThese, { NONE_OF_THESE: label, COMMON_THINGS: things });

const grammar = (model) => `web/models/${model}/grammar.json`;
write(
  "built-in/grammar.json.ts",
  "crates/studio/src/grammar.rs, which writes the models' grammar.json",
  {
    GRAMMARS: Object.fromEntries(
      ["mini", "mini-photo"].map((model) => [model, read(grammar(model))]),
    ),
  },
);
