//! The networks' few kernels: linear layers, layer norm, attention and convolutions, each one launch on a GPU and a few loops over vectors
//! on the CPU.
//!
//! The tests (`tests/src/kernels.rs`) compare each with burn's plain operations on both.

mod backend;
mod cpu;
mod gpu;
mod layers;
mod pictures;
mod tensors;
mod weight;
mod window;

pub use gpu::{LinearTiles, set_linear_tiles};
pub use layers::{
    Activation, attention, layer_norm, linear, linear_residual, linear_vjp, product,
    product_residual,
};
pub use pictures::{average, convolution, depthwise};
pub use tensors::{Picks, first_row, is_gpu, read, reshape, rows, submit};
pub use weight::{PackedWeight, Packing, Weight};
pub use window::{Along, Padding, Window};
