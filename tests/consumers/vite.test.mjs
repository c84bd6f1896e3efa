// The packed package in an empty Vite project: installed, built, served and run in Chromium, with no request beyond its own origin.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { build, createServer } from "vite";
import { closePage, launchBrowser, openPage } from "../browser/chromium.mjs";
import { assertScores } from "../browser/numbers.mjs";
import { filesUnder, packageFolder } from "../browser/places.mjs";
import { startServer } from "../browser/server.mjs";

const project = mkdtempSync(path.join(tmpdir(), "glimpse-vite-"));
const labels = ["red", "green", "blue"];
const npm = (...call) => execFileSync("npm", call, { cwd: project, encoding: "utf8" });
let browser;

before(async () => {
  cpSync(path.join(import.meta.dirname, "vite"), project, { recursive: true });
  const [{ filename }] = JSON.parse(npm("pack", packageFolder, "--json"));
  // The package depends on nothing, so installing it needs no network.
  npm("install", "--offline", "--no-audit", "--no-fund", `./${filename}`);
  browser = await launchBrowser();
});

after(async () => {
  await browser?.close();
  rmSync(project, { recursive: true });
});

/** Opens the project's page, waits for its answer, and asserts that it came from its own origin alone. */
async function assertClassifies(url) {
  const page = await openPage(browser, url);
  const answer = page.locator("#answer", { hasText: "scores" });
  await answer.waitFor({ timeout: 60_000 }).catch((error) => {
    throw new Error(`no answer: ${error.message}\n${page.problems.join("\n")}`);
  });
  const { scores, info } = JSON.parse(await answer.textContent());
  assertScores(scores, labels);
  assert.equal(info.model, "mini");
  assert.equal(info.device, "cpu");
  const { requested } = page;
  assert.ok(requested.some((request) => new URL(request).pathname.endsWith(".wasm")));
  await closePage(page);
}

test("the tarball holds what the package needs and nothing else", () => {
  const installed = path.join(project, "node_modules", "glimpse-clip");
  const files = filesUnder(installed);
  for (const file of [
    "dist/index.js",
    "dist/index.d.ts",
    "dist/worker.js",
    "dist/glimpse_bg.wasm",
    "dist/elements/index.js",
    "models/mini/config.json",
    "models/mini/labels.json",
    "models/mini/model.safetensors",
    "models/mini/tokenizer.json",
  ])
    assert.ok(files.includes(file), `${file} is not in the package`);
  const strangers = files.filter((file) =>
    /^(src|ts|node_modules|target)\/|Cargo|tsconfig|\.tgz$/.test(file),
  );
  assert.deepEqual(strangers, []);
});

test("its types are found and hold", () => {
  const tsc = path.join(packageFolder, "node_modules", ".bin", "tsc");
  const flags = ["--noEmit", "--strict", "--target", "es2022", "--module", "nodenext", "types.ts"];
  const { status, output } = run(tsc, flags);
  assert.equal(status, 0, output);
});

test("vite build carries the worker, the wasm and the model, and the page classifies", async () => {
  await build({ root: project, logLevel: "warn", configFile: false });
  const built = readdirSync(path.join(project, "dist", "assets"));
  for (const pattern of [/^worker-.*\.js$/, /^glimpse_bg-.*\.wasm$/, /^model-.*\.safetensors$/])
    assert.equal(built.filter((name) => pattern.test(name)).length, 1, `${pattern} in ${built}`);
  const server = await startServer({ mounts: { "/": path.join(project, "dist") } });
  await assertClassifies(`${server.origin}/`).finally(server.close);
});

test("vite's development server serves it too", async () => {
  const server = await createServer({
    root: project,
    configFile: false,
    logLevel: "warn",
    server: { host: "127.0.0.1", port: 0, hmr: false },
  });
  await server.listen();
  const { port } = server.httpServer.address();
  await assertClassifies(`http://127.0.0.1:${port}/`).finally(() => server.close());
});

function run(command, flags) {
  assert.ok(existsSync(command), `${command} is not there: run npm ci in web/`);
  try {
    return { status: 0, output: execFileSync(command, flags, { cwd: project, encoding: "utf8" }) };
  } catch (error) {
    return { status: error.status, output: `${error.stdout}${error.stderr}` };
  }
}
