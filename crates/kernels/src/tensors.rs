//! What the network does with tensors besides its layers: other shapes, some of the rows, numbers for the host.
//!
//! Burn's own operations could do this, but they bring along what they do for quantised numbers and for any stride, on the GPU one kernel
//! each: a third of the wasm.

use burn::backend::{Dispatch, DispatchDevice};
use burn::tensor::{DType, Device, Int, Shape, Tensor, TensorData};
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

/// Which rows of tensors to pick, uploaded to where these are.
///
/// To be made before the work that they are for: a GPU is handed what was asked of it so far before it is given something to read.
#[derive(Clone, Debug)]
pub struct Picks {
    /// `[rows]`
    rows: Tensor<1, Int>,
    /// How many rows a tensor must have.
    of: usize,
}

impl Picks {
    /// Uploads the numbers of rows, counted from 0.
    #[must_use]
    pub fn new(rows: &[usize], device: &Device) -> Self {
        let of = rows.iter().map(|row| row + 1).max().unwrap_or(0);
        let numbers: Vec<i32> = rows.iter().map(|&row| row as i32).collect();
        let data = TensorData::new(numbers, [rows.len()]);
        Self {
            rows: Tensor::from_data(data, (device, DType::I32)),
            of,
        }
    }
}

/// Some of the rows, in the order they are named in.
///
/// # Shapes
/// - input: `[.., width]`, all dimensions but the last counted through as one
/// - output: `[picks, width]`
///
/// # Panics
/// When a row is beyond the last.
pub fn rows<const D: usize>(tensor: Tensor<D>, picks: &Picks) -> Tensor<2> {
    let all: usize = tensor.dims()[..D - 1].iter().product();
    assert!(picks.of <= all, "row {} of {all}", picks.of);
    Tensor::from_dispatch(Dispatch::fused_rows(
        tensor.into_dispatch(),
        picks.rows.clone().into_dispatch(),
    ))
}

/// The first row alone, `[1, width]`.
pub fn first_row<const D: usize>(tensor: Tensor<D>) -> Tensor<2> {
    let picks = Picks::new(&[0], &tensor.device());
    rows(tensor, &picks)
}

/// Hands a GPU all that was asked of it so far, of which this tensor is the last; a CPU has computed it already.
pub fn submit<const D: usize>(tensor: &Tensor<D>) {
    if let Ok(tensor) = tensor.clone().try_into_primitive::<CubeBackend>() {
        gpu::submit(&tensor);
    }
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
