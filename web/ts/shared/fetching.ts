/** `fetch` with errors that name the URL and what to check, and what a response's headers say of a file. */

import { GlimpseError, messageOf } from "./errors.js";
import { host } from "./host.js";

/** `fetch` whose error names the URL and what to check. */
export async function fetchFrom(url: string, init?: RequestInit): Promise<Response> {
  try {
    return await host.fetch(url, init);
  } catch (error) {
    throw unreachable(url, messageOf(error));
  }
}

/** The body of a URL as a Blob; every failure, a dropped connection too, is `network`. */
export async function fetchBlob(url: string, init?: RequestInit): Promise<Blob> {
  const response = await fetchFrom(url, init);
  if (!response.ok) throw httpError(response, url);
  try {
    return await response.blob();
  } catch (error) {
    throw new GlimpseError("network", `${url} broke off (${messageOf(error)}); try again`);
  }
}

/** The error for a response that is not a success. */
export function httpError(response: Response, url: string): GlimpseError {
  if (/^file:/i.test(url)) {
    const path = decodeURIComponent(new URL(url).pathname);
    return new GlimpseError("network", `there is no file ${path}: check the path`);
  }
  const advice =
    response.status === 401 || response.status === 403
      ? "it is not public, or gated, or not there; download it yourself and give it as a file, or from a place of your own"
      : response.status >= 500
        ? "the server has a problem; try again later"
        : "check the address";
  return new GlimpseError("network", `${url} answered ${response.status}: ${advice}`);
}

/** The error for a server that did not respond. */
export function unreachable(url: string, detail: string): GlimpseError {
  return new GlimpseError(
    "network",
    `${url} could not be fetched (${detail}); is the address right, ` +
      // Only pages have a location, and an origin that a server may shut out.
      ("location" in globalThis
        ? "are you online, and does that server allow this page to read it (CORS)?"
        : "and are you online?"),
  );
}

/** A response's ETag; a hub's large files have it in a header of its own. */
export function etagOf({ headers }: Response): string | null {
  return headers.get("x-linked-etag") ?? headers.get("etag");
}

/** A response's Content-Length; `null` where there is none. */
export function contentLength({ headers }: Response): number | null {
  const length = headers.get("content-length");
  return length === null ? null : Number(length);
}

/** Whether the response has a content encoding: its length is then not the file's, and range requests do not work. */
export function isEncoded({ headers }: Response): boolean {
  return headers.has("content-encoding");
}

/** Whether the answer is a web page: single-page servers answer every unknown path with their index page. */
export function isWebPage({ headers }: Response): boolean {
  return headers.get("content-type")?.startsWith("text/html") ?? false;
}
