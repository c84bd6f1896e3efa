// One of the page's modules for a test of its own: those that touch no page run in Node.js as they are.
import path from "node:path";
import { buildSync } from "../../www/node_modules/esbuild/lib/main.js";
import { root } from "../browser/places.mjs";

/** Imports `www/NAME` with all that it imports; what it takes from the package must be types. */
export async function moduleOfPage(name) {
  const built = buildSync({
    entryPoints: [path.join(root, "www", name)],
    bundle: true,
    format: "esm",
    write: false,
  });
  const script = Buffer.from(built.outputFiles[0].contents).toString("base64");
  return import(`data:text/javascript;base64,${script}`);
}
