// The packed package on pages without a bundler, under a path of their own and the strict policy, which is shown to be in force.
import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { filesUnder } from "../browser/places.mjs";
import { sendFile, sendScript, startServer } from "../browser/server.mjs";
import {
  assertAnswer,
  install,
  onPage,
  policy,
  policyWith,
  prefix,
  withChromium,
} from "./stranger.mjs";

const browser = await withChromium();
const project = install("plain");
project.addPicture();

const serve = (policy) => startServer({ folders: { [prefix]: project.folder }, policy });

test("a module script imports the package by its path and classifies", async () => {
  const server = await serve(policy);
  await onPage(browser, `${server.origin}${prefix}`, assertAnswer).finally(server.close);
});

test("one line of HTML is a classifier", async () => {
  const server = await serve(policy);
  const page = `${server.origin}${prefix}embed.html`;
  await onPage(browser, page, assertAnswer).finally(server.close);
});

test("worker and wasm may come from another origin, which the policy then names", async () => {
  const other = await serverWithCors(path.join(project.folder, "node_modules", "glimpse-clip"));
  const elsewhere = ["script-src", "connect-src"].reduce(
    (policy, directive) => policyWith(directive, [other.origin], policy),
    policyWith("worker-src", ["blob:", other.origin]),
  );
  const server = await serve(elsewhere);
  const page = `${server.origin}${prefix}elsewhere.html?files=${other.origin}`;
  try {
    await onPage(browser, page, assertAnswer, [new RegExp(`^foreign request: ${other.origin}/`)]);
  } finally {
    await server.close();
    await other.close();
  }
  for (const file of ["worker.js", "glimpse_bg.wasm"]) {
    assert.ok(other.asked.includes(`/dist/${file}`), `${file} comes from the other origin`);
    assert.ok(
      !server.asked.some((asked) => asked.endsWith(file)),
      `${file} comes from there alone`,
    );
  }
});

/** What the policy forbids, each as a module's text and the directive that it breaks. */
const broken = {
  eval: ["new Function('return 1')();", "script-src"],
  "a worker of a blob": [
    "new Worker(URL.createObjectURL(new Blob([''], { type: 'text/javascript' })));",
    "worker-src",
  ],
  "a request to a stranger": ["fetch('http://127.0.0.1:9/').catch(() => null);", "connect-src"],
  "a style in the page": [
    "document.head.append(Object.assign(document.createElement('style'), { textContent: 'p { color: red }' }));",
    "style-src",
  ],
};
for (const [what, [source, directive]] of Object.entries(broken))
  test(`the policy is in force, and these tests find out who breaks it: ${what}`, async () => {
    const server = await serve(policy);
    server.route(`${prefix}breaks.html`, (request, response) => {
      response.writeHead(200, { "Content-Type": "text/html" });
      response.end(
        '<!doctype html><title>Breaks it</title><script type="module" src="breaks.js"></script>',
      );
    });
    server.route(`${prefix}breaks.js`, (request, response) => sendScript(response, source));
    const told = (page) => page.problems.some((problem) => problem.includes("policy violation"));
    const untilTold = async (page) => {
      for (let tries = 0; tries < 100 && !told(page); tries += 1) await page.waitForTimeout(50);
    };
    try {
      await assert.rejects(
        onPage(browser, `${server.origin}${prefix}breaks.html`, untilTold),
        ({ actual }) => {
          assert.match(String(actual), new RegExp(`policy violation: ${directive}`));
          return true;
        },
      );
    } finally {
      await server.close();
    }
  });

/** A server whose files any page may read. */
async function serverWithCors(folder) {
  const server = await startServer({ folders: {}, policy: "" });
  for (const file of filesUnder(folder))
    server.route(`/${file}`, (request, response) => {
      response.setHeader("Access-Control-Allow-Origin", "*");
      sendFile(request, response, path.join(folder, file));
    });
  return server;
}
