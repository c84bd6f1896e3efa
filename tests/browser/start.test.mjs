// What an opened page fetches before its first scores: which files, how many bytes, in which order; the rest comes when it is needed.
import assert from "node:assert/strict";
import { statSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { withBrowser } from "./harness.mjs";
import { answerTo, example, firstAnswer, rest, visit } from "./page.mjs";
import { pageFolder } from "./places.mjs";
import { sendFile } from "./server.mjs";

const { server, browser } = await withBrowser({ folders: { "/": pageFolder } });
const url = `${server.origin}/`;
const photographs = "/glimpse-clip/models/mini-photo/";
const drawings = "/glimpse-clip/models/mini/";
const wasm = "/glimpse-clip/dist/glimpse_bg.wasm";

/** Scripts, styles and the page itself, uncompressed: a little more than they have. The wasm has a bound in cost.test.mjs. */
const MOST_BYTES_OF_CODE = 400_000;

/** What was asked of the server from its request number `from` on, but for the icon: when a browser wants that is its own affair. */
const askedSince = (from) => server.asked.slice(from).filter((name) => name !== "/favicon.svg");

/** Does something, and gives what was asked of the server meanwhile, once the page rests. */
async function askedDuring(page, act) {
  const before = server.asked.length;
  await act();
  await rest(page);
  return askedSince(before);
}

const bytesOf = (name) => statSync(path.join(pageFolder, name === "/" ? "index.html" : name)).size;
const inFolder = (asked, folder) => asked.filter((name) => name.startsWith(folder)).toSorted();

test("the first scores wait for page, package, one picture and one model; lab and drawings come when they are asked for", async () => {
  await visit(browser, url, async (page) => {
    await firstAnswer(page);
    await rest(page);
    // It is opened once, and by this test alone.
    const opened = askedSince(0);
    assert.deepEqual(
      inFolder(opened, photographs),
      [
        "labels.json",
        "open_clip_config.json",
        "open_clip_model.safetensors",
        "preprocessor_config.json",
        "tokenizer.json",
      ].map((name) => photographs + name),
    );
    assert.equal(opened.filter((name) => name === wasm).length, 1);
    // The examples' buttons show their pictures, and the one that is classified is fetched as a file.
    assert.equal(inFolder(opened, "/examples/").length, 7);
    const code = opened.filter((name) => /^\/$|\.(js|css)$/.test(name));
    const known =
      /^\/$|^\/[a-z-]+\.css$|^\/(theme|app)\.js$|^\/glimpse-clip\/dist\/((elements\/)?index|worker|shared-\w+)\.js$/;
    assert.deepEqual(
      code.filter((name) => !known.test(name)),
      [],
      "scripts that nobody needs yet",
    );
    const others = opened.filter(
      (name) =>
        !code.includes(name) &&
        name !== wasm &&
        !/^\/(examples|glimpse-clip\/models\/mini-photo)\//.test(name),
    );
    assert.deepEqual(others, [], "files that nobody needs yet");
    // Page and worker share modules; nothing else is asked for twice.
    assert.ok(code.length <= 30, code.join("\n"));
    const bytes = [...new Set(code)].reduce((sum, name) => sum + bytesOf(name), 0);
    assert.ok(bytes <= MOST_BYTES_OF_CODE, `${bytes} bytes of code before the first scores`);

    const drawn = await askedDuring(page, () => answerTo(page, () => example(page, "dog").click()));
    assert.ok(inFolder(drawn, drawings).includes(`${drawings}model.safetensors`));
    assert.deepEqual(inFolder(drawn, photographs), []);
    const lab = await askedDuring(page, async () => {
      await page.locator("#write").click();
      await page.locator("#lab-sentence", { hasText: /leads/ }).waitFor();
    });
    assert.equal(lab.filter((name) => name === "/lab.js").length, 1);
    const again = await askedDuring(page, () =>
      answerTo(page, async () => {
        await page.locator("#lab-close").click();
        await example(page, "cat").click();
      }),
    );
    assert.deepEqual(again, [], "what is there was fetched again");
  });
});

test("the weights are asked for while the wasm is still on its way", async () => {
  const weights = `${photographs}open_clip_model.safetensors`;
  // The wasm is given only once the weights were asked for: if they waited for it, nothing would ever come.
  const asked = new Promise((resolve) => {
    server.route(weights, (request, response) => {
      resolve();
      sendFile(request, response, path.join(pageFolder, weights));
    });
  });
  server.route(wasm, async (request, response) => {
    await asked;
    sendFile(request, response, path.join(pageFolder, wasm));
  });
  await visit(browser, url, firstAnswer);
});
