/** The models that are offered by name, on the page's thread; the same table as in Rust (`crates/classifier/src/hub/offered.rs`). */

/** One model that has a name here. */
export interface Offered {
  /** What people type. */
  readonly name: string;
  /** `owner/name` on the Hugging Face hub; `null` for a built-in model. */
  readonly repository: string | null;
  /** The repository to take where that one is gone or has no safetensors. */
  readonly otherwise: string | null;
  /** Bytes to download, of f32 weights. */
  readonly bytes: number;
  /** Its licence, as its card says it. */
  readonly licence: string;
  /** ImageNet zero-shot accuracy in percent, as published. */
  readonly imagenet: number | null;
  /** What to take it for. */
  readonly goodAt: string;
  /** What to know before it is taken. */
  readonly caution: string | null;
}

const RESEARCH_ONLY = "its card calls deployment out of scope";

/** The built-in models first. */
export const OFFERED: readonly Offered[] = [
  {
    name: "mini",
    repository: null,
    otherwise: null,
    bytes: 11e6,
    licence: "MIT OR Apache-2.0",
    imagenet: null,
    goodAt: "drawings, icons and written words; instant and offline",
    caution: null,
  },
  {
    name: "mini-photo",
    repository: null,
    otherwise: null,
    bytes: 16e6,
    licence: "Apache-2.0 and MIT",
    imagenet: null,
    goodAt: "photographs of a thousand kinds of things and their groups; instant and offline",
    caution: "not people's looks, scenes or art",
  },
  {
    name: "photo",
    repository: "laion/CLIP-ViT-B-32-256x256-DataComp-s34B-b86K",
    otherwise: null,
    bytes: 605e6,
    licence: "MIT",
    imagenet: 72.8,
    goodAt: "photos",
    caution: null,
  },
  {
    name: "photo-small",
    repository: "wkcn/TinyCLIP-ViT-8M-16-Text-3M-YFCC15M",
    otherwise: null,
    bytes: 94e6,
    licence: "MIT",
    imagenet: 41.1,
    goodAt: "photos, with little to download",
    caution: null,
  },
  {
    name: "openai-b32",
    repository: "timm/vit_base_patch32_clip_224.openai",
    otherwise: "openai/clip-vit-base-patch32",
    bytes: 605e6,
    licence: "see its card",
    imagenet: 63.3,
    goodAt: "research on attacks",
    caution: RESEARCH_ONLY,
  },
  {
    name: "openai-l14-336",
    repository: "openai/clip-vit-large-patch14-336",
    otherwise: null,
    bytes: 1700e6,
    licence: "see its card",
    imagenet: 76.6,
    goodAt: "the best numbers, slowly",
    caution: RESEARCH_ONLY,
  },
];
