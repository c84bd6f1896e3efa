//! The CLIP network in burn, and the streaming of its weights.
//!
//! [`ClipConfig`] says how large a checkpoint's towers are, [`Layout`] which tensors its files must hold,
//! [`load`] streams them to a device, and [`Clip`] runs the two towers. Nothing here knows pictures or words:
//! [`Clip::image_embeds`] takes `pixel_values`, [`Clip::text_embeds`] takes `input_ids`.

mod attention;
mod attribution;
mod class_map;
mod clip;
mod config;
mod config_open_clip;
mod convert;
mod device;
mod encoder;
mod error;
mod fingerprint;
mod fold;
mod header;
mod layers;
mod layout;
mod load;
mod numbers;
mod reader;
mod sequences;
mod tensors;
mod text_model;
mod token_embedding;
mod trace;
mod values;
mod vision;
mod weight_file;
mod witness;

pub use attribution::Attribution;
pub use clip::{Clip, unit_length};
pub use config::{Activation, ClipConfig, EndOfText, TextConfig, TowerConfig};
pub use convert::{Conversion, ConvertError, Precision};
pub use device::{Gpu, GpuError, ModelDevice, cpu, open_gpu};
pub use error::{ConfigError, ForwardError, LoadError, SourceError, WeightsError};
pub use header::{Dtype, Header};
pub use layout::Layout;
pub use load::{LoadPlan, Loaded, load};
pub use trace::{Ablation, ImageTrace};
pub use vision::{BlockConfig, EfficientNetConfig, VisionConfig, VisionTower, VitConfig};
pub use weight_file::{ByteStream, Pending, RangeReader, WeightFile};
pub use witness::Witness;
