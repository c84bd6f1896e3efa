/** The messages between the page's thread and its worker. */

import type { BuiltInName } from "./built-ins.js";
import type { PlainError } from "./errors.js";
import type {
  ClassifierInfo,
  ClassifierStats,
  DevicePreference,
  ImageDetails,
  Progress,
  Score,
} from "./types.js";

/** Where the model is, or both built-in ones. */
export type SourceMessage =
  | ModelMessage
  | { readonly kind: "auto"; readonly models: Readonly<Record<BuiltInName, BuiltInMessage>> };

/** Where one model's files are, in a form that crosses to the worker. Blobs cross as handles: no byte is copied. */
export type ModelMessage =
  /** A folder on a server: each file is `base` + its name. `base` ends with a slash. */
  | { readonly kind: "folder"; readonly name: string; readonly base: string }
  /** A repository in a hub: `owner/name`, at a branch, a tag or a commit. `otherwise` is taken where it cannot be. */
  | {
      readonly kind: "hub";
      readonly name: string;
      readonly hub: string;
      readonly repository: string;
      readonly revision: string;
      readonly otherwise: string | null;
    }
  | BuiltInMessage
  /** Files from this computer. */
  | {
      readonly kind: "files";
      readonly name: string;
      readonly files: Readonly<Record<string, Blob>>;
    };

/** A built-in model: files whose URLs a bundler may have changed, each by its own. */
export interface BuiltInMessage {
  readonly kind: "urls";
  readonly name: BuiltInName;
  readonly urls: Readonly<Record<string, string>>;
  /** The URL of the list of what it was taught. */
  readonly taught: string;
}

/**
 * A picture on its way to the worker. One that has a `key` is remembered under it: the same key again needs no reading,
 * decoding or image tower.
 */
export type ImageMessage =
  | { readonly kind: "blob"; readonly blob: Blob; readonly key: number }
  | { readonly kind: "url"; readonly url: string }
  | {
      readonly kind: "bitmap";
      readonly bitmap: ImageBitmap;
      readonly format: string;
      readonly key: number | null;
    }
  /** `preprocessed`: it is the square that the model sees. `seenBy`: the model that gave this very square, where one did. */
  | {
      readonly kind: "pixels";
      readonly pixels: ImageData;
      readonly preprocessed: boolean;
      readonly seenBy: string | null;
    };

/** A picture, and which of two built-in models is to look at it; null: the one that fits it. */
export interface PictureAsk {
  readonly image: ImageMessage;
  readonly builtIn: BuiltInName | null;
}

/** Labels as a message: texts, or a pack, which crosses as a handle and is cached under its key. */
export type LabelsMessage =
  | { readonly kind: "texts"; readonly labels: string[]; readonly templates: string[] }
  | { readonly kind: "pack"; readonly blob: Blob; readonly key: number };

/** What stands for "none of these": texts, a pack, or what fits the model beside these labels, in these templates. */
export type FillersMessage =
  | LabelsMessage
  | { readonly kind: "usual"; readonly beside: string[]; readonly templates: string[] };

/** What a table of calls has under each name: the question's fields, and the answer's form. */
export type CallTable<Table> = {
  readonly [Name in keyof Table]: { readonly ask: object; readonly answer: unknown };
};

/** The classifier's own calls. The lab has a table of its own, which the core does not know. */
export interface Calls {
  create: {
    ask: {
      source: SourceMessage;
      /** Of two built-in models those that are loaded at once. */
      preload: readonly BuiltInName[];
      device: DevicePreference;
      wasmUrl: string | null;
      /** Why the GPU must not be tried again; null where it was not tried yet. */
      gpuFailure: string | null;
      /** Whether downloads are read from the cache and written to it. */
      cache: boolean;
      loadTextTower: boolean;
      tokenRows: "whole" | "on-demand";
    };
    answer: ClassifierInfo;
  };
  classify: {
    ask: PictureAsk & {
      labels: LabelsMessage;
      /** Null where "none of these" is not asked. */
      fillers: FillersMessage | null;
      topK: number | null;
    };
    answer: { scores: Score[]; details: ImageDetails };
  };
  suggest: {
    ask: PictureAsk & { topK: number };
    answer: { scores: Score[]; details: ImageDetails };
  };
  embedLabels: {
    ask: { labels: string[]; templates: string[] };
    /** The pack as a safetensors file. */
    answer: Uint8Array<ArrayBuffer>;
  };
  embedImage: {
    ask: { image: ImageMessage };
    answer: { embedding: Float32Array<ArrayBuffer>; details: ImageDetails };
  };
  preprocess: {
    ask: PictureAsk;
    answer: { square: ImageData; details: ImageDetails };
  };
  embedText: { ask: { text: string }; answer: Float32Array<ArrayBuffer> };
  stats: { ask: Record<never, never>; answer: ClassifierStats };
}

/** One call as it is posted to the worker, beside the fields of its question. */
export interface CallMessage {
  /** Its name in its table. */
  readonly type: string;
  readonly id: number;
}

/** Whatever the client posts. `cancel` drops the call with that id if it has not begun. */
export type ToWorker = CallMessage | CancelMessage;

/** See {@link ToWorker}. */
export interface CancelMessage {
  readonly type: "cancel";
  readonly id: number;
}

/** Whatever the worker posts. */
export type FromWorker =
  /** The worker's script has loaded and listens. */
  | { readonly type: "started" }
  /** A model loads for that call: the first of all, or a later one that needs another. */
  | { readonly type: "progress"; readonly id: number; readonly progress: Progress }
  /** `info` has changed. */
  | { readonly type: "info"; readonly info: ClassifierInfo }
  | { readonly type: "done"; readonly id: number; readonly value: unknown }
  | { readonly type: "failed"; readonly id: number; readonly error: PlainError }
  /** Only a document can draw this picture (SVG): the client draws it and asks again with a bitmap. */
  | { readonly type: "draw"; readonly id: number; readonly format: string }
  /** The Rust code panicked or the GPU failed: this worker can do nothing more. `onGpu`: the GPU was at work in it. `gpuLost`: it was
   * taken away, and did nothing wrong. */
  | {
      readonly type: "crashed";
      readonly error: PlainError;
      readonly onGpu: boolean;
      readonly gpuLost: boolean;
    };
