//! A tensor's numbers as they were read: as f32, or packed as the file has them.

use burn::tensor::Device;
use glimpse_kernels::{PackedWeight, Packing};

use crate::containers::header::Dtype;
use crate::containers::numbers::{at, decode};
use crate::error::WeightsError;

/// The largest number of an I8 tensor, regardless of its sign.
const LARGEST_WHOLE: f32 = 128.0;
/// The largest half.
const LARGEST_HALF: f32 = 65_504.0;
/// The bits of a half that are all set where it is no finite number.
const HALF_EXPONENT: u16 = 0x7c00;

/// A tensor's numbers, row-major.
#[derive(Clone)]
pub(crate) enum Values {
    Numbers(Vec<f32>),
    Packed(Packed),
}

/// A matrix's numbers as its file has them.
#[derive(Clone)]
pub(crate) struct Packed {
    /// The file's bytes; every row begins with a word.
    pub words: Vec<i32>,
    /// What each row is to be multiplied with; ones where the file has none.
    pub scales: Vec<f32>,
    pub packing: Packing,
}

impl Values {
    /// How many there are.
    pub fn len(&self) -> usize {
        match self {
            Self::Numbers(values) => values.len(),
            Self::Packed(packed) => packed.words.len() * packed.packing.per_word(),
        }
    }

    /// How many bytes they take.
    pub fn bytes(&self) -> u64 {
        match self {
            Self::Numbers(values) => values.len() as u64 * 4,
            Self::Packed(packed) => packed.words.len() as u64 * 4,
        }
    }

    /// One of them.
    pub fn at(&self, index: usize) -> f32 {
        match self {
            Self::Numbers(values) => values[index],
            Self::Packed(packed) => {
                let row = index / (self.len() / packed.scales.len());
                let bytes = bytemuck::cast_slice(&packed.words);
                let scale = packed.scales[row];
                match packed.packing {
                    Packing::F16 => at(Dtype::F16, bytes, 1.0, index) * scale,
                    Packing::I8 => at(Dtype::I8, bytes, scale, index),
                }
            }
        }
    }

    /// All of them as f32.
    pub fn into_numbers(self) -> Vec<f32> {
        match self {
            Self::Numbers(values) => values,
            Self::Packed(packed) => packed.numbers(),
        }
    }

    /// So many parts of as many rows each.
    pub fn split(self, parts: usize) -> Vec<Self> {
        match self {
            Self::Numbers(values) => {
                let length = values.len() / parts;
                let chunks = values.chunks_exact(length);
                chunks.map(|part| Self::Numbers(part.to_vec())).collect()
            }
            Self::Packed(packed) => {
                let words = packed.words.chunks_exact(packed.words.len() / parts);
                let scales = packed.scales.chunks_exact(packed.scales.len() / parts);
                let part = |(words, scales): (&[i32], &[f32])| {
                    Self::Packed(Packed {
                        words: words.to_vec(),
                        scales: scales.to_vec(),
                        packing: packed.packing,
                    })
                };
                words.zip(scales).map(part).collect()
            }
        }
    }

    /// Each row times its factor; there are as many rows as factors.
    pub fn times_rows(self, factors: &[f64]) -> Self {
        let product = |value: &f32, factor: &f64| (f64::from(*value) * factor) as f32;
        match self {
            Self::Numbers(mut values) => {
                let length = values.len() / factors.len().max(1);
                for (row, factor) in values.chunks_mut(length.max(1)).zip(factors) {
                    for value in row {
                        *value = product(value, factor);
                    }
                }
                Self::Numbers(values)
            }
            Self::Packed(mut packed) => {
                for (scale, factor) in packed.scales.iter_mut().zip(factors) {
                    *scale = product(scale, factor);
                }
                Self::Packed(packed)
            }
        }
    }

    /// Makes sure that all of them are numbers.
    pub fn check_finite(&self, tensor: &str) -> Result<(), WeightsError> {
        match self {
            Self::Numbers(values) => WeightsError::check_finite(tensor, values),
            Self::Packed(packed) if packed.is_surely_finite() => Ok(()),
            Self::Packed(packed) => WeightsError::check_finite(tensor, &packed.numbers()),
        }
    }
}

impl Packed {
    /// The weight on a device.
    pub fn upload(self, device: &Device) -> PackedWeight {
        PackedWeight::new(self.words, self.scales, self.packing, device)
    }

    /// The file's type.
    pub fn dtype(&self) -> Dtype {
        match self.packing {
            Packing::F16 => Dtype::F16,
            Packing::I8 => Dtype::I8,
        }
    }

    fn numbers(&self) -> Vec<f32> {
        let mut values = vec![0.0; self.words.len() * self.packing.per_word()];
        let bytes = bytemuck::cast_slice(&self.words);
        decode(self.dtype(), bytes, &self.scales, &mut values);
        if self.packing == Packing::F16 {
            let length = values.len() / self.scales.len().max(1);
            for (row, scale) in values.chunks_mut(length.max(1)).zip(&self.scales) {
                row.iter_mut().for_each(|value| *value *= scale);
            }
        }
        values
    }

