// Brings the table of offered models, which Rust reads from crates/classifier/src/hub/models.json, to the package's TypeScript.
import { readFileSync, writeFileSync } from "node:fs";

const models = JSON.parse(
  readFileSync(new URL("../crates/classifier/src/hub/models.json", import.meta.url), "utf8"),
);
// Names of repositories that are right and wrong are for tests.
const { ids: _, ...needed } = models;
writeFileSync(
  new URL("ts/model-files/models.json.ts", import.meta.url),
  `/** Written by offered.mjs; change crates/classifier/src/hub/models.json. */\nexport const MODELS = ${JSON.stringify(needed, null, 2)} as const;\n`,
);
