//! What the tests share: the fixtures, checkpoints held in memory to be damaged, ones that are too large to be kept,
//! a stand-in for the hub they are downloaded from, and the comparison with PyTorch's numbers.

pub mod attribution;
pub mod card;
pub mod checkpoint;
pub mod counted;
pub mod fixture;
pub mod full_size;
pub mod header;
pub mod hub;
pub mod kernels;
mod left_out;
pub mod parity;
mod plain;
pub mod process;
pub mod random_weights;
pub mod timm_towers;

pub use left_out::left_out;
