/** `fetch` that reads `file:` URLs from the disk, and answers them as a server would: status, length, ranges. */

import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { Readable } from "node:stream";
import { fileURLToPath } from "node:url";

/** The type without which no wasm is compiled while it arrives; nothing else is asked for its type. */
const WASM = "application/wasm";

/** Node's own `fetch`, which knows no `file:`; taken here, before the worker thread replaces the global one. */
const fetchFromNetwork = globalThis.fetch;

/** Fetches from the disk where the URL begins with `file:`, else as Node does. */
export async function fetchWithFiles(
  url: string | URL | Request,
  init: RequestInit = {},
): Promise<Response> {
  const address = url instanceof Request ? url.url : String(url);
  if (!/^file:/i.test(address)) return fetchFromNetwork(url, init);
  const path = fileURLToPath(address);
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return null;
    throw error;
  });
  if (!found?.isFile()) return named(new Response(null, { status: 404 }), address);
  const range = rangeOf(init.headers, found.size);
  const { begin, end } = range ?? { begin: 0, end: found.size };
  const headers = new Headers({
    "content-length": String(end - begin),
    "content-type": path.endsWith(".wasm") ? WASM : "application/octet-stream",
    ...(range && { "content-range": `bytes ${begin}-${end - 1}/${found.size}` }),
  });
  const empty = init.method === "HEAD" || begin === end;
  const body = empty ? null : createReadStream(path, { start: begin, end: end - 1 });
  // Without a listener for its abort, a file that nobody reads on would stay open until it is collected.
  if (body) init.signal?.addEventListener("abort", () => body.destroy(), { once: true });
  const stream = body && (Readable.toWeb(body) as ReadableStream<Uint8Array<ArrayBuffer>>);
  return named(new Response(stream, { status: range ? 206 : 200, headers }), address);
}

/** The part that a `Range: bytes=begin-end` header asks for, `end` exclusive; null where it asks for none of the file. */
function rangeOf(headers: HeadersInit | undefined, size: number): Part | null {
  const wanted = /^bytes=(\d+)-(\d*)$/.exec(new Headers(headers).get("range") ?? "");
  if (!wanted) return null;
  const begin = Number(wanted[1]);
  const end = wanted[2] ? Math.min(Number(wanted[2]) + 1, size) : size;
  return begin < end ? { begin, end } : null;
}

interface Part {
  readonly begin: number;
  readonly end: number;
}

/** A response that was made and not fetched has an empty URL; messages quote it. */
function named(response: Response, url: string): Response {
  return Object.defineProperty(response, "url", { value: url });
}
