//! The GPU's kernels: one launch each, in WGSL by way of cubecl.
//!
//! A kernel here needs nothing that WebGPU does not promise everywhere: 16 KiB of workgroup memory at most, no optional feature, and
//! the right result for subgroups of any size, or none.

mod attention;
mod backend;
mod launch;
mod layer_norm;
mod linear;
