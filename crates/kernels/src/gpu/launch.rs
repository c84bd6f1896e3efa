//! What every launch needs: tensors that lie row by row, one to write to, and how wide a vector the shapes allow.

use burn::tensor::Shape;
use burn_cubecl::tensor::CubeTensor;

/// The tensor itself.
///
/// # Panics
/// When its numbers do not lie row by row. All that the network makes do.
pub fn contiguous(tensor: CubeTensor) -> CubeTensor {
    assert!(tensor.is_contiguous(), "the kernels read row by row");
    tensor
}

/// An uninitialised tensor beside `like`: same device, same numbers.
pub fn empty(like: &CubeTensor, shape: Shape) -> CubeTensor {
    let buffer = like.client.empty(shape.num_elements() * like.dtype.size());
    CubeTensor::new_contiguous(
        like.client.clone(),
        like.device.clone(),
        shape,
        buffer,
        like.dtype,
    )
}

/// The widest vector that divides every one of the lengths.
pub fn vector_size(lengths: &[usize]) -> usize {
    let fits = |size: &usize| lengths.iter().all(|length| length.is_multiple_of(*size));
    [4, 2].into_iter().find(fits).unwrap_or(1)
}