    fn is_surely_finite(&self) -> bool {
        match self.packing {
            Packing::F16 => {
                let halves: &[u16] = bytemuck::cast_slice(&self.words);
                halves
                    .iter()
                    .all(|half| half & HALF_EXPONENT != HALF_EXPONENT)
                    && self
                        .scales
                        .iter()
                        .all(|scale| (scale * LARGEST_HALF).is_finite())
            }
            Packing::I8 => self
                .scales
                .iter()
                .all(|scale| (scale * LARGEST_WHOLE).is_finite()),
        }
    }
}

/// A matrix's numbers, `[rows, columns]`, as those of `[columns, rows]`.
pub(crate) fn transposed(values: &[f32], rows: usize, columns: usize) -> Vec<f32> {
    (0..columns)
        .flat_map(|column| (0..rows).map(move |row| values[row * columns + column]))
        .collect()
}

#[cfg(test)]
mod tests {
    use half::f16;

    use super::*;

    /// Three rows of four numbers.
    fn whole() -> Values {
        let bytes: Vec<i8> = vec![-128, -1, 0, 127, 1, 2, 3, 4, 5, 6, 7, 8];
        Values::Packed(Packed {
            words: bytemuck::pod_collect_to_vec(&bytes),
            scales: vec![0.5, 2.0, -1.0],
            packing: Packing::I8,
        })
    }

    fn halves(numbers: [f32; 4]) -> Values {
        let bits: Vec<u16> = numbers
            .iter()
            .map(|&number| f16::from_f32(number).to_bits())
            .collect();
        Values::Packed(Packed {
            words: bytemuck::pod_collect_to_vec(&bits),
            scales: vec![1.0],
            packing: Packing::F16,
        })
    }

    #[test]
    fn a_number_is_the_same_alone_and_among_all() {
        let expected = [
            -64.0, -0.5, 0.0, 63.5, 2.0, 4.0, 6.0, 8.0, -5.0, -6.0, -7.0, -8.0,
        ];
        assert_eq!(whole().clone().into_numbers(), expected);
        for (index, number) in expected.into_iter().enumerate() {
            assert_eq!(whole().at(index), number);
        }
        let numbers = [1.5, -0.25, 65_504.0, 6e-8];
        let exact = numbers.map(|number| f16::from_f32(number).to_f32());
        assert_eq!(halves(numbers).into_numbers(), exact);
        assert_eq!(halves(numbers).at(3), exact[3]);
    }

    #[test]
    fn parts_keep_their_rows_scales() {
        let parts: Vec<Vec<f32>> = whole()
            .split(3)
            .into_iter()
            .map(Values::into_numbers)
            .collect();
        assert_eq!(parts[0], [-64.0, -0.5, 0.0, 63.5]);
        assert_eq!(parts[1], [2.0, 4.0, 6.0, 8.0]);
        assert_eq!(parts[2], [-5.0, -6.0, -7.0, -8.0]);
        assert_eq!(whole().bytes(), 12);
    }

    #[test]
    fn rows_times_factors_are_the_same_packed_and_not() {
        let factors = [2.0, 0.25, -3.0];
        let numbers = Values::Numbers(whole().into_numbers());
        let expected = numbers.times_rows(&factors).into_numbers();
        assert_eq!(expected[3], 127.0);
        let packed = whole().times_rows(&factors);
        assert!(matches!(packed, Values::Packed(_)));
        assert_eq!(packed.at(7), expected[7]);
        assert_eq!(packed.into_numbers(), expected);

        let scaled = halves([1.5, -0.25, 2.0, 0.0]).times_rows(&[0.5]);
        assert_eq!(scaled.at(1), -0.125);
        assert_eq!(scaled.into_numbers(), [0.75, -0.125, 1.0, 0.0]);
        let beyond = halves([65_504.0; 4]).times_rows(&[1e35]);
        assert!(beyond.check_finite("a").is_err());
        assert!(
            halves([1.0; 4])
                .times_rows(&[1e35])
                .check_finite("a")
                .is_ok()
        );
    }

    #[test]
    fn what_is_no_number_is_found_packed() {
        assert!(whole().check_finite("a").is_ok());
        assert!(
            halves([65_504.0, -65_504.0, 0.0, 1e-7])
                .check_finite("a")
                .is_ok()
        );
        for wrong in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
            let found = halves([1.0, 2.0, wrong, 3.0]).check_finite("a");
            assert!(
                matches!(found, Err(WeightsError::NotFinite { .. })),
                "{wrong}"
            );
        }
        let huge = |number: i8| {
            Values::Packed(Packed {
                words: bytemuck::pod_collect_to_vec(&[number, 1, 2, 3]),
                scales: vec![2.67e36],
                packing: Packing::I8,
            })
        };
        assert!(huge(127).check_finite("a").is_ok());
        assert!(huge(-128).check_finite("a").is_err());
    }
}
