//! Explanations: what each patch or place of a picture, each layer and each head added to a logit.

pub(crate) mod attribution;
pub(crate) mod class_map;
pub(crate) mod trace;

pub use attribution::Attribution;
pub use trace::{Ablation, ImageTrace};
