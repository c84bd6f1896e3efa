//! Containers of weights: a file's header read with nothing taken on trust, and its tensors' numbers as they stream by.

pub(crate) mod header;
pub(crate) mod numbers;
pub(crate) mod reader;
pub(crate) mod values;
pub(crate) mod weight_file;

pub use header::{Dtype, Header};
pub use weight_file::{ByteStream, Pending, RangeReader, WeightFile};
