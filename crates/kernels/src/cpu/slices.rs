//! From burn's tensors to slices and back.

use burn::tensor::{Shape, TensorData};
use burn_flex::FlexTensor;

use super::unit::cores;

/// Rows for each core.
pub fn part_of(rows: usize) -> usize {
    rows.div_ceil(cores()).max(1)
}

/// The same, its numbers row by row.
pub fn contiguous(tensor: FlexTensor) -> FlexTensor {
    tensor.to_contiguous()
}

/// All numbers of a contiguous tensor.
pub fn numbers(tensor: &FlexTensor) -> &[f32] {
    let layout = tensor.layout();
    &tensor.storage()[layout.start_offset()..][..layout.num_elements()]
}

/// A tensor of these numbers.
pub fn tensor(values: Vec<f32>, shape: Shape) -> FlexTensor {
    FlexTensor::from_data(TensorData::new(values, shape))
}

/// Where a kernel's parts write to, each to places of its own.
pub struct Output(*mut f32);

// SAFETY: no number is written by two parts, and none is read before it is written.
unsafe impl Sync for Output {}

impl Output {
    /// The address of the number at this place.
    ///
    /// # Safety
    /// There is one, or it ends there.
    pub unsafe fn at(&self, place: usize) -> *mut f32 {
        // SAFETY: the caller's promise.
        unsafe { self.0.add(place) }
    }
}

/// So many numbers that `write` writes: to write zeros first takes as long as a convolution does.
///
/// # Safety
/// It writes every one.
pub unsafe fn written(count: usize, write: impl FnOnce(&Output)) -> Vec<f32> {
    let mut numbers = Vec::with_capacity(count);
    write(&Output(numbers.as_mut_ptr()));
    // SAFETY: so many were asked for, and, by the caller's promise, written.
    unsafe { numbers.set_len(count) };
    numbers
}

/// All words of a contiguous tensor.
pub fn words(tensor: &FlexTensor) -> &[i32] {
    let layout = tensor.layout();
    &tensor.storage()[layout.start_offset()..][..layout.num_elements()]
}
