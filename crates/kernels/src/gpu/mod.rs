//! The GPU's kernels: one launch each, in WGSL by way of cubecl.
//!
//! A kernel here needs nothing that WebGPU does not promise everywhere: 16 KiB of workgroup memory at most, no optional feature, and
//! the right result for subgroups of any size, or none.

mod attention;
mod average;
mod backend;
mod convolution;
mod depthwise;
mod launch;
mod layer_norm;
mod linear;
mod register_tile;
mod rows;
mod unpack;
mod vjp;
mod workgroup_tile;

pub use linear::{LinearTiles, set_linear_tiles};

use burn_cubecl::tensor::CubeTensor;
use cubecl::server::CopyDescriptor;

/// Hands the device what it was asked for so far.
pub fn submit(tensor: &CubeTensor) {
    // A device that failed says so when its numbers are read.
    let _ = tensor.client.flush();
}

/// A tensor's numbers.
///
/// # Errors
/// What the device said, when it failed.
pub async fn read(tensor: CubeTensor) -> Result<Vec<f32>, String> {
    let tensor = launch::contiguous(tensor);
    let descriptor = CopyDescriptor::new(
        tensor.handle.clone().binding(),
        tensor.meta.shape().clone(),
        tensor.meta.strides().clone(),
        tensor.dtype.size(),
    );
    let bytes = tensor.client.read_one_tensor_async(descriptor).await;
    let bytes = bytes.map_err(|error| error.to_string())?;
    Ok(bytemuck::pod_collect_to_vec(&bytes))
}
