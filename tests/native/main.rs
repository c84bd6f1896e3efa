//! The native tests, one file a matter; see tests/README.md for what is checked where.

mod attribution;
mod convert;
mod counting;
mod decoding;
mod exif;
mod formats;
mod full_size;
mod full_size_parts;
mod gpu;
mod hostile_configs;
mod hostile_packs;
mod hostile_q8;
mod hostile_timm_towers;
mod hostile_weights;
mod imports;
mod kernels;
mod label_packs;
mod parity;
mod parts;
mod pipeline;
mod pytorch_files;
mod repositories;
mod timm_tower_files;
mod timm_towers;
