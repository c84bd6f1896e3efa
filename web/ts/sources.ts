/** Reads a model's files, in the worker, from a server or from files of this computer. */

import { GlimpseError, messageOf } from "./errors.js";
import { host } from "./host.js";
import type { SourceMessage } from "./protocol.js";

/** A file as it arrives. */
export interface FileStream {
  readonly stream: ReadableStream<Uint8Array<ArrayBuffer>>;
  /** Its length in bytes, where it is known beforehand. */
  readonly total: number | undefined;
}

/** What the Rust bindings pull a model's files from: the shape of their `ModelFiles`. `null`: there is no such file. */
export interface ModelFiles {
  readonly name: string;
  read(file: string): Promise<Uint8Array<ArrayBuffer> | null>;
  open(file: string): Promise<FileStream | null>;
}

/** A {@link ModelFiles} with what the worker itself asks. */
export interface ModelSource extends ModelFiles {
  /** True where files come from this computer and not over the network. */
  readonly local: boolean;
  /** Whether there is such a file, without reading it. */
  has(file: string): Promise<boolean>;
}

/** Opens what the client described. */
export function openSource(message: SourceMessage): ModelSource {
  switch (message.kind) {
    case "folder":
      return new WebSource(message.name, (file) => message.base + file);
    case "urls": {
      const source = new WebSource(message.name, (file) => message.urls[file] ?? null);
      // These files are all there is, so they need not wait for the wasm that will ask for them.
      source.ahead(Object.keys(message.urls));
      return source;
    }
    case "files":
      return new BlobSource(message.name, message.files);
  }
}

class WebSource implements ModelSource {
  readonly local = false;
  /** Answers that were asked for before anyone read them; each is read once. */
  readonly #early = new Map<string, Promise<Response>>();

  constructor(
    readonly name: string,
    private readonly urlOf: (file: string) => string | null,
  ) {}

  /** Asks for files that will be read soon. */
  ahead(files: readonly string[]): void {
    for (const file of files) {
      const url = this.urlOf(file);
      if (url === null) continue;
      const response = fetchFrom(url);
      // Whoever reads the file hears of the failure; until then it is nobody's.
      response.catch(() => undefined);
      this.#early.set(file, response);
    }
  }

  async read(file: string): Promise<Uint8Array<ArrayBuffer> | null> {
    const response = await this.request(file, "GET");
    if (!response) return null;
    try {
      return new Uint8Array(await response.arrayBuffer());
    } catch (error) {
      throw new GlimpseError(
        "network",
        `${response.url} broke off: ${messageOf(error)}; try again`,
      );
    }
  }

  async open(file: string): Promise<FileStream | null> {
    const response = await this.request(file, "GET");
    if (!response?.body) return null;
    // A compressed answer's length is not that of the file.
    const length = response.headers.has("content-encoding")
      ? null
      : response.headers.get("content-length");
    return { stream: response.body, total: length === null ? undefined : Number(length) };
  }

  async has(file: string): Promise<boolean> {
    return (await this.request(file, "HEAD")) !== null;
  }

  private async request(file: string, method: "GET" | "HEAD"): Promise<Response | null> {
    const url = this.urlOf(file);
    if (url === null) return null;
    const response = await this.fetch(file, url, method);
    if (response.status === 404 || response.status === 410) return null;
    if (!response.ok) throw httpError(response, url);
    // Single-page servers answer every unknown path with their index page.
    if (response.headers.get("content-type")?.startsWith("text/html")) return null;
    return response;
  }

  private fetch(file: string, url: string, method: "GET" | "HEAD"): Promise<Response> {
    const early = this.#early.get(file);
    if (!early || method !== "GET") return fetchFrom(url, { method });
    this.#early.delete(file);
    return early;
  }
}

class BlobSource implements ModelSource {
  readonly local = true;

  constructor(
    readonly name: string,
    private readonly files: Readonly<Record<string, Blob>>,
  ) {}

  async read(file: string): Promise<Uint8Array<ArrayBuffer> | null> {
    const blob = this.blob(file);
    return blob && new Uint8Array(await readBlob(blob, file));
  }

  async open(file: string): Promise<FileStream | null> {
    const blob = this.blob(file);
    return blob && { stream: blob.stream(), total: blob.size };
  }

  async has(file: string): Promise<boolean> {
    return this.blob(file) !== null;
  }

  private blob(file: string): Blob | null {
    return Object.hasOwn(this.files, file) ? (this.files[file] ?? null) : null;
  }
}

/** `fetch` whose failure names the URL and what to look at. */
export async function fetchFrom(url: string, init?: RequestInit): Promise<Response> {
  try {
    return await host.fetch(url, init);
  } catch (error) {
    throw new GlimpseError(
      "network",
      `${url} could not be fetched (${messageOf(error)}); is the address right, are you online, and does that server ` +
        "allow this page to read it (CORS)?",
    );
  }
}

/** The error for an answer that is not a success. */
export function httpError(response: Response, url: string): GlimpseError {
  const advice =
    response.status === 401 || response.status === 403
      ? "the file is not public, or the model is gated"
      : response.status >= 500
        ? "the server has a problem; try again later"
        : "check the address";
  return new GlimpseError("network", `${url} answered ${response.status}: ${advice}`);
}

/** A Blob's bytes; a file that changed or vanished since it was picked is reported as `network`: it could not be fetched. */
export async function readBlob(blob: Blob, name: string): Promise<ArrayBuffer> {
  try {
    return await blob.arrayBuffer();
  } catch (error) {
    throw new GlimpseError(
      "network",
      `${name} could not be read (${messageOf(error)}); was it moved or changed since it was picked? Pick it again`,
    );
  }
}
