/** In the worker: a model whose files are the site's own, requested at once and cached by HTTP alone. */

import { GlimpseError, messageOf } from "../../shared/errors.js";
import {
  contentLength,
  fetchFrom,
  httpError,
  isEncoded,
  isWebPage,
} from "../../shared/fetching.js";
import { type Chunk, type FileStream, chunksOf, streamOf } from "../../shared/streams.js";
import type { OnFileProgress } from "../download/transfer.js";
import type { ModelSource } from "./model-source.js";

/** Files with a URL each. */
export class UrlSource implements ModelSource {
  readonly revision = null;
  readonly stale = false;
  /** Responses that nobody has read yet; each is read once. */
  readonly #prefetched = new Map<string, Promise<Response>>();
  readonly #report: OnFileProgress;

  constructor(
    readonly name: string,
    private readonly urls: Readonly<Record<string, string>>,
    report: OnFileProgress,
  ) {
    this.#report = report;
    // These files are all there is, so they need not wait for the wasm that will ask for them.
    for (const [file, url] of Object.entries(urls)) {
      const response = fetchFrom(url);
      // Whoever reads the file hears of the failure; until then it is nobody's.
      response.catch(() => undefined);
      this.#prefetched.set(file, response);
    }
  }

  async read(file: string): Promise<Chunk | null> {
    const response = await this.request(file);
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
    const response = await this.request(file);
    if (!response?.body) return null;
    const total = (isEncoded(response) ? null : contentLength(response)) ?? undefined;
    const report = this.#report;
    async function* counted(body: ReadableStream<Chunk>): AsyncGenerator<Chunk, void> {
      let loaded = 0;
      for await (const chunk of chunksOf(body)) {
        loaded += chunk.length;
        report("download", file, loaded, total ?? null);
        yield chunk;
      }
    }
    return { stream: streamOf(counted(response.body)), total };
  }

  isLocal(): boolean {
    return false;
  }

  async markLoaded(): Promise<boolean> {
    return false;
  }

  async evict(): Promise<void> {}

  async invalidate(): Promise<void> {}

  private async request(file: string): Promise<Response | null> {
    const url = Object.hasOwn(this.urls, file) ? this.urls[file] : undefined;
    if (url === undefined) return null;
    const prefetched = this.#prefetched.get(file);
    this.#prefetched.delete(file);
    const response = await (prefetched ?? fetchFrom(url));
    // All of them are the package's own: one that is missing is no other layout, but a site that does not serve it.
    if (!response.ok) throw httpError(response, url);
    if (!isWebPage(response)) return response;
    throw new GlimpseError(
      "network",
      `${url} is a web page and not the model's file: serve the package's models folder as it lies`,
    );
  }
}
