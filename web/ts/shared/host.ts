/** The host environment, as far as the code must know: a browser by default, Node.js where that entry (`node/`) says so. */

import type { FromWorker, ToWorker } from "./protocol.js";

/** The part of the `Worker` interface that the client uses. */
export interface WorkerLike {
  onmessage: ((event: MessageEvent<FromWorker>) => void) | null;
  onmessageerror: ((event: MessageEvent) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
  postMessage(message: ToWorker, transfer: Transferable[]): void;
  terminate(): void;
}

/** What differs between the environments. */
export interface Host {
  /** What relative URLs are relative to. */
  baseUrl(): string;
  /** `fetch`, for `data:` URLs whatever the page's policy says, and for `file:` URLs in Node.js. */
  fetch(url: string, init?: RequestInit): Promise<Response>;
  /** Starts the worker that `workerUrl` names, or else the package's own; `null`: as browsers start theirs. */
  readonly startWorker: ((workerUrl: string | URL | undefined) => WorkerLike) | null;
}

/** The environment that the package runs in. */
export let host: Host = {
  baseUrl: () => (typeof document === "undefined" ? location.href : document.baseURI),
  fetch: async (url, init) => inlined(url) ?? fetch(url, init),
  startWorker: null,
};

/** Replaces the browser's environment; called before anything else is. */
export function setHost(other: Host): void {
  host = other;
}

/**
 * The answer that a `data:` URL is. Bundlers make such URLs of small files, and a strict `connect-src` lets nobody fetch them.
 * `null` for other URLs.
 */
function inlined(url: string): Response | null {
  const [, type, base64, data] = /^data:([^,]*?)(;base64)?,(.*)$/is.exec(url) ?? [];
  if (type === undefined || data === undefined) return null;
  const text = decodeURIComponent(data);
  const body = base64 ? Uint8Array.from(atob(text), (byte) => byte.charCodeAt(0)) : text;
  const headers = { "content-type": type || "text/plain" };
  return new Response(body, { headers });
}
