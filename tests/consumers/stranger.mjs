// A stranger's project: copied to an empty folder, its pinned packages and the packed tarball installed, built and served.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after } from "node:test";
import { closePage, launchBrowser, openPage } from "../browser/chromium.mjs";
import { classifyNatively } from "../browser/native.mjs";
import { assertClose, assertScores, inOrder, tolerance } from "../browser/numbers.mjs";
import { filesUnder, packageFolder, root, targetFolder } from "../browser/places.mjs";

/** What every project classifies, and by which labels. */
export const picture = path.join(root, "www", "examples", "dog.png");
export const labels = ["a dog", "a bicycle", "an apple"];
/** What is classified where a drawing is not enough. */
export const photograph = path.join(root, "www", "examples", "cat.jpg");

/** Where the sites are served: under a path, as a project of a larger host is. */
export const prefix = "/some/where/";

/** What the README promises: nothing but the page's own origin, no eval but WebAssembly's, no blob: worker. */
export const policy = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "img-src 'self' blob: data:",
  "connect-src 'self'",
  "worker-src 'self'",
].join("; ");

/** A policy with more sources for one of its directives. */
export const policyWith = (directive, sources, base = policy) =>
  base.replace(`${directive} `, `${directive} ${sources.join(" ")} `);

/** The tarball, packed anew where a file that belongs in it is younger. */
export function tarball() {
  const folder = path.join(targetFolder, "consumers");
  const packed = path.join(folder, "glimpse-clip.tgz");
  const inputs = ["dist", "models"].flatMap((part) =>
    filesUnder(path.join(packageFolder, part)).map((file) => path.join(part, file)),
  );
  const changed = (file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const youngest = [...inputs, "package.json", "README.md"]
    .map((file) => changed(path.join(packageFolder, file)))
    .reduce((one, other) => Math.max(one, other), 0);
  if (changed(packed) <= youngest) {
    mkdirSync(folder, { recursive: true });
    const flags = ["pack", packageFolder, "--json", "--pack-destination", folder];
    const [{ filename }] = JSON.parse(execFileSync("npm", flags, { encoding: "utf8" }));
    copyFileSync(path.join(folder, filename), packed);
    rmSync(path.join(folder, filename));
  }
  return packed;
}

/** Installs the project `name` in a folder of its own, which is removed after the file's tests. */
export function install(name) {
  const folder = mkdtempSync(path.join(tmpdir(), `glimpse-${name}-`));
  after(() => rmSync(folder, { recursive: true, force: true }));
  cpSync(path.join(import.meta.dirname, name), folder, { recursive: true });
  const quiet = ["--no-audit", "--no-fund", "--loglevel=error"];
  const run = (program, ...call) => runIn(folder, program, call);
  if (existsSync(path.join(folder, "package-lock.json")))
    run("npm", "ci", "--prefer-offline", ...quiet);
  // The package depends on nothing, so installing it needs no network.
  run("npm", "install", "--offline", "--no-save", ...quiet, tarball());
  return {
    folder,
    /** Runs a program in the project and gives what it prints. */
    run,
    /** Copies the picture to a place in the project. */
    addPicture(...where) {
      const to = path.join(folder, ...where, "picture.png");
      mkdirSync(path.dirname(to), { recursive: true });
      copyFileSync(picture, to);
    },
  };
}

function runIn(cwd, program, call) {
  const env = { ...process.env, NEXT_TELEMETRY_DISABLED: "1" };
  try {
    return execFileSync(program, call, { cwd, env, encoding: "utf8", stdio: "pipe" });
  } catch (error) {
    throw new Error(`${program} ${call.join(" ")}\n${error.stdout}\n${error.stderr}`);
  }
}

/** A browser for the file's tests. */
export async function withChromium() {
  const browser = await launchBrowser();
  after(() => browser.close());
  return browser;
}

/** Opens a page, lets `use(page)` work, and asserts that it had no error, broke no policy and asked no other origin. */
export async function onPage(browser, url, use, expected = []) {
  const page = await openPage(browser, url, { initScript: tellViolations });
  try {
    await use(page);
  } catch (error) {
    await page.context().close();
    const said = `The page said:\n${page.problems.join("\n")}`;
    throw new Error(`${error.message}\n${said}`, { cause: error });
  }
  await closePage(page, expected);
}

/** Waits for the project's page to show its scores, and asserts that they are the command line's. */
export async function assertAnswer(page, where = "#answer") {
  const answer = page.locator(where, { hasText: "scores" });
  await answer.waitFor({ timeout: 120_000 });
  const { scores, info } = JSON.parse(await answer.textContent());
  assertAgrees(scores);
  if (info) assert.deepEqual([info.model, info.device], ["auto", "cpu"]);
}

/** Asserts that scores are those of the command line for the same picture and labels. */
export function assertAgrees(scores) {
  assertScores(scores, labels);
  expected ??= classifyNatively(picture, labels, "--model", "mini");
  for (const number of ["score", "cosine"])
    assertClose(
      inOrder(scores, labels, number),
      inOrder(expected, labels, number),
      tolerance.cpu,
      number,
    );
}
let expected;

/** In the page: a broken policy is an error on the console, which `closePage` does not let pass. */
function tellViolations() {
  document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) =>
    console.error(`policy violation: ${violatedDirective} blocked ${blockedURI}`),
  );
}
