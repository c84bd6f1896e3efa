/** `LabelPack`: labels that a model has read already, as a small safetensors file. */

import { GlimpseError } from "../shared/errors.js";
import { fetchBlob } from "../shared/fetching.js";
import type { LabelsMessage } from "../shared/protocol.js";
import { readBlob } from "../shared/streams.js";
import { absolute } from "../shared/urls.js";

/** What `__metadata__` says under "format" and "version" (crates/classifier writes it). */
const FORMAT = "glimpse.label-pack";
const VERSION = "2";
/** Packs of this version knew their model by samples of its image tower alone. */
const SAMPLED = "1";

/** The longest header that is read: a million labels of a hundred letters. */
const MAX_HEADER = 100_000_000;

/** Cache keys of packs. */
const keys = new WeakMap<LabelPack, number>();
let nextKey = 0;

/** What the header of a pack tells. */
type PackInfo = Pick<LabelPack, "labels" | "templates" | "model" | "fingerprint">;

/**
 * Labels whose text embeddings are computed already. A page that ships one classifies without loading the half of the model
 * that reads texts (`loadTextTower: false`), and without reading the labels at every start.
 *
 * It fits the model that it was made with, told by a hash of its weights; with another one, `classify` rejects with
 * `unsupported-model`. A model without its text tower compares the image tower alone. It is a safetensors file: the tensor `text_embeds`, f32 `[labels, dimensions]`, and the rest as metadata.
 *
 * @example
 * ```ts
 * // Once, for instance in a build step:
 * const pack = await classifier.embedLabels(["dog", "cat"], { hypothesisTemplate: "a drawing of a {}" });
 * save(pack.toBlob());
 *
 * // In the page:
 * const small = await Classifier.create({ loadTextTower: false });
 * const scores = await small.classify(file, await LabelPack.load("./pets.safetensors"));
 * ```
 */
export class LabelPack {
  /** The labels, in the order that they were given in. */
  readonly labels: readonly string[];
  /** The templates that they were put in; none where they were used as typed. */
  readonly templates: readonly string[];
  /** The name of the model that read them. */
  readonly model: string;
  /** That model's {@link ClassifierInfo.fingerprint}. */
  readonly fingerprint: string;
  readonly #file: Blob;

  private constructor({ labels, templates, model, fingerprint }: PackInfo, file: Blob) {
    this.labels = Object.freeze([...labels]);
    this.templates = Object.freeze([...templates]);
    this.model = model;
    this.fingerprint = fingerprint;
    this.#file = file;
    keys.set(this, nextKey++);
  }

  /**
   * Reads a pack: a file, its bytes, or its address (a relative one is relative to the page). No model is needed for it.
   *
   * @throws GlimpseError `integrity` where it is no label pack or is damaged, `unsupported-model` where an earlier version made it,
   * `network` where it cannot be fetched or read
   * @example
   * ```ts
   * const pack = await LabelPack.load(new URL("./pets.safetensors", import.meta.url));
   * console.log(pack.labels, pack.model);
   * ```
   */
  static async load(
    source: Blob | URL | string | ArrayBuffer | ArrayBufferView,
  ): Promise<LabelPack> {
    const [file, name] = await fileOf(source);
    return new LabelPack(await readHeader(file, name), file);
  }

  /** The pack as a file, to be saved, sent, or kept in a cache. */
  toBlob(): Blob {
    return this.#file;
  }
}

/** How a pack crosses to the worker. */
export function packMessage(pack: LabelPack): LabelsMessage {
  // The constructor gives every pack one.
  return { kind: "pack", blob: pack.toBlob(), key: keys.get(pack) as number };
}

async function fileOf(source: Parameters<typeof LabelPack.load>[0]): Promise<[Blob, string]> {
  if (source instanceof Blob) {
    return [source, source instanceof File ? source.name : "the label pack"];
  }
  if (typeof source === "string" || source instanceof URL) {
    const href = absolute(source);
    return [await fetchBlob(href), href];
  }
  // A copy: what the caller does to the bytes afterwards is no longer ours.
  const bytes = ArrayBuffer.isView(source)
    ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength).slice()
    : source;
  return [new Blob([bytes]), "the label pack"];
}

/** What the safetensors header says; the tensor behind it is checked by the worker, in Rust. */
async function readHeader(file: Blob, name: string): Promise<PackInfo> {
  const refuse = (what: string) =>
    new GlimpseError(
      "integrity",
      `${name} is no label pack: ${what}; make it again with classifier.embedLabels()`,
    );
  const start = new DataView(await readBlob(file.slice(0, 8), name));
  const length = start.byteLength === 8 ? Number(start.getBigUint64(0, true)) : 0;
  if (length === 0 || length > MAX_HEADER || 8 + length > file.size) {
    throw refuse("it is cut short, or not in the safetensors format");
  }
  const text = new TextDecoder().decode(await readBlob(file.slice(8, 8 + length), name));
  const metadata = metadataOf(text);
  if (metadata?.["format"] !== FORMAT) throw refuse(`its header does not say "${FORMAT}"`);
  const { version, model, fingerprint } = metadata;
  if (version === SAMPLED) {
    throw new GlimpseError(
      "unsupported-model",
      `${name} was made by an earlier version of Glimpse, whose packs cannot tell all models apart: make it again with ` +
        "classifier.embedLabels()",
    );
  }
  if (version !== VERSION) {
    throw refuse(
      `it is of version "${version}" of the format, and this package reads "${VERSION}"`,
    );
  }
  const labels = stringsOf(metadata["labels"]);
  const templates = stringsOf(metadata["templates"]);
  if (!labels || !templates || typeof model !== "string" || typeof fingerprint !== "string") {
    throw refuse("its header lacks labels, templates, model or fingerprint");
  }
  return { labels, templates, model, fingerprint };
}

function metadataOf(header: string): Record<string, unknown> | null {
  const metadata = parsed(header)?.["__metadata__"];
  return typeof metadata === "object" ? (metadata as Record<string, unknown> | null) : null;
}

function stringsOf(json: unknown): string[] | null {
  const list: unknown = typeof json === "string" ? parsed(json) : null;
  return Array.isArray(list) && list.every((item) => typeof item === "string") ? list : null;
}

function parsed(json: string): Record<string, unknown> | null {
  try {
    return JSON.parse(json) as Record<string, unknown> | null;
  } catch {
    return null;
  }
}
