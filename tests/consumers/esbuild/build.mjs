// esbuild bundles scripts only: the worker is one more entry, and the package's other files are copied to where it looks for them.
import { copyFileSync, cpSync } from "node:fs";
import { build } from "esbuild";

await build({
  entryPoints: { main: "main.js", worker: "glimpse-clip/worker" },
  outdir: "site/assets",
  bundle: true,
  format: "esm",
  target: "es2022",
  minify: true,
  logLevel: "warning",
});
copyFileSync("index.html", "site/index.html");
copyFileSync("node_modules/glimpse-clip/dist/glimpse_bg.wasm", "site/assets/glimpse_bg.wasm");
cpSync("node_modules/glimpse-clip/dist/fonts", "site/assets/fonts", { recursive: true });
cpSync("node_modules/glimpse-clip/models", "site/models", { recursive: true });
