//! What the network does with tensors besides its layers: other shapes, some of the rows, numbers for the host.
//!
//! Burn's own operations could do this, but they bring along what they do for quantised numbers and for any stride, on the GPU one kernel
//! each: a third of the wasm.

use burn::backend::{Dispatch, DispatchDevice};
use burn::tensor::{Device, Shape, Tensor};
use burn_cubecl::CubeBackend;
use burn_flex::Flex;

use crate::backend::Kernels;
use crate::{cpu, gpu};

/// The same numbers in another shape.
///
/// # Panics
/// When the shape has not as many numbers.
pub fn reshape<const D: usize, const E: usize>(
    tensor: Tensor<D>,
    shape: impl Into<Shape>,
) -> Tensor<E> {
    Tensor::from_dispatch(Dispatch::fused_reshape(
        tensor.into_dispatch(),
        shape.into(),
    ))
}

/// Some of the rows, in the order they are named in.
///
/// # Shapes
/// - input: `[.., width]`, all dimensions but the last counted through as one
/// - output: `[rows.len(), width]`
pub fn rows<const D: usize>(tensor: Tensor<D>, rows: &[usize]) -> Tensor<2> {
    let rows = rows.iter().map(|&row| row as u32).collect();
    Tensor::from_dispatch(Dispatch::fused_rows(tensor.into_dispatch(), rows))
}

/// Whether what lies on this device is computed by a GPU, or by what claims to be one.
#[must_use]
pub fn is_gpu(device: &Device) -> bool {
    matches!(device.as_dispatch(), DispatchDevice::Cube(_))
}

/// The numbers, row-major.
///
/// # Errors
/// What the device said, when it failed.
pub async fn read<const D: usize>(tensor: Tensor<D>) -> Result<Vec<f32>, String> {
    if is_gpu(&tensor.device()) {
        let tensor = tensor.try_into_primitive::<CubeBackend>();
        gpu::read(tensor.map_err(|error| format!("{error:?}"))?).await
    } else {
        let tensor = tensor.try_into_primitive::<Flex>();
        Ok(cpu::read(tensor.map_err(|error| format!("{error:?}"))?))
    }
}
