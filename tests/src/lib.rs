//! What the native tests share: the fixtures, checkpoints held in memory to be damaged, a full-size
//! checkpoint, and the comparison with PyTorch's numbers.

pub mod checkpoint;
pub mod fixture;
pub mod full_size;
pub mod header;
pub mod parity;
pub mod process;
