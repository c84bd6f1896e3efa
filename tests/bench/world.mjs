// The servers, the browser and the pages that cases measure in; what a case has loaded stays for the next ones that want it.
import os from "node:os";
import path from "node:path";
import { launchBrowser, openPage } from "../browser/chromium.mjs";
import { packageFolder, pageFolder, targetFolder } from "../browser/places.mjs";
import { startServer } from "../browser/server.mjs";

/** Where the benchmark keeps what it makes: checkpoints, their ONNX copies, pictures. */
export const benchFolder = path.join(targetFolder, "bench");
export const checkpoint = path.join(targetFolder, "full-size", "b32");
export const checkpointInEight = path.join(benchFolder, "b32-q8");
export const onnxFolder = path.join(benchFolder, "onnx-b32");
export const onnxPhotoFolder = path.join(benchFolder, "onnx-mini-photo");
export const miniPhotoFolder = path.join(packageFolder, "models/mini-photo");
export const picturesFolder = path.join(benchFolder, "pictures");

/** How many threads ONNX Runtime Web takes by itself on as many cores, but at least two, since one is measured as well. */
export const peerThreads = Math.max(2, Math.min(4, Math.ceil(os.availableParallelism() / 2)));

/** What lets a page have SharedArrayBuffer, and ONNX Runtime Web its threads. */
const isolation = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

const site = path.join(import.meta.dirname, "site");

/** Every figure is of a server on this machine, which sends files as they lie on the disk and lets nothing be cached. */
export async function startWorld() {
  const ours = await startServer({
    folders: {
      "/glimpse-clip/dist/": path.join(packageFolder, "dist"),
      "/glimpse-clip/models/": path.join(packageFolder, "models"),
      "/bench/": site,
      "/pictures/": picturesFolder,
      "/b32/": checkpoint,
      "/b32-q8/": checkpointInEight,
      "/sides/": path.join(benchFolder, "sides"),
    },
  });
  const theirs = await startServer({
    folders: {
      "/node_modules/": path.join(import.meta.dirname, "node_modules"),
      "/bench/": site,
      "/pictures/": picturesFolder,
      "/models/b32/": onnxFolder,
      "/models/mini-photo/": onnxPhotoFolder,
    },
    policy: "",
    headers: isolation,
  });
  const page = await startServer({ folders: { "/": pageFolder } });
  return new World({ ours, theirs, page });
}

/** What cases use. */
class World {
  #browser;
  #pages = new Map();
  #opened = new Map();

  constructor(servers) {
    this.servers = servers;
  }

  /** The browser, started at the first call and after each `leave`. */
  browser() {
    this.#browser ??= launchBrowser();
    return this.#browser;
  }

  /** Calls Glimpse in its page: `call` is one of ours.js, `model` the name of a classifier there. */
  async ours(model, call, ask) {
    const page = await this.#page("ours");
    return page.evaluate((given) => bench.call(...given), [model, call, ask]);
  }

  /** Calls the peers in a worker of theirs: `call` is one of theirs-worker.js. */
  async theirs(worker, call, ask) {
    const page = await this.#page("theirs");
    return page.evaluate((given) => bench.call(...given), [worker, call, ask]);
  }

  /** The name of a classifier of ours with these options, created at the first call. */
  classifier(options) {
    return this.#once("ours", options, (name) => this.ours(name, "create", options));
  }

  /** The name of a worker of theirs with this tower in it. */
  tower(options) {
    return this.#once("tower", options, (name) => this.theirs(name, "openTower", options));
  }

  /** The name of a worker of theirs with transformers.js' pipeline in it. */
  pipeline(options) {
    return this.#once("pipeline", options, (name) => this.theirs(name, "openPipeline", options));
  }

  /** Ends a worker of theirs. */
  async endTheirs(worker) {
    const page = await this.#page("theirs");
    await page.evaluate((name) => bench.end(name), worker);
  }

  /** Draws a JPEG file. */
  async drawJpeg(megapixels, scene) {
    const page = await this.#page("ours");
    const base64 = await page.evaluate((asked) => bench.drawJpeg(...asked), [megapixels, scene]);
    return Buffer.from(base64, "base64");
  }

  /** Ends the browser and all that was loaded in it. */
  async leave() {
    const browser = await this.#browser;
    this.#browser = undefined;
    this.#pages.clear();
    this.#opened.clear();
    await browser?.close();
  }

  async close() {
    await this.leave();
    for (const server of Object.values(this.servers)) await server.close();
  }

  async #once(kind, options, open) {
    const name = `${kind} ${JSON.stringify(options)}`;
    if (!this.#opened.has(name)) this.#opened.set(name, open(name));
    await this.#opened.get(name);
    return name;
  }

  #page(side) {
    if (!this.#pages.has(side)) this.#pages.set(side, this.#openPage(side));
    return this.#pages.get(side);
  }

  async #openPage(side) {
    const url = `${this.servers[side].origin}/bench/${side}.html`;
    const page = await openPage(await this.browser(), url);
    // A case has a limit of its own.
    page.setDefaultTimeout(0);
    await page.waitForFunction(() => document.documentElement.dataset.ready === "yes");
    return page;
  }
}
