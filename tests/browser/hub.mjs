// Starts the stand-in hub (tests/src/hub) as a child process and works it: mounts, faults, and the log of what was asked.
import { spawn } from "node:child_process";
import path from "node:path";
import { after } from "node:test";
import { createInterface } from "node:readline";
import { program } from "./native.mjs";
import { fixturesFolder, packageFolder } from "./places.mjs";
import { strictPolicy } from "./server.mjs";

/** The strict policy, and beside it the hub and its CDN: what a site that downloads models has to allow. */
export const hubPolicy = strictPolicy.replace(/connect-src [^;]*/, "$& http://127.0.0.1:*");

/** What the watched pages may report where a model comes from a hub: it is another origin, and it may fail. */
export const hubNoise = [
  /^foreign request: http:\/\/127\.0\.0\.1:\d+\//,
  /^failed request: \w+ http:\/\/127\.0\.0\.1:\d+\/(api|repos|[\w-]+\/[\w.-]+\/resolve)\//,
  /^console: Failed to load resource: .* \(http:\/\/127\.0\.0\.1:\d+\//,
];

/** A CORS refusal is told of twice: by the browser itself, and as a failed request. */
export const corsNoise = /^console: Access to fetch at .* has been blocked by CORS policy/;

/** How long a test waits for what must come, in milliseconds: beyond any noise, and short of a run that hangs. */
export const PATIENCE = 120_000;

/** The folder of one small checkpoint of `tests/fixtures`. */
export const fixture = (name = "hf-quickgelu-f32") => path.join(fixturesFolder, name);

/** The folder of the built-in model, whose weights are 10.7 MB. */
export const miniFolder = path.join(packageFolder, "models", "mini");

/**
 * Starts a hub that ends with the test file: `{ url, cdn }` are its origins, without a slash at their ends; the rest are
 * the ways to work it.
 */
export async function startHub() {
  const child = spawn(program("stand-in-hub"), { stdio: ["pipe", "pipe", "inherit"] });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const [line] = await Promise.race([
    createInterface(child.stdout)
      [Symbol.asyncIterator]()
      .next()
      .then(({ value }) => [value]),
    ended.then((code) => Promise.reject(new Error(`the stand-in hub ended with ${code}`))),
  ]);
  const { hub: url, cdn } = JSON.parse(line);

  async function control(method, name, body) {
    const response = await fetch(`${url}/__${name}`, {
      method,
      body: body && JSON.stringify(body),
    });
    const answer = await response.json();
    if (!response.ok) throw new Error(`${method} ${name}: ${answer.error}`);
    return answer;
  }
  const stop = () => {
    child.stdin.end();
    return ended;
  };
  after(stop);

  const hub = {
    url,
    cdn,
    /** Serves a folder as "owner/name": `{ commit, files: [{ path, size, sha256 }] }`. `token` makes it gated. */
    mount: (repository, folder, token) => control("POST", "mount", { repository, folder, token }),
    /**
     * Adds a fault: `{ kind, …, file?, origin?, method?, skip?, times? }`, the kinds being "cut" `{ after, hold? }`, "slow"
     * `{ bytesPerSecond }`, "latency" `{ milliseconds }`, "refuse", "status" `{ status, retryAfter? }`, "content-length"
     * `{ add }`, "length" `{ bytes }`, "corrupt" `{ at }`, "changed", "no-range" and "no-cors"; see tests/src/hub/fault.rs. Of those that fit a request, the first of each kind
     * harms it: three cuts cut three requests.
     */
    fault: (fault) => control("POST", "faults", fault),
    /** Takes all faults away and lets go of held connections. */
    clearFaults: () => control("DELETE", "faults"),
    /** Closes the connections that a cut with `hold` keeps open. */
    release: () => control("POST", "release"),
    /** Every request so far: `{ origin, method, path, file, range, status, bytesSent, complete, held, hadAuthorization, conditional }`. */
    log: () => control("GET", "log"),
    clearLog: () => control("DELETE", "log"),
    /** Ends the hub: from now on nobody answers at its addresses. */
    stop,
    /** Waits until a request's entry in the log is as `wanted(entry)` says, and gives it. */
    async until(wanted) {
      for (const end = Date.now() + PATIENCE; ;) {
        const log = await hub.log();
        const found = log.find(wanted);
        if (found) return found;
        if (Date.now() > end) throw new Error(`it was never so: ${JSON.stringify(log, null, 2)}`);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
    /** Back to how it was started, but for what is mounted. */
    async reset() {
      await hub.clearFaults();
      await hub.clearLog();
    },
  };
  return hub;
}

/** Where a request's `Range` begins, in bytes; 0 without one. */
export const beginsAt = ({ range }) => Number(/^bytes=(\d+)-/.exec(range ?? "")?.[1] ?? 0);

/** The requests for the bytes of large files, of one file where it is named. */
export const downloads = (log, file) =>
  log.filter(
    (entry) => entry.origin === "cdn" && entry.method === "GET" && (!file || entry.file === file),
  );

/** All body bytes of some requests. */
export const bytesOf = (entries) => entries.reduce((sum, { bytesSent }) => sum + bytesSent, 0);
