// Bundles the package's modules from build/ into dist/: few files, so that a page is not kept waiting for one round after another.
import { rm, readdir } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL(".", import.meta.url));
const dist = path.join(root, "dist");

const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: [
    "index",
    "worker",
    "elements/index",
    "lab/index",
    "node/index",
    "node/lab",
    "node/worker",
  ].map((entry) => `build/${entry}.js`),
  outbase: "build",
  outdir: "dist",
  bundle: true,
  // What two entries share lies in dist/ itself: addresses like new URL("./worker.js", import.meta.url) stay true there.
  splitting: true,
  chunkNames: "shared-[hash]",
  format: "esm",
  platform: "neutral",
  external: ["node:*"],
  target: "es2022",
  minify: true,
  metafile: true,
  // The package's own list of side effects is of dist/, for other bundlers.
  ignoreAnnotations: true,
  logLevel: "warning",
});

// Chunks of an earlier build are nobody's any more.
const written = new Set(Object.keys(metafile.outputs).map((file) => path.resolve(root, file)));
written.add(path.join(dist, "glimpse.js"));
for (const file of await readdir(dist, { recursive: true })) {
  const full = path.join(dist, file);
  if (full.endsWith(".js") && !written.has(full)) await rm(full);
}
