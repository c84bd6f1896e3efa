// webpack as it comes: it finds the worker, the wasm and the built-in models by itself.
import { copyFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import webpack from "webpack";

const stats = await promisify(webpack)({
  mode: "production",
  context: import.meta.dirname,
  entry: "./main.js",
  output: { path: path.join(import.meta.dirname, "dist") },
  // A CLIP network in Rust is 26 MB of wasm: there is nothing to warn of.
  performance: false,
});
console.log(stats.toString("errors-warnings"));
if (stats.hasErrors()) process.exit(1);
copyFileSync("index.html", "dist/index.html");
