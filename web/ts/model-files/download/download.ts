/** Fetches a file's bytes in order, over as many requests as it takes: cuts and busy servers are tried again. */

import { GlimpseError, messageOf } from "../../shared/errors.js";
import {
  contentLength,
  etagOf,
  httpError,
  isEncoded,
  isWebPage,
  unreachable,
} from "../../shared/fetching.js";
import type { Chunk } from "../../shared/streams.js";

/** A file on a server. */
export interface RemoteFile {
  readonly url: string;
  /** Its length in bytes, where it is known beforehand. */
  readonly size: number | null;
  /** The version that bytes got earlier belong to; `null` where none is known. */
  readonly etag: string | null;
}

/** How to fetch it. */
export interface DownloadOptions {
  /** The byte to begin with. */
  readonly from?: number;
  /** An answer that is there already, to a request for the whole file. */
  readonly answer?: Response | undefined;
  readonly signal?: AbortSignal | undefined;
  /** What all requests carry. */
  readonly init?: RequestInit;
  /** How often to try without a byte that is new; {@link TRIES} unless said otherwise. */
  readonly tries?: number;
  /** Told the version that the bytes to come are of, before the first of them. */
  readonly onVersion?: (etag: string) => Promise<void>;
}

/** Another version of a file took its place while it was being read: what was read so far is of no use. */
export class FileChanged extends Error {
  constructor(readonly url: string) {
    super(`${url} changed while it was being downloaded`);
  }
}

/** Nobody answered, or only to say that it cannot be done now. */
export class Unanswered extends GlimpseError {}

/** How often a request is made without a new byte, where the server was heard of before. */
const TRIES = 5;
/** How often where it never answered: most likely nobody is there, or CORS forbids. */
const TRIES_UNHEARD = 3;
/** The first pause before a request is made again; each next is twice as long. In milliseconds. */
const PAUSE = 500;
/** A server that asks for a longer pause than this is not waited for. */
const LONGEST_PAUSE = 60_000;
/** After so many milliseconds without a byte, a connection counts as cut. */
const STALLED = 60_000;

/** A request that may fare better the next time. */
class Cut extends Error {
  /** `pause`: milliseconds that the server asks to be left alone for. */
  constructor(
    message: string,
    readonly heard: boolean,
    readonly pause = 0,
  ) {
    super(message);
  }
}

/**
 * The file's bytes from `from` to its end.
 *
 * @throws GlimpseError `network` where the server refuses, or breaks off too often; `integrity` where it has another length
 * than it should
 * @throws FileChanged where the server has another version than that of the bytes before
 */
export async function* download(
  file: RemoteFile,
  { from = 0, answer, signal, init = {}, tries = TRIES, onVersion }: DownloadOptions = {},
): AsyncGenerator<Chunk, void> {
  let at = from;
  let { size, etag } = file;
  /** Whether parts can be asked for: not of what is compressed on its way. */
  let ranges = true;
  let heard = answer !== undefined;
  let failures = 0;
  while (size === null || at < size) {
    const attempt = new AbortController();
    const stop = () => attempt.abort(signal?.reason);
    signal?.addEventListener("abort", stop, { once: true });
    try {
      signal?.throwIfAborted();
      const response =
        answer ?? (await request(file.url, ranges ? at : 0, { ...init, signal: attempt.signal }));
      answer = undefined;
      heard = true;
      const version = etagOf(response);
      if (etag !== null && version !== null && etag !== version) throw new FileChanged(file.url);
      if (etag === null && version !== null) await onVersion?.(version);
      etag ??= version;
      const encoded = isEncoded(response);
      const start = startOf(response, at, size, encoded);
      if (start === null) {
        // Another part than the one that was asked for: from now on the whole is asked for, and what is known passed over.
        ranges = false;
        throw new Cut("it answered with another part of the file than was asked for", true);
      }
      ranges &&= !encoded;
      size ??= lengthOf(response, start, encoded);
      let passed = start;
      for await (const chunk of bodyOf(response, attempt)) {
        passed += chunk.length;
        if (size !== null && passed > size) throw wrongLength(file.url, `more than ${size}`);
        // Without ranges, the file comes from its beginning again.
        const fresh = passed - at;
        if (fresh <= 0) continue;
        failures = 0;
        at = passed;
        yield fresh < chunk.length ? chunk.subarray(chunk.length - fresh) : chunk;
      }
      if (size === null) return;
      if (at < size) throw new Cut(`it ended after ${at} of ${size} bytes`, true);
    } catch (error) {
      if (signal?.aborted) throw new GlimpseError("aborted", "the download was given up");
      if (!(error instanceof Cut)) throw error;
      // What has neither a length nor a version cannot be continued: nobody could say whether the parts fit together.
      const lost = at > 0 && etag === null && file.size === null;
      failures += 1;
      heard ||= error.heard;
      const most = Math.min(tries, heard ? TRIES : TRIES_UNHEARD);
      if (lost || failures >= most || error.pause > LONGEST_PAUSE) {
        throw givenUp(file.url, error, failures);
      }
      await pause(Math.max(error.pause, PAUSE * 2 ** (failures - 1)), signal);
    } finally {
      signal?.removeEventListener("abort", stop);
      attempt.abort();
    }
  }
}

/** The first answer for an address, after as many tries as a busy or unsteady server takes; whatever is below 500 is one. */
export function firstAnswer(
  url: string,
  { init, signal, tries = TRIES }: Pick<DownloadOptions, "init" | "signal" | "tries"> = {},
): Promise<Response> {
  return patiently(url, tries, signal, () => once(url, { ...init, ...(signal ? { signal } : {}) }));
}

