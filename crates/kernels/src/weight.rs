//! A linear layer's weight where it lies: as f32, or packed as its checkpoint has it, for half or a quarter of the memory.

use burn::backend::Dispatch;
use burn::tensor::{DType, Device, Int, Tensor, TensorData};

use crate::backend::Kernels;

/// How a packed weight's numbers stand in words of 32 bits, the first number in the lowest bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Packing {
    /// Two halves (IEEE 754 binary16) a word.
    F16,
    /// Four whole numbers from -128 to 127 a word.
    I8,
}

impl Packing {
    /// How many numbers a word holds.
    #[must_use]
    pub const fn per_word(self) -> usize {
        match self {
            Self::F16 => 2,
            Self::I8 => 4,
        }
    }
}

/// `[d_out, d_in]`, as checkpoints have it.
#[derive(Clone, Debug)]
#[expect(
    clippy::large_enum_variant,
    reason = "a network has a few hundred of them, all of one kind, and a box would be one more hop to each"
)]
pub enum Weight {
    /// As f32.
    Numbers(Tensor<2>),
    /// As the checkpoint has it.
    Packed(PackedWeight),
}

/// A weight's rows of numbers packed into words, and what each row is to be multiplied with.
#[derive(Clone, Debug)]
pub struct PackedWeight {
    /// `[d_out, d_in / per_word]`
    pub(crate) words: Tensor<2, Int>,
    /// `[d_out]`
    pub(crate) scales: Tensor<1>,
    pub(crate) packing: Packing,
}

impl PackedWeight {
    /// Uploads the words of all rows, one row after another, and a scale for each.
    ///
    /// # Panics
    /// When there are not as many words for each scale, or rows of a length that is no multiple of four numbers.
    #[must_use]
    pub fn new(words: Vec<i32>, scales: Vec<f32>, packing: Packing, device: &Device) -> Self {
        let rows = scales.len();
        assert!(rows > 0 && words.len().is_multiple_of(rows));
        let length = words.len() / rows;
        assert!((length * packing.per_word()).is_multiple_of(4));
        Self {
            words: Tensor::from_data(TensorData::new(words, [rows, length]), (device, DType::I32)),
            scales: Tensor::from_data(TensorData::new(scales, [rows]), device),
            packing,
        }
    }
}

impl Weight {
    /// The numbers as f32.
    #[must_use]
    pub fn numbers(&self) -> Tensor<2> {
        match self {
            Self::Numbers(numbers) => numbers.clone(),
            Self::Packed(packed) => {
                let PackedWeight {
                    words,
                    scales,
                    packing,
                } = packed.clone();
                Tensor::from_dispatch(Dispatch::fused_unpack(
                    words.into_dispatch(),
                    scales.into_dispatch(),
                    packing,
                ))
            }
        }
    }
}
