// The packed package in an esbuild project: the worker is a second entry, three lines copy the rest, and the page classifies.
import path from "node:path";
import { test } from "node:test";
import { startServer } from "../browser/server.mjs";
import { assertAnswer, install, onPage, policy, prefix, withChromium } from "./stranger.mjs";

const browser = await withChromium();
const project = install("esbuild");

test("esbuild's bundles find the copied files and the page classifies", async () => {
  project.run("npm", "run", "build");
  project.addPicture("site");
  const site = path.join(project.folder, "site");
  const server = await startServer({ folders: { [prefix]: site }, policy });
  await onPage(browser, `${server.origin}${prefix}`, assertAnswer).finally(server.close);
});