/** One part of a file, or `null` where the server gives no parts. `end` is the first byte that is not in it. */
export function downloadRange(
  { url, etag }: RemoteFile,
  begin: number,
  end: number,
  init: RequestInit = {},
): Promise<Chunk | null> {
  const range = { ...init, headers: { Range: `bytes=${begin}-${end - 1}` } };
  return patiently(url, TRIES, undefined, async () => {
    const response = await once(url, range);
    const version = etagOf(response);
    if (response.status !== 206 || (etag !== null && version !== null && etag !== version)) {
      await response.body?.cancel();
      return null;
    }
    const body = response.arrayBuffer().catch((error) => {
      throw new Cut(messageOf(error), true);
    });
    const bytes = new Uint8Array(await body);
    return bytes.length === end - begin ? bytes : null;
  });
}

/** What `ask` gives, which is asked again where a {@link Cut} comes of it. */
async function patiently<T>(
  url: string,
  tries: number,
  signal: AbortSignal | undefined,
  ask: () => Promise<T>,
): Promise<T> {
  for (let failures = 1; ; failures += 1) {
    try {
      return await ask();
    } catch (error) {
      if (signal?.aborted) throw new GlimpseError("aborted", "the download was given up");
      if (!(error instanceof Cut)) throw error;
      const most = Math.min(tries, error.heard ? TRIES : TRIES_UNHEARD);
      if (failures >= most || error.pause > LONGEST_PAUSE) throw givenUp(url, error, failures);
      await pause(Math.max(error.pause, PAUSE * 2 ** (failures - 1)), signal);
    }
  }
}

/** Asks for the file from byte `at` on. */
async function request(url: string, at: number, init: RequestInit): Promise<Response> {
  const part = at > 0 ? { headers: { Range: `bytes=${at}-` } } : {};
  const response = await once(url, { ...init, ...part });
  if (response.status === 416) throw wrongLength(url, `no more than ${at}`);
  if (!response.ok) throw httpError(response, url);
  if (isWebPage(response)) {
    throw new GlimpseError(
      "network",
      `${url} answered with a web page and not with the file; is there a login page between here and there?`,
    );
  }
  return response;
}

/** One request; a failure that may pass is a {@link Cut}. */
async function once(url: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, init);
  } catch (error) {
    throw new Cut(messageOf(error), false);
  }
  const { status } = response;
  if (status !== 408 && status !== 429 && status < 500) return response;
  await response.body?.cancel();
  throw new Cut(`it answered ${status}`, true, retryAfter(response));
}

/** The byte that the answer begins with; `null` where it is no part that can be used. */
function startOf(
  response: Response,
  at: number,
  size: number | null,
  encoded: boolean,
): number | null {
  if (response.status !== 206) {
    const length = encoded ? null : contentLength(response);
    if (size !== null && length !== null && length !== size) {
      throw wrongLength(response.url, `${length}, and not ${size},`);
    }
    return 0;
  }
  const range = response.headers.get("content-range");
  if (range === null) {
    // CORS may hide it; the length then tells whether this is the rest.
    return size !== null && contentLength(response) === size - at ? at : null;
  }
  const [, start, total] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(range) ?? [];
  const fits = Number(start) === at && (size === null || total === "*" || Number(total) === size);
  return fits ? at : null;
}

/** The whole file's length by its answer. */
function lengthOf(response: Response, start: number, encoded: boolean): number | null {
  const length = encoded ? null : contentLength(response);
  return length === null ? null : start + length;
}

/** The answer's bytes as they come; a connection that breaks off, or falls silent, ends in a {@link Cut}. */
async function* bodyOf(response: Response, attempt: AbortController): AsyncGenerator<Chunk, void> {
  if (!response.body) return;
  const reader = response.body.getReader();
  try {
    for (;;) {
      const { done, value } = await unlessStalled(reader.read());
      if (done) return;
      yield value;
    }
  } finally {
    // An answer that nobody reads on is stopped.
    await reader.cancel().catch(() => undefined);
    attempt.abort();
  }
}

/** What was read; a {@link Cut} where it cannot be, or no byte comes for too long. */
async function unlessStalled<T>(read: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stalled = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("no byte came for a minute")), STALLED);
  });
  try {
    return await Promise.race([read, stalled]);
  } catch (error) {
    throw new Cut(messageOf(error), true);
  } finally {
    clearTimeout(timer);
  }
}

function retryAfter({ headers }: Response): number {
  const asked = headers.get("retry-after");
  if (asked === null) return 0;
  const seconds = Number(asked);
  const milliseconds = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(asked) - Date.now();
  return Number.isFinite(milliseconds) ? Math.max(0, milliseconds) : 0;
}

function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      clearTimeout(timer);
      reject(new GlimpseError("aborted", "the download was given up"));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    }, milliseconds);
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}

function wrongLength(url: string, found: string): GlimpseError {
  return new GlimpseError(
    "integrity",
    `${url} has ${found} bytes, which is not what it should have: it is damaged, or was changed on the server; try again`,
  );
}

function givenUp(url: string, cut: Cut, tries: number): Unanswered {
  if (!cut.heard) return new Unanswered("network", unreachable(url, cut.message).message);
  if (cut.pause > LONGEST_PAUSE) {
    const seconds = Math.ceil(cut.pause / 1000);
    return new Unanswered(
      "network",
      `${url}: ${cut.message}, and asks to be left alone for ${seconds} seconds; try again then`,
    );
  }
  const often = tries > 1 ? `, ${tries} times in a row` : "";
  return new Unanswered("network", `${url} broke off (${cut.message})${often}; try again`);
}
