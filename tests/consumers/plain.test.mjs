// The packed package on a page without a bundler, under a path of its own and the strict policy.
import { test } from "node:test";
import { startServer } from "../browser/server.mjs";
import { assertAnswer, install, onPage, policy, prefix, withChromium } from "./stranger.mjs";

const browser = await withChromium();
const project = install("plain");
project.addPicture();

test("a module script imports the package by its path and classifies", async () => {
  const server = await startServer({ folders: { [prefix]: project.folder }, policy });
  await onPage(browser, `${server.origin}${prefix}`, assertAnswer).finally(server.close);
});
