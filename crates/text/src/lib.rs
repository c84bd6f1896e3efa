//! Labels to prompts to `input_ids`: everything CLIP does to words before its text tower.
//!
//! ```
//! use glimpse_text::{check_labels, fill_template};
//!
//! let labels = ["husky".to_string(), "samoyed".to_string()];
//! check_labels(&labels)?;
//! assert_eq!(fill_template("a photo of a {}.", &labels[0]), "a photo of a husky.");
//! # Ok::<(), glimpse_text::LabelError>(())
//! ```
//!
//! [`Tokenizer`] reads a checkpoint's `tokenizer.json` and gives the same ids as Hugging Face's `CLIPTokenizer`.

mod clean;
mod labels;
mod mend;
mod slow;
mod start_end;
mod template;
mod tokenizer;

pub use clean::Cleaning;
pub use labels::{LabelError, check_labels};
pub use slow::SlowTokenizer;
pub use start_end::StartEndError;
pub use template::{
    IMAGENET_TEMPLATES, TemplateError, check_template, expand_templates, fill_template,
};
pub use tokenizer::{Tokenizer, TokenizerError};
