// The packed package in a Next project (app router, exported as a static site): imported on the server, at work in the browser.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { readJson } from "../browser/places.mjs";
import { startServer } from "../browser/server.mjs";
import {
  assertAgrees,
  assertAnswer,
  install,
  onPage,
  policyWith,
  prefix,
  withChromium,
} from "./stranger.mjs";

const browser = await withChromium();
const project = install("next");
const site = path.join(project.folder, "out");

test("next build imports the package on the server and a route classifies there", () => {
  project.addPicture("public");
  project.run("npm", "run", "build");
  assertAgrees(readJson(site, "scores.json").scores);
  assert.match(readFileSync(path.join(site, "index.html"), "utf8"), /<score-bars/);
});

test("the exported page classifies; the policy names Next's own inline scripts by their hashes", async () => {
  const html = readFileSync(path.join(site, "index.html"), "utf8");
  const policy = policyWith("script-src", inlineScripts(html));
  const server = await startServer({ folders: { [prefix]: site }, policy });
  await onPage(browser, `${server.origin}${prefix}`, assertAnswer).finally(server.close);
});

/** What a policy calls the inline scripts of a page: Next writes its page's data into them. */
function inlineScripts(html) {
  const scripts = [...html.matchAll(/<script(?![^>]* src=)[^>]*>([^]*?)<\/script>/g)].map(
    ([, source]) => source,
  );
  assert.ok(scripts.length > 0, "Next writes inline scripts");
  return scripts.map(
    (source) => `'sha256-${createHash("sha256").update(source).digest("base64")}'`,
  );
}
