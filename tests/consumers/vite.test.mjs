// The packed package in a Vite project: built and by the development server, and its elements in React's and Vue's hands.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import path from "node:path";
import { test } from "node:test";
import { filesUnder } from "../browser/places.mjs";
import { startServer } from "../browser/server.mjs";
import {
  assertAnswer,
  install,
  labels,
  onPage,
  picture,
  policy,
  policyWith,
  prefix,
  withChromium,
} from "./stranger.mjs";

const browser = await withChromium();
const project = install("vite");
project.addPicture("public");
const site = path.join(project.folder, "dist");

/** Serves what Vite built and gives the address of one of its pages to `use`. */
async function onBuilt(page, use) {
  const server = await startServer({ folders: { [prefix]: site }, policy });
  await onPage(browser, `${server.origin}${prefix}${page}`, use).finally(server.close);
}

test("vite build carries the worker, the wasm and the models, and the page classifies", async () => {
  project.run("npm", "run", "build");
  const built = filesUnder(path.join(site, "assets"));
  const models = [/^model-.*\.safetensors$/, /^open_clip_model-.*\.safetensors$/];
  for (const pattern of [/^worker-.*\.js$/, /^glimpse_bg-.*\.wasm$/, ...models])
    assert.equal(built.filter((name) => pattern.test(name)).length, 1, `${pattern} in ${built}`);
  await onBuilt("index.html", assertAnswer);
});

for (const framework of ["react", "vue"])
  test(`the elements take properties and give events in ${framework}, without wrappers`, async () => {
    await onBuilt(`${framework}.html`, async (page) => {
      const rows = page.locator("#bars input[part=label]");
      await rows.nth(labels.length).waitFor();
      const written = async () =>
        (await rows.evaluateAll((all) => all.map(({ value }) => value))).filter(Boolean);
      assert.deepEqual(await written(), labels);
      await page.locator("#drop input[type=file]").setInputFiles(picture);
      await assertAnswer(page);
      await assertAnswer(page, "#embedded");
      const best = page.locator("#bars [part~=number]").first();
      assert.match(await best.textContent(), /^\d/);

      await rows.nth(labels.length).fill("a fish");
      await rows.nth(labels.length).press("Enter");
      const answer = page.locator("#answer", { hasText: "a fish" });
      await answer.waitFor();
      const { scores } = JSON.parse(await answer.textContent());
      assert.deepEqual(scores.map(({ label }) => label).sort(), [...labels, "a fish"].sort());
    });
  });

test("vite's development server serves it too", async () => {
  const vite = createRequire(path.join(project.folder, "main.js")).resolve("vite");
  const { createServer } = await import(vite);
  const server = await createServer({
    root: project.folder,
    base: prefix,
    logLevel: "warn",
    server: {
      host: "127.0.0.1",
      port: 0,
      // What makes a developer's page reload needs a socket of its own.
      hmr: false,
      headers: { "Content-Security-Policy": policyWith("connect-src", ["ws:"]) },
    },
  });
  await server.listen();
  const { port } = server.httpServer.address();
  await onPage(browser, `http://127.0.0.1:${port}${prefix}`, assertAnswer).finally(() =>
    server.close(),
  );
});
