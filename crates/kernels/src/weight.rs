//! A linear layer's weight where it lies: as f32, or packed as its checkpoint has it, for half or a quarter of the memory.

use burn::backend::{Dispatch, DispatchTensor};
use burn::tensor::{DType, Device, Int, Tensor, TensorData};
use burn_flex::Flex;

use crate::backend::Kernels;
use crate::cpu::panels;
use crate::tensors::{Picks, reshape, rows};

/// How a packed weight's numbers lie in words of 32 bits, the first number in the lowest bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Packing {
    /// Two halves (IEEE 754 binary16) a word.
    F16,
    /// Four i8 a word.
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
    /// As f32, with rows of zeros that fill the last panel; only the CPU's kernels make and read it.
    Panels {
        /// Logically `[panels, rows, d_in]`; physically the rows of a panel lie side by side.
        panels: Tensor<3>,
        /// How many rows the weight has.
        d_out: usize,
    },
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
    /// A weight in f32, laid as the kernels of its device read it fastest; once, at load.
    #[must_use]
    pub fn new(numbers: Tensor<2>) -> Self {
        let d_out = numbers.dims()[0];
        if let Ok(rows) = numbers.clone().try_into_primitive::<Flex>() {
            return Self::Panels {
                panels: Tensor::from_primitive::<Flex>(panels::pack_panels(rows)),
                d_out,
            };
        }
        Self::Numbers(numbers)
    }

    /// How many rows it has.
    pub(crate) fn d_out(&self) -> usize {
        match self {
            Self::Numbers(numbers) => numbers.dims()[0],
            Self::Panels { d_out, .. } => *d_out,
            Self::Packed(packed) => packed.words.dims()[0],
        }
    }

    /// The numbers as f32, as they lie.
    pub(crate) fn as_numbers(&self) -> DispatchTensor {
        match self {
            Self::Panels { panels, .. } => panels.clone().into_dispatch(),
            Self::Numbers(_) | Self::Packed(_) => self.numbers().into_dispatch(),
        }
    }

    /// The numbers as f32, row by row.
    #[must_use]
    pub fn numbers(&self) -> Tensor<2> {
        match self {
            Self::Numbers(numbers) => numbers.clone(),
            Self::Panels { panels, d_out } => {
                let [count, height, d_in] = panels.dims();
                let all = reshape(panels.clone(), [count * height, d_in]);
                if count * height == *d_out {
                    return all;
                }
                let picks = Picks::new(&(0..*d_out).collect::<Vec<_>>(), &all.device());
                rows(all, &picks)
            }
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
