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

/// All words of a contiguous tensor.
pub fn words(tensor: &FlexTensor) -> &[i32] {
    let layout = tensor.layout();
    &tensor.storage()[layout.start_offset()..][..layout.num_elements()]
}
