//! Zero-shot image classification with CLIP: a picture and labels in, probabilities out.
//!
//! ```no_run
//! use glimpse::{Classifier, ClassifyOptions, Folder, LoadOptions};
//!
//! # async fn run(picture: Vec<u8>) -> Result<(), glimpse::Error> {
//! let classifier = Classifier::load(&Folder::new("clip-vit-base-patch32"), LoadOptions::default()).await?;
//! let labels = ["a husky".to_owned(), "a samoyed".to_owned()];
//! for score in classifier.classify(&picture, &labels, &ClassifyOptions::default()).await? {
//!     println!("{}: {:.1} %", score.label, 100.0 * score.score);
//! }
//! # Ok(()) }
//! ```
//!
//! This crate joins three: `glimpse-image` (bytes to `pixel_values`), `glimpse-text` (labels to `input_ids`) and
//! `glimpse-model` (the network). Command, npm package and studio see those only through this one.

mod built_in;
mod cache;
mod checkpoint;
mod classifier;
mod convert;
pub mod defence;
mod embedding;
mod error;
mod explain;
mod folder;
pub mod hub;
mod label_pack;
mod load;
mod metrics;
mod none_of_these;
mod occlusion;
mod options;
pub mod photograph;
mod question;
mod scores;
mod small_files;
mod source;
mod square;
mod taught;

pub use glimpse_image as image;
pub use glimpse_text as text;

pub use built_in::BuiltIn;
pub use checkpoint::{load_preprocessor, load_tokenizer, model_files};
pub use classifier::Classifier;
pub use convert::{Converted, convert};
pub use defence::{Defence, Defended};
pub use embedding::Embedding;
pub use error::{Code, Error};
pub use explain::{Explanation, LabelParts};
pub use folder::Folder;
pub use glimpse_model::{Attribution, ByteStream, Fingerprint, Pending, Precision, SourceError};
pub use label_pack::{LabelPack, PackError};
pub use metrics::{Runs, StageTimes};
pub use none_of_these::{common_things, fold_fillers, none_logit, none_of_these};
pub use occlusion::Occlusion;
pub use options::{
    ClassifyOptions, DeviceKind, DevicePreference, Info, LoadOptions, Phase, Progress, TokenRows,
    UnknownDevice, UnknownTokenRows,
};
pub use question::{Candidates, Question};
pub use scores::Score;
pub use source::{Embedded, ModelSource};
pub use taught::{Grammar, Taught, TaughtError, usual_fillers};
