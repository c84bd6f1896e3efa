/** In the worker: downloads a file over as many range requests as it takes, with retries after dropped connections and 5xx answers. */

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
  /** A response that has arrived already, to a request for the whole file. */
  readonly answer?: Response | undefined;
  readonly signal?: AbortSignal | undefined;
  /** What all requests carry. */
  readonly init?: RequestInit;
  /** How often to try without progress. Defaults to {@link TRIES}. */
  readonly tries?: number;
  /** Called with the version of the bytes to come, before the first of them. */
  readonly onVersion?: (etag: string) => Promise<void>;
}

/** The server has another version of the file than the bytes read so far are of. */
export class FileChanged extends Error {
  constructor(readonly url: string) {
    super(`${url} changed while it was being downloaded`);
  }
}

/** The server could not be reached, or is busy. */
export class Unanswered extends GlimpseError {}

/** Retry policy: how often a request is made without progress, of a server that has answered before. */
const TRIES = 5;
/** How often where it never answered: most likely it is down, or CORS forbids. */
const TRIES_UNANSWERED = 3;
/** The backoff before the first retry, in milliseconds; it doubles with each. */
const BACKOFF = 500;
/** A longer Retry-After than this is not waited for, in milliseconds. */
const LONGEST_PAUSE = 60_000;
/** A connection without a byte for so many milliseconds counts as dropped. */
const STALL_TIMEOUT = 60_000;

/** A failed request that may be retried. */
class Interruption extends Error {
  /** `answered`: the server was answered of. `pause`: its Retry-After, in milliseconds. */
  constructor(
    message: string,
    readonly answered: boolean,
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
  /** Whether range requests work: not with a content encoding. */
  let ranges = true;
  let answered = answer !== undefined;
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
      answered = true;
      const version = etagOf(response);
      if (etag !== null && version !== null && etag !== version) throw new FileChanged(file.url);
      if (etag === null && version !== null) await onVersion?.(version);
      etag ??= version;
      const encoded = isEncoded(response);
      const start = startOf(response, at, size, encoded);
      if (start === null) {
        // Not the range that was requested: from now on the whole file is, and the bytes read so far are skipped.
        ranges = false;
        throw new Interruption(
          "it answered with another part of the file than was asked for",
          true,
        );
      }
      ranges &&= !encoded;
      size ??= lengthOf(response, start, encoded);
      let position = start;
      for await (const chunk of bodyOf(response, attempt)) {
        position += chunk.length;
        if (size !== null && position > size) throw wrongLength(file.url, `more than ${size}`);
        // Without ranges, the file comes from its beginning again.
        const fresh = position - at;
        if (fresh <= 0) continue;
        failures = 0;
        at = position;
        yield fresh < chunk.length ? chunk.subarray(chunk.length - fresh) : chunk;
      }
      if (size === null) return;
      if (at < size) throw new Interruption(`it ended after ${at} of ${size} bytes`, true);
    } catch (error) {
      if (signal?.aborted) throw new GlimpseError("aborted", "the download was given up");
      if (!(error instanceof Interruption)) throw error;
      // Without a length and a version a download cannot be resumed: nothing says whether the parts fit together.
      const lost = at > 0 && etag === null && file.size === null;
      failures += 1;
      answered ||= error.answered;
      const limit = Math.min(tries, answered ? TRIES : TRIES_UNANSWERED);
      if (lost || failures >= limit || error.pause > LONGEST_PAUSE) {
        throw retriesExhausted(file.url, error, failures);
      }
      await pause(Math.max(error.pause, BACKOFF * 2 ** (failures - 1)), signal);
    } finally {
      signal?.removeEventListener("abort", stop);
      attempt.abort();
    }
  }
}

/** The first response of a URL, retried while the server is busy or unreachable; any status below 500 is a response. */
export function firstAnswer(
  url: string,
  { init, signal, tries = TRIES }: Pick<DownloadOptions, "init" | "signal" | "tries"> = {},
): Promise<Response> {
  return withRetries(url, tries, signal, () =>
    once(url, { ...init, ...(signal ? { signal } : {}) }),
  );
}

/** A range of a file, `end` exclusive; `null` where the server does not answer range requests. */
export function downloadRange(
  { url, etag }: RemoteFile,
  begin: number,
  end: number,
  init: RequestInit = {},
): Promise<Chunk | null> {
  const range = { ...init, headers: { Range: `bytes=${begin}-${end - 1}` } };
  return withRetries(url, TRIES, undefined, async () => {
    const response = await once(url, range);
    const version = etagOf(response);
    if (response.status !== 206 || (etag !== null && version !== null && etag !== version)) {
      await response.body?.cancel();
      return null;
    }
    const body = response.arrayBuffer().catch((error) => {
      throw new Interruption(messageOf(error), true);
    });
    const bytes = new Uint8Array(await body);
    return bytes.length === end - begin ? bytes : null;
  });
}

/** The result of `ask`, retried after an {@link Interruption}. */
async function withRetries<T>(
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
      if (!(error instanceof Interruption)) throw error;
      const limit = Math.min(tries, error.answered ? TRIES : TRIES_UNANSWERED);
      if (failures >= limit || error.pause > LONGEST_PAUSE)
        throw retriesExhausted(url, error, failures);
      await pause(Math.max(error.pause, BACKOFF * 2 ** (failures - 1)), signal);
    }
  }
}

/** Requests the file from byte `at` on. */
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

/** One request; a failure that may be transient throws an {@link Interruption}. */
async function once(url: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, init);
  } catch (error) {
    throw new Interruption(messageOf(error), false);
  }
  const { status } = response;
  if (status !== 408 && status !== 429 && status < 500) return response;
  await response.body?.cancel();
  throw new Interruption(`it answered ${status}`, true, retryAfter(response));
}

/** The byte that the response begins with; `null` where it is not the range that was requested. */
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

/** The whole file's length, by the response's headers. */
function lengthOf(response: Response, start: number, encoded: boolean): number | null {
  const length = encoded ? null : contentLength(response);
  return length === null ? null : start + length;
}

/** The response's body, chunk by chunk; a connection that drops or stalls throws an {@link Interruption}. */
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
    // A response that nobody reads further is aborted.
    await reader.cancel().catch(() => undefined);
    attempt.abort();
  }
}

/** The result of a read; throws an {@link Interruption} where it fails, or stalls. */
async function unlessStalled<T>(read: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stalled = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("no byte came for a minute")), STALL_TIMEOUT);
  });
  try {
    return await Promise.race([read, stalled]);
  } catch (error) {
    throw new Interruption(messageOf(error), true);
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

function retriesExhausted(url: string, last: Interruption, tries: number): Unanswered {
  if (!last.answered) return new Unanswered("network", unreachable(url, last.message).message);
  if (last.pause > LONGEST_PAUSE) {
    const seconds = Math.ceil(last.pause / 1000);
    return new Unanswered(
      "network",
      `${url}: ${last.message}, and asks to be left alone for ${seconds} seconds; try again then`,
    );
  }
  const often = tries > 1 ? `, ${tries} times in a row` : "";
  return new Unanswered("network", `${url} broke off (${last.message})${often}; try again`);
}
