//! The native tests, one file a matter; see tests/README.md for what is checked where.

mod counting;
mod decoding;
mod exif;
mod formats;
mod full_size;
mod gpu;
mod hostile_configs;
mod hostile_weights;
mod parity;
mod pipeline;
