/** Scores embedded pictures against texts and label packs, in the worker; packs stay open under their keys. */

import { foldFillers } from "./fold-fillers.js";
import { type Classifier as Bindings, LabelPack, checkRequest } from "#glimpse";
import type { Calls, LabelsMessage } from "./protocol.js";
import { readBlob } from "./streams.js";
import type { Score } from "./types.js";

/** How many packs stay open; each is as large as its embeddings. */
const OPEN_PACKS = 16;

/** What of a call says how to score. */
type Request = Pick<Calls["classify"]["ask"], "labels" | "fillers" | "topK">;

/** The scoring half of a loaded model. */
export class Scorer {
  readonly #bindings: Bindings;
  /** By the client's key, the least recently used first. */
  readonly #packs = new Map<number, LabelPack>();

  constructor(bindings: Bindings) {
    this.#bindings = bindings;
  }

  /** Throws for labels, templates and packs that cannot be used, before any work is done. */
  async check({ labels, fillers }: Pick<Request, "labels" | "fillers">): Promise<void> {
    for (const message of fillers ? [labels, fillers] : [labels]) {
      if (message.kind === "texts") checkRequest(message.labels, message.templates);
      else await this.#open(message);
    }
  }

  /** The scores of a picture's embedding, best first. */
  async score(
    embedding: Float32Array<ArrayBuffer>,
    { labels, fillers, topK }: Request,
  ): Promise<Score[]> {
    if (!fillers) return this.#scoresOf(embedding, labels, topK);
    const scores = await this.#scoresOf(embedding, labels, null);
    const others = await this.#scoresOf(embedding, fillers, null);
    return foldFillers(scores, others).slice(0, topK ?? undefined);
  }

  /** A pack of labels, as a safetensors file. */
  async embedLabels(labels: string[], templates: string[]): Promise<Uint8Array<ArrayBuffer>> {
    const pack = await this.#bindings.embedLabels(labels, templates);
    try {
      return pack.toBytes() as Uint8Array<ArrayBuffer>;
    } finally {
      pack.free();
    }
  }

  async #scoresOf(
    embedding: Float32Array<ArrayBuffer>,
    message: LabelsMessage,
    topK: number | null,
  ): Promise<Score[]> {
    const scores =
      message.kind === "texts"
        ? this.#bindings.classifyEmbedded(embedding, message.labels, message.templates, topK)
        : this.#bindings.classifyWithPack(embedding, await this.#open(message), topK);
    return (await scores) as Score[];
  }

  async #open({ key, blob }: Extract<LabelsMessage, { kind: "pack" }>): Promise<LabelPack> {
    const known = this.#packs.get(key);
    this.#packs.delete(key);
    const pack =
      known ?? LabelPack.fromBytes(new Uint8Array(await readBlob(blob, "the label pack")));
    this.#packs.set(key, pack);
    const [oldest] = this.#packs;
    if (oldest && this.#packs.size > OPEN_PACKS) {
      this.#packs.delete(oldest[0]);
      oldest[1].free();
    }
    return pack;
  }
}
