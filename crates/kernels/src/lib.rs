//! The network's few kernels: linear layers, layer norm and attention, each one launch on a GPU and plain operations on the CPU.
//!
//! A kernel here needs nothing that WebGPU does not promise everywhere: 16 KiB of workgroup memory at most, no optional feature, and
//! the right result for subgroups of any size, or none. Behind each stand the plain operations ([`plain`]) that say what it computes.

mod attention;
mod backend;
mod launch;
mod layer_norm;
mod linear;
pub mod plain;

pub use attention::attention;
pub use layer_norm::layer_norm;
pub use linear::{Activation, linear, linear_residual, product};
