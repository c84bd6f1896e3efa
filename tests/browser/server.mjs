// A small static server on 127.0.0.1 that serves mounted folders, remembers what was asked for, and can misbehave on purpose.
import { createReadStream, statSync } from "node:fs";
import { createServer } from "node:http";
import path from "node:path";
import { fixturesFolder, packageFolder, sharedFolder } from "./places.mjs";

const types = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".webmanifest": "application/manifest+json",
  ".wasm": "application/wasm",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".jpg": "image/jpeg",
  ".webp": "image/webp",
  ".avif": "image/avif",
  ".webm": "video/webm",
};

/** The strict policy that the package is promised to run under; the tests fetch pictures of theirs from blob: and data: too. */
export const strictPolicy = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "img-src 'self' blob: data:",
  "connect-src 'self' blob: data:",
  "media-src 'self' blob:",
  "worker-src 'self'",
  "manifest-src 'self'",
].join("; ");

/** What a page that uses the package needs: the package, the fixtures, the harness's own pages, the shared pictures. */
const packageFolders = {
  "/glimpse-clip/dist/": path.join(packageFolder, "dist"),
  "/glimpse-clip/models/": path.join(packageFolder, "models"),
  "/fixtures/": fixturesFolder,
  "/harness/": path.join(import.meta.dirname, "site"),
  ...(sharedFolder && { "/shared/": sharedFolder }),
};

/**
 * Starts a server of `folders`, which maps URL prefixes (with a slash at both ends) to folders, and of `mounts`, which adds
 * to them. `policy` is sent as the Content-Security-Policy of every answer; an empty one is not sent. So are `headers`.
 */
export async function startServer({ folders, mounts, policy = strictPolicy, headers = {} } = {}) {
  const served = { ...(folders ?? packageFolders), ...mounts };
  const routes = new Map();
  const asked = [];

  const server = createServer((request, response) => {
    const url = new URL(request.url, "http://127.0.0.1");
    asked.push(url.pathname);
    if (policy) response.setHeader("Content-Security-Policy", policy);
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    response.setHeader("Cache-Control", "no-store");
    const route = routes.get(url.pathname);
    if (route) return route(request, response, url);
    const [prefix] = Object.keys(served)
      .filter((candidate) => url.pathname.startsWith(candidate))
      .sort((one, other) => other.length - one.length);
    if (!prefix) return refuse(response);
    const inside = decodeURIComponent(url.pathname.slice(prefix.length)) || "index.html";
    sendFile(request, response, path.join(served[prefix], path.normalize(`/${inside}`)));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));

  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    /** The path of every request so far, in order. */
    asked,
    /** Answers one path by a handler `(request, response, url)` instead of from a folder. */
    route: (pathname, handler) => routes.set(pathname, handler),
    /** Serves one more folder under a prefix. */
    mount: (prefix, folder) => (served[prefix] = folder),
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

function refuse(response) {
  response.writeHead(404, { "Content-Type": "text/plain" }).end("not found");
}

/** Streams one file from the disk, so that a checkpoint of any size is never in this process's memory. */
export function sendFile(request, response, file) {
  const found = statSync(file, { throwIfNoEntry: false });
  if (!found?.isFile()) return refuse(response);
  response.writeHead(200, {
    "Content-Type": types[path.extname(file).toLowerCase()] ?? "application/octet-stream",
    "Content-Length": found.size,
  });
  if (request.method === "HEAD") return response.end();
  createReadStream(file)
    .on("error", () => response.destroy())
    .pipe(response);
}

/** Answers with a script made on the spot. */
export function sendScript(response, source) {
  response.writeHead(200, { "Content-Type": types[".js"] }).end(source);
}
