//! Packed weights as f32.

use burn::tensor::Shape;
use burn_flex::FlexTensor;
use half::f16;

use super::slices::{contiguous, numbers, tensor, words};
use crate::Packing;

/// The numbers of `packed`, `[d_out, words]`, each times its row's scale.
pub fn unpack(packed: FlexTensor, scales: FlexTensor, packing: Packing) -> FlexTensor {
    let (packed, scales) = (contiguous(packed), contiguous(scales));
    let [d_out, length] = [packed.layout().shape()[0], packed.layout().shape()[1]];
    let rows = words(&packed).chunks_exact(length.max(1));
    let mut output = Vec::with_capacity(d_out * length * packing.per_word());
    for (row, scale) in rows.zip(numbers(&scales)) {
        match packing {
            Packing::F16 => {
                let halves: &[u16] = bytemuck::cast_slice(row);
                output.extend(
                    halves
                        .iter()
                        .map(|&half| f16::from_bits(half).to_f32() * scale),
                );
            }
            Packing::I8 => {
                let bytes: &[i8] = bytemuck::cast_slice(row);
                output.extend(bytes.iter().map(|&byte| f32::from(byte) * scale));
            }
        }
    }
    tensor(output, Shape::new([d_out, length * packing.per_word()]))
}
