// Starts a real Chromium with WebGPU on its software adapter, and opens pages that report every problem they meet.
import assert from "node:assert/strict";
import { chromium } from "playwright-core";

/** WebGPU without a GPU: Chromium's own SwiftShader; the rest keeps the browser quiet and on this machine. */
const flags = [
  "--no-sandbox",
  "--enable-unsafe-webgpu",
  "--use-webgpu-adapter=swiftshader",
  "--enable-features=Vulkan",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
];

const launch = {
  executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
  args: flags,
};

/** Launches the browser named by CHROMIUM, or the one that Debian installs, with `more` flags where a test needs them. */
export const launchBrowser = (...more) =>
  chromium.launch({ ...launch, args: [...launch.args, ...more] });

/** Launches it with a profile in `folder`, on the disk and not in memory as usual; gives the profile's context. */
export const launchProfile = (folder) => chromium.launchPersistentContext(folder, launch);

/**
 * Opens a page and watches it: console errors, uncaught errors, failed requests and foreign requests.
 *
 * It is opened in `context`, else in a profile of its own, for which `options` are Playwright's; service workers are kept out
 * unless `serviceWorkers` is "allow", or they would fetch the whole site again behind every test. `initScript` runs before
 * the page's own scripts. The page's `problems` are asserted empty by `closePage`.
 */
export async function openPage(browser, url, { initScript, context, ...options } = {}) {
  const profile = { serviceWorkers: "block", ...options };
  const page = await (context ?? (await browser.newContext(profile))).newPage();
  page.leave = () => (context ? page : page.context()).close();
  page.setDefaultTimeout(60_000);
  page.problems = [];
  page.requested = [];
  const note = (kind, text) => page.problems.push(`${kind}: ${text}`);
  page.on("console", (message) => {
    if (message.type() !== "error") return;
    note("console", `${message.text()} (${message.location().url})`);
  });
  // An error without frames, as one of the browser itself, has an empty stack.
  page.on("pageerror", (error) =>
    note("uncaught", error.stack || `${error.name}: ${error.message}`),
  );
  page.on("crash", () => note("crash", page.url()));
  page.on("requestfailed", (request) =>
    note("failed request", `${request.method()} ${request.url()} ${request.failure()?.errorText}`),
  );
  page.on("request", (request) => {
    page.requested.push(request.url());
    const { protocol, origin } = new URL(request.url());
    if (!["data:", "blob:"].includes(protocol) && origin !== new URL(url).origin)
      note("foreign request", request.url());
  });
  if (initScript) await page.addInitScript(initScript);
  await page.goto(url);
  return page;
}

/** A folder on a plain server has no listing, so a model's known file names are tried: the browser logs each miss. */
const triedFile =
  /404 \(Not Found\) \(.*\/[\w.-]*(config|index|model)[\w.-]*\.(json|safetensors)\)$/;

/** A model's file whose worker was ended, or that nobody reads on, before the browser had seen the last of the answer. */
const endedDownload = /^failed request: (GET|HEAD) .*\.(json|safetensors|bin) net::ERR_ABORTED$/;

/** Closes a page after asserting that nothing went wrong on it but what `expected` (patterns) allows. */
export async function closePage(page, expected = []) {
  const allowed = [triedFile, endedDownload, ...expected];
  const surprises = page.problems.filter(
    (problem) => !allowed.some((pattern) => pattern.test(problem)),
  );
  await page.leave();
  assert.deepEqual(surprises, [], "the page reported problems");
}
