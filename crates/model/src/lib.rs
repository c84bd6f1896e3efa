//! The CLIP network in burn, and the streaming of its weights.
//!
//! [`ClipConfig`] says how large a checkpoint's towers are, [`Layout`] which tensors its files must hold,
//! [`load`] streams them to a device, and [`Clip`] runs the two towers. Nothing here knows pictures or words:
//! [`Clip::image_embeds`] takes `pixel_values`, [`Clip::text_embeds`] takes `input_ids`.

mod clip;
mod config;
mod containers;
mod convert;
mod device;
mod error;
mod explain;
mod fingerprint;
mod fold;
mod layers;
mod layouts;
mod load;
mod self_test;
mod tensors;
mod text;
mod transformer;
mod vision;

pub use clip::{Clip, unit_length};
pub use config::{Activation, ClipConfig, EndOfText, TextConfig, TowerConfig};
pub use containers::{ByteStream, Dtype, Header, Pending, RangeReader, WeightFile};
pub use convert::{Conversion, ConvertError, Precision};
pub use device::{Gpu, GpuError, ModelDevice, cpu, open_gpu};
pub use error::{ConfigError, ForwardError, LoadError, SourceError, WeightsError};
pub use explain::{Ablation, Attribution, ImageTrace};
pub use fingerprint::Fingerprint;
pub use layouts::Layout;
pub use load::{LoadPlan, Loaded, load};
pub use self_test::DeviceSelfTest;
pub use vision::{BlockConfig, EfficientNetConfig, VisionConfig, VisionTower, VitConfig};
