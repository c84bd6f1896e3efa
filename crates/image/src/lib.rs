//! From the bytes of a picture to the `pixel_values` that a CLIP model reads.
//!
//! [`decode`] looks at the content (never at a name), applies the EXIF orientation and gives the pixels that Pillow's
//! `convert("RGB")` gives. [`Preprocessor`] then does what the checkpoint's own configuration asks for: resize with
//! Pillow's arithmetic, centre crop, rescale, normalise.
//!
//! ```
//! # fn run(bytes: &[u8], preprocessor_config: &str) -> Result<(), Box<dyn std::error::Error>> {
//! let image = glimpse_image::decode(bytes)?;
//! let preprocessor = glimpse_image::Preprocessor::from_preprocessor_config(preprocessor_config)?;
//! let pixel_values = preprocessor.pixel_values(&image); // [1, 3, height, width]
//! # Ok(()) }
//! ```
//!
//! Every input ends in pixels or in a typed error: nothing here panics on bytes from outside, because on wasm a panic
//! ends the whole worker.

mod bmp;
mod bmp_rows;
mod canvas;
mod config;
mod decode;
mod error;
mod gif;
mod ico;
mod jpeg;
mod lzw;
mod orientation;
mod png;
mod png_tail;
mod preprocessor;
mod resize;
mod size;
mod sniff;
mod tiff;
mod transparency;
mod webp;

pub use decode::{decode, decode_with};
pub use error::{DecodeError, PreprocessorError};
pub use image::{Rgb, RgbImage};
pub use preprocessor::{PixelValues, Preprocessor};
pub use resize::Filter;
pub use size::MAX_PIXELS;
pub use sniff::{Format, sniff};
pub use transparency::Transparency;
