/** A model that is a folder on a plain server: the known file names are tried; what has a version is kept and asked after. */

import { checkRoom } from "../download/transfer.js";
import { Arrivals, type Asked } from "../download/model-transfers.js";
import { Unanswered, firstAnswer } from "../download/download.js";
import { contentLength, etagOf, httpError, isEncoded, isWebPage } from "../../shared/fetching.js";
import type { ModelSource, Opening } from "./model-source.js";
import type { SourceMessage } from "../../shared/protocol.js";
import type { FileStore } from "../store/file-store.js";
import {
  type FileNote,
  isComplete,
  pathOfFolder,
  readRecord,
  removeFile,
  wholeFile,
  writeRecord,
} from "../store/cache-records.js";
import type { Chunk, FileStream } from "../../shared/streams.js";

type FolderMessage = Extract<SourceMessage, { kind: "folder" }>;

/** Opens the folder. */
export async function openFolder(
  message: FolderMessage,
  store: FileStore | null,
  opening: Opening,
): Promise<ModelSource> {
  const path = await pathOfFolder(message.base);
  const record = store && (await readRecord(store, path));
  const complete = store && record ? await isComplete(store, path, record) : false;
  const copy = complete && record ? record.needed : null;
  return new FolderSource(message, path, store, opening, copy);
}

class FolderSource implements ModelSource {
  readonly revision = null;
  readonly name: string;
  readonly #arrivals: Arrivals;
  /** The files that were asked for and are there. */
  readonly #needed = new Set<string>();
  /** What is known of a file since it was first asked for, for its parts. */
  readonly #asked = new Map<string, Asked>();
  readonly #base: string;

  constructor(
    { name, base }: FolderMessage,
    private readonly path: string,
    private readonly store: FileStore | null,
    opening: Opening,
    /** The files of the whole copy that is kept; `null` where there is none. */
    private readonly copy: readonly string[] | null,
  ) {
    this.name = name;
    this.#base = base;
    this.#arrivals = new Arrivals(store, opening.report, {});
  }

  get outdated(): boolean {
    return this.#arrivals.outdated;
  }

  async read(file: string): Promise<Chunk | null> {
    const asked = await this.ask(file);
    if (!asked) return null;
    return this.#arrivals.read(asked);
  }

  async open(file: string): Promise<FileStream | null> {
    const asked = await this.ask(file);
    if (!asked) return null;
    const { wanted, whole } = asked;
    if (this.store && !whole && "path" in wanted) {
      const begun = (await this.store.blob(wanted.path))?.size ?? 0;
      await checkRoom(this.store, Math.max(0, wanted.size - begun), file);
    }
    if (this.store && (whole || "path" in wanted)) await this.note(this.store);
    return this.#arrivals.open(asked);
  }

  async readRange(file: string, begin: number, end: number): Promise<Chunk | null> {
    const known = this.#asked.get(file);
    if (!known) return null;
    const kept = this.store && (await wholeFile(this.store, `${this.path}/${file}`));
    const whole = kept && kept.note.etag === known.wanted.etag ? kept.blob : known.whole;
    return this.#arrivals.range({ ...known, whole }, begin, end);
  }

  isHere(file: string): boolean {
    return this.#arrivals.here.has(file);
  }

  async has(file: string): Promise<boolean> {
    return (await this.request(file, "HEAD")) !== null;
  }

  async loaded(): Promise<boolean> {
    const { store } = this;
    if (!store || !(await isComplete(store, this.path, { needed: [...this.#needed] })))
      return false;
    // Deleted in another tab before its first byte came, it has lost its record: without one nobody would find it.
    await this.note(store);
    return true;
  }

  async discard(): Promise<void> {
    await this.store?.remove(this.path);
  }

  distrust(): Promise<void> {
    return this.#arrivals.distrust();
  }

  private async ask(file: string): Promise<Asked | null> {
    const path = `${this.path}/${file}`;
    const kept = this.store && (await wholeFile(this.store, path));
    const asked = kept ? await this.revalidated(file, path, kept) : await this.fresh(file, path);
    if (!asked) return null;
    this.#needed.add(file);
    this.#asked.set(file, { wanted: asked.wanted, whole: asked.whole });
    return asked;
  }

  /** A file that is kept: one question tells whether the server still has the same. */
  private async revalidated(
    file: string,
    path: string,
    { blob, note }: { blob: Blob; note: FileNote },
  ): Promise<Asked | null> {
    const { url, size, etag } = note;
    const same: Asked = { wanted: { file, url, size, sha256: null, etag, path }, whole: blob };
    let response: Response | null;
    try {
      response = await this.request(file, "HEAD");
    } catch (error) {
      // A server that cannot be reached is what copies are kept for.
      if (this.copy?.includes(file) && error instanceof Unanswered) return same;
      throw error;
    }
    if (response && etagOf(response) === etag) return same;
    if (this.store) await removeFile(this.store, path);
    return response && this.fresh(file, path);
  }

  private async fresh(file: string, path: string): Promise<Asked | null> {
    // What was begun is gone on with where it broke off: the whole of it need not be asked for.
    const begun = ((await this.store?.blob(path))?.size ?? 0) > 0;
    let response: Response | null;
    try {
      response = await this.request(file, begun ? "HEAD" : "GET");
    } catch (error) {
      // Not one of the files of the whole copy: it was not there, or not needed, when that was made.
      if (this.copy && !this.copy.includes(file) && error instanceof Unanswered) return null;
      throw error;
    }
    if (!response) return null;
    const etag = etagOf(response);
    const size = isEncoded(response) ? null : contentLength(response);
    const wanted = { file, url: this.#base + file, size, sha256: null, etag };
    // Only a strong version says that two answers are the same, byte for byte.
    const keepable =
      this.store !== null && size !== null && etag !== null && !etag.startsWith("W/");
    return {
      wanted: keepable ? { ...wanted, size, path } : wanted,
      whole: null,
      answer: begun ? undefined : response,
    };
  }

  private async request(file: string, method: "GET" | "HEAD"): Promise<Response | null> {
    const url = this.#base + file;
    const init: RequestInit = method === "HEAD" ? { method, cache: "no-cache" } : { method };
    const response = await firstAnswer(url, this.copy ? { init, tries: 1 } : { init });
    if (method === "HEAD" && (response.status === 405 || response.status === 501)) {
      const whole = await this.request(file, "GET");
      await whole?.body?.cancel();
      return whole;
    }
    if (response.status === 404 || response.status === 410) return null;
    if (!response.ok) throw httpError(response, url);
    return isWebPage(response) ? null : response;
  }

  private async note(store: FileStore): Promise<void> {
    const { name } = this;
    const lastUsed = new Date().toISOString();
    const record = { name, hub: null, folder: this.#base, needed: [...this.#needed], lastUsed };
    // A computer that lets nothing be written keeps nothing; the model is loaded all the same.
    await writeRecord(store, this.path, record).catch(() => undefined);
  }
}
