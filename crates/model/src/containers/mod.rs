//! Containers of weights: a file's header, validated, and its tensors' values as they stream by. There is one container so far: safetensors.

pub(crate) mod header;
pub(crate) mod numbers;
pub(crate) mod reader;
pub(crate) mod values;
pub(crate) mod weight_file;

pub use header::{Dtype, Header};
pub use weight_file::{ByteStream, Pending, RangeReader, WeightFile};
