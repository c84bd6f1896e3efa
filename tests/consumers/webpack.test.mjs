// The packed package in a webpack 5 project: its build carries the worker, the wasm and the models, and the page classifies.
import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { filesUnder } from "../browser/places.mjs";
import { startServer } from "../browser/server.mjs";
import { assertAnswer, install, onPage, policy, prefix, withChromium } from "./stranger.mjs";

const browser = await withChromium();
const project = install("webpack");

test("webpack finds everything by itself and the page classifies", async () => {
  project.run("npm", "run", "build");
  project.addPicture("dist");
  const site = path.join(project.folder, "dist");
  const built = filesUnder(site);
  // Both built-in models: which one a picture needs is known when it is there.
  for (const [extension, count] of Object.entries({ ".wasm": 1, ".safetensors": 2 }))
    assert.equal(built.filter((file) => file.endsWith(extension)).length, count, `${built}`);
  const server = await startServer({ folders: { [prefix]: site }, policy });
  await onPage(browser, `${server.origin}${prefix}`, assertAnswer).finally(server.close);
});
