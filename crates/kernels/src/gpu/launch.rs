//! What every launch needs: a tensor to write to, and how wide a vector the shapes allow.

use burn::tensor::Shape;
use burn_cubecl::tensor::CubeTensor;

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
