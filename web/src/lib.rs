//! Glimpse for JavaScript: thin wasm-bindgen bindings over [`glimpse`], used by the package's worker (`ts/worker/engine.ts`).
//!
//! Everything that a browser does better than Rust stays in TypeScript: fetching, files, workers, formats that only the
//! browser decodes. Errors become objects with `code` and `message` once, in `errors.rs`.

mod classifier;
mod constructors;
mod errors;
mod files;
mod hub;
mod lab;
mod label_pack;
mod load;
mod panics;
mod picture;
mod pixels;
mod question;
mod sha256;

pub use classifier::{Classifier, ImageFormat, check_request, sniff};
pub use constructors::start;
pub use hub::plan_repository;
pub use lab::{
    Defended, Fonts, Lettered, Occlusion, Sweep, letter, report_html, styles_for, text_directions,
};
pub use label_pack::LabelPack;
pub use load::load;
pub use panics::install_panic_hook;
pub use picture::Picture;
pub use sha256::Sha256;
