//! Containers of weights: what tensors a file holds, validated, and their values as they stream by. Which container a file is, its first
//! bytes say: safetensors (`header`) or PyTorch's own (`pytorch`).

pub(crate) mod file_bytes;
pub(crate) mod header;
pub(crate) mod numbers;
mod pytorch;
pub(crate) mod reader;
pub(crate) mod values;
pub(crate) mod weight_file;

pub use header::{Dtype, Header};
pub use weight_file::{ByteStream, Pending, RangeReader, WeightFile};
