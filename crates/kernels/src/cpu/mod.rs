//! The CPU's kernels: written once over a vector unit's [`lanes`], for AVX-512 and AVX2, for any computer's four numbers at a time, and for wasm.

#![expect(
    unsafe_code,
    reason = "vectors are loaded by address in the innermost loop, and instructions are used that not every processor has"
)]

mod attention;
mod average;
#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
mod backend;
mod convolution;
mod depthwise;
mod functions;
mod int_gemm;
mod lanes;
mod linear;
mod multiply;
mod panel_products;
pub mod panels;
mod products;
#[cfg(target_arch = "wasm32")]
mod relaxed;
mod slices;
#[cfg(test)]
mod tests;
mod unit;
mod unpack;

pub use backend::read;
