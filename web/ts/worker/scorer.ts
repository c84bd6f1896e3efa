/** Puts questions about a picture into the form that Rust takes: texts, label packs and all that a model was taught; packs are kept open. */

import { type Classifier as Bindings, LabelPack, checkRequest } from "#glimpse";
import { taughtList } from "../built-in/taught-list.js";
import { usualFillers } from "../built-in/usual-fillers.js";
import { BUILT_INS, isBuiltIn } from "../shared/built-ins.js";
import { GlimpseError } from "../shared/errors.js";
import type { Calls, FillersMessage, LabelsMessage } from "../shared/protocol.js";
import { readBlob } from "../shared/streams.js";

/** How many packs are kept open; each is as large as its embeddings. */
const PACK_CACHE_SIZE = 16;

/** The number of the pack of all that the model was taught; those of the client's packs are 0 and above. */
const TAUGHT = -1;

/** The part of a `classify` call that says how to score. */
export type ScoringMessage = Pick<Calls["classify"]["ask"], "labels" | "fillers" | "topK">;

/** What a model is asked about a picture, as Rust reads it (`web/src/question.rs`). */
export interface Question {
  readonly labels: Candidates;
  readonly fillers: Candidates | null;
  readonly topK: number | null;
}

type Candidates =
  | { readonly texts: { readonly labels: string[]; readonly templates: string[] } }
  | { readonly pack: number };

/** Throws for labels and templates that cannot be used. */
export function checkTexts({ labels, templates }: Extract<LabelsMessage, { kind: "texts" }>): void {
  checkRequest(labels, templates);
}

/** What a loaded model is asked with. */
export class Scorer {
  readonly #bindings: Bindings;
  readonly #model: string;
  readonly #taught: string | null;
  /** The client's keys of the packs that Rust keeps, the least recently used first. */
  readonly #packs = new Set<number>();
  /** Whether Rust keeps the pack of all that the model was taught. */
  #hasTaught = false;

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

  /** The question of a `classify` call. */
  async question({ labels, fillers, topK }: ScoringMessage): Promise<Question> {
    return {
      labels: await this.#candidates(labels),
      fillers: fillers && (await this.#candidates(await this.#textsOf(fillers))),
      topK,
    };
  }

  /**
   * The question which of all that the model was taught fit best.
   *
   * @throws GlimpseError `unsupported-model` for models that come without such a list, `network` where it cannot be had
   */
  async taughtQuestion(topK: number): Promise<Question> {
    if (!this.#hasTaught) this.#bindings.keepPack(TAUGHT, await this.#encodeTaught());
    this.#hasTaught = true;
    return { labels: { pack: TAUGHT }, fillers: null, topK };
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

  async #candidates(message: LabelsMessage): Promise<Candidates> {
    if (message.kind === "pack") {
      await this.#open(message);
      return { pack: message.key };
    }
    const { labels, templates } = message;
    return { texts: { labels, templates } };
  }

  /** Has Rust keep a pack. */
  async #open({ key, blob }: Extract<LabelsMessage, { kind: "pack" }>): Promise<void> {
    if (!this.#packs.delete(key)) {
      const bytes = new Uint8Array(await readBlob(blob, "the label pack"));
      this.#bindings.keepPack(key, LabelPack.fromBytes(bytes));
    }
    this.#packs.add(key);
    const [oldest] = this.#packs;
    if (oldest !== undefined && this.#packs.size > PACK_CACHE_SIZE) {
      this.#packs.delete(oldest);
      this.#bindings.dropPack(oldest);
    }
  }
}
