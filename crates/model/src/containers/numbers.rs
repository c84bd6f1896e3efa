//! Dequantises a tensor's bytes to f32: copied, widened from half precision, or i8 times its row's scale.

use crate::containers::header::Dtype;

/// Turns `bytes`, whole rows of a tensor, into `values`; `scales` has one number a row for I8 and is not looked at for
/// the others.
pub(crate) fn decode(dtype: Dtype, bytes: &[u8], scales: &[f32], values: &mut [f32]) {
    match dtype {
        Dtype::F32 => {
            for (value, &bytes) in values.iter_mut().zip(bytes.as_chunks().0) {
                *value = f32::from_le_bytes(bytes);
            }
        }
        Dtype::F16 => {
            for (value, &bytes) in values.iter_mut().zip(bytes.as_chunks().0) {
                *value = from_f16(u16::from_le_bytes(bytes));
            }
        }
        Dtype::Bf16 => {
            for (value, &bytes) in values.iter_mut().zip(bytes.as_chunks().0) {
                *value = f32::from_bits(u32::from(u16::from_le_bytes(bytes)) << 16);
            }
        }
        Dtype::I8 => {
            let columns = (values.len() / scales.len().max(1)).max(1);
            let rows = values.chunks_mut(columns).zip(bytes.chunks(columns));
            for ((row, bytes), scale) in rows.zip(scales) {
                for (value, &byte) in row.iter_mut().zip(bytes) {
                    *value = f32::from(byte as i8) * scale;
                }
            }
        }
    }
}

/// The number at `index` of a tensor of f16 or i8; `scale` is its row's, and not looked at for the former.
pub(crate) fn at(dtype: Dtype, bytes: &[u8], scale: f32, index: usize) -> f32 {
    let mut value = [0.0];
    let size = dtype.size();
    decode(dtype, &bytes[index * size..][..size], &[scale], &mut value);
    value[0]
}

/// Widens a half, without a branch: the compiler makes SIMD of it in wasm too, where there is no instruction for it and
/// `half`'s way through several branches took most of the time of loading the built-in model.
fn from_f16(half: u16) -> f32 {
    /// 2^112: the difference of the two formats' exponent biases. Exact for subnormal halves too.
    const REBIAS: f32 = f32::from_bits((127 + 112) << 23);
    let bits = u32::from(half & 0x7fff) << 13;
    let sign = u32::from(half & 0x8000) << 16;
    // Infinity and NaN have the largest exponent in both formats.
    let special = if bits >= 0x7c00 << 13 { 0x7f80_0000 } else { 0 };
    f32::from_bits((f32::from_bits(bits) * REBIAS).to_bits() | special | sign)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_half_is_what_the_library_says() {
        for bits in 0..=u16::MAX {
            let (found, expected) = (from_f16(bits), half::f16::from_bits(bits).to_f32());
            if expected.is_nan() {
                assert!(found.is_nan(), "{bits:#x}");
            } else {
                assert_eq!(found.to_bits(), expected.to_bits(), "{bits:#x}");
            }
        }
    }

    #[test]
    fn whole_numbers_are_multiplied_with_their_rows_scale() {
        let bytes: Vec<u8> = [-128_i8, -1, 0, 1, 64, 127]
            .map(|value| value as u8)
            .to_vec();
        let mut values = [0.0; 6];
        decode(Dtype::I8, &bytes, &[0.5, 2.0], &mut values);
        assert_eq!(values, [-64.0, -0.5, 0.0, 2.0, 128.0, 254.0]);
    }

    #[test]
    fn floats_come_through_to_the_bit() {
        let numbers = [1.5_f32, -0.0, f32::MIN_POSITIVE, 3.0e38];
        let bytes: Vec<u8> = numbers
            .iter()
            .flat_map(|value| value.to_le_bytes())
            .collect();
        let mut values = [0.0; 4];
        decode(Dtype::F32, &bytes, &[], &mut values);
        assert_eq!(values.map(f32::to_bits), numbers.map(f32::to_bits));

        let bytes: Vec<u8> = numbers
            .iter()
            .flat_map(|value| half::bf16::from_f32(*value).to_le_bytes())
            .collect();
        decode(Dtype::Bf16, &bytes, &[], &mut values);
        for (found, number) in values.iter().zip(numbers) {
            assert_eq!(*found, half::bf16::from_f32(number).to_f32());
        }
    }
}
