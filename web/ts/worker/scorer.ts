/** Scores image embeddings, in the worker, against texts, label packs and all that a model was taught; open packs are cached. */

import { type Classifier as Bindings, LabelPack, checkRequest } from "#glimpse";
import { taughtList } from "../built-in/taught-list.js";
import { usualFillers } from "../built-in/usual-fillers.js";
import { BUILT_INS, isBuiltIn } from "../shared/built-ins.js";
import { GlimpseError } from "../shared/errors.js";
import type { Calls, FillersMessage, LabelsMessage } from "../shared/protocol.js";
import { readBlob } from "../shared/streams.js";
import type { Score } from "../shared/types.js";
import { foldFillers } from "./fold-fillers.js";

/** The capacity of the cache of open packs; each is as large as its embeddings. */
const PACK_CACHE_SIZE = 16;

/** The part of a `classify` call that says how to score. */
export type ScoringMessage = Pick<Calls["classify"]["ask"], "labels" | "fillers" | "topK">;

/** Throws for labels and templates that cannot be used. */
export function checkTexts({ labels, templates }: Extract<LabelsMessage, { kind: "texts" }>): void {
  checkRequest(labels, templates);
}

/** The scoring half of a loaded model. */
export class Scorer {
  readonly #bindings: Bindings;
  readonly #model: string;
  readonly #taught: string | null;
  /** An LRU cache by the client's key, the least recently used first. */
  readonly #packs = new Map<number, LabelPack>();
  /** All that the model was taught, once it was asked for. */
  #taughtPack: LabelPack | null = null;

  /** `taught`: where the list of what `model` was taught is; null for models that come without one. */
  constructor(bindings: Bindings, model: string, taught: string | null) {
    this.#bindings = bindings;
    this.#model = model;
    this.#taught = taught;
  }

  /** Throws for labels, templates and packs that cannot be used, before any work is done. */
  async check({ labels, fillers }: ScoringMessage): Promise<void> {
    for (const message of [labels, fillers]) {
      if (message?.kind === "texts") checkTexts(message);
      if (message?.kind === "pack") await this.#open(message);
    }
  }

  /** The scores of a picture's embedding, best first. */
  async score(
    embedding: Float32Array<ArrayBuffer>,
    { labels, fillers, topK }: ScoringMessage,
  ): Promise<Score[]> {
    if (!fillers) return this.#scoresOf(embedding, labels, topK);
    const scores = await this.#scoresOf(embedding, labels, null);
    const others = await this.#scoresOf(embedding, await this.#textsOf(fillers), null);
    return foldFillers(scores, others).slice(0, topK ?? undefined);
  }

  /**
   * The scores of the best of all that the model was taught.
   *
   * @throws GlimpseError `unsupported-model` for models that come without such a list, `network` where it cannot be had
   */
  async suggest(embedding: Float32Array<ArrayBuffer>, topK: number): Promise<Score[]> {
    this.#taughtPack ??= await this.#encodeTaught();
    return this.#bindings.classifyWithPack(embedding, this.#taughtPack, topK) as Score[];
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

  async #encodeTaught(): Promise<LabelPack> {
    if (this.#taught === null || !isBuiltIn(this.#model)) {
      throw new GlimpseError(
        "unsupported-model",
        `"${this.#model}" tells of nothing that it was taught: give it labels of your own, or ask "auto", "mini" or "mini-photo"`,
      );
    }
    const { concepts } = await taughtList(this.#taught);
    return this.#bindings.embedLabels([...concepts], [BUILT_INS[this.#model].template]);
  }

  /** Fillers in the form of labels. */
  async #textsOf(fillers: FillersMessage): Promise<LabelsMessage> {
    if (fillers.kind !== "usual") return fillers;
    const { beside, templates } = fillers;
    const taught = this.#taught === null ? null : await taughtList(this.#taught);
    // A label that is its own competitor would halve its score.
    const labels = usualFillers(taught, beside).filter((filler) => !beside.includes(filler));
    if (labels.length > 0) return { kind: "texts", labels, templates };
    throw new GlimpseError(
      "no-labels",
      "the labels name all that the model could have in their place: give noneOfThese some texts of your own",
    );
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
    if (oldest && this.#packs.size > PACK_CACHE_SIZE) {
      this.#packs.delete(oldest[0]);
      oldest[1].free();
    }
    return pack;
  }
}
