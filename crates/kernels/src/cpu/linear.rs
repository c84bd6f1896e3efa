//! Linear layers with what follows them, a part of the rows on each core.

use burn_flex::FlexTensor;

use super::functions::{each, gelu, quick_gelu};
use super::lanes::Lanes;
use super::multiply::multiply;
use super::products::Rows;
use super::slices::{contiguous, numbers, part_of, tensor, words};
use super::unit::{Unit, Work, in_parts, on_best_unit};
use super::unpack::unpack;
use super::whole::{Quantised, multiply_whole};
use crate::backend::Behind;
use crate::{Activation, Packing};

/// A linear layer with a weight in f32, `[d_out, d_in]`.
pub fn linear(input: FlexTensor, weight: FlexTensor, behind: Behind<FlexTensor>) -> FlexTensor {
    let weight = contiguous(weight);
    let (d_out, d_in) = (weight.layout().shape()[0], weight.layout().shape()[1]);
    in_row_parts(input, d_out, behind, |input, rows, behind, output| {
        on_best_unit(Part {
            products: Products {
                input: Rows {
                    values: input,
                    count: rows,
                    stride: d_in,
                },
                weight: Rows {
                    values: numbers(&weight),
                    count: d_out,
                    stride: d_in,
                },
                d_in,
            },
            behind,
            output,
        });
    })
}

/// A linear layer with a packed weight. Whole numbers are multiplied as such, with inputs rounded to whole numbers of 15 bits.
pub fn packed_linear(
    input: FlexTensor,
    packed: FlexTensor,
    scales: FlexTensor,
    packing: Packing,
    behind: Behind<FlexTensor>,
) -> FlexTensor {
    if packing == Packing::F16 {
        return linear(input, unpack(packed, scales, packing), behind);
    }
    let (packed, scales) = (contiguous(packed), contiguous(scales));
    let d_out = packed.layout().shape()[0];
    in_row_parts(input, d_out, behind, |input, rows, behind, output| {
        on_best_unit(Part {
            products: WholeProducts {
                input,
                rows,
                weight: bytemuck::cast_slice(words(&packed)),
                scales: numbers(&scales),
            },
            behind,
            output,
        });
    })
}

/// Calls `part` for some rows at a time, with these rows of the input, how many they are, what follows their products, and the rows of
/// the output, on all cores.
fn in_row_parts(
    input: FlexTensor,
    d_out: usize,
    behind: Behind<FlexTensor>,
    part: impl Fn(&[f32], usize, BehindPart<'_>, &mut [f32]) + Sync,
) -> FlexTensor {
    let input = contiguous(input);
    let bias = behind.bias.map(contiguous);
    let residual = behind.residual.map(contiguous);
    let mut shape = input.layout().shape().clone();
    let last = shape.num_dims() - 1;
    let d_in = shape[last];
    shape[last] = d_out;
    let rows = shape.num_elements() / d_out.max(1);
    let mut output = vec![0.0; rows * d_out];
    let part_rows = part_of(rows);
    in_parts(&mut output, (part_rows * d_out).max(1), |number, output| {
        let rows = output.len() / d_out;
        let first = number * part_rows;
        let behind = BehindPart {
            bias: bias.as_ref().map(numbers),
            activation: behind.activation,
            residual: residual.as_ref().map(numbers),
            first,
        };
        let input = &numbers(&input)[first * d_in..][..rows * d_in];
        part(input, rows, behind, output);
    });
    tensor(output, shape)
}

/// Products of some rows with a weight.
trait Multiply {
    /// Writes them, `[rows, d_out]`; says how many numbers a row of them has.
    fn multiply<L: Unit>(&self, output: &mut [f32]) -> usize;
}

/// Products with a weight in f32.
struct Products<'a> {
    input: Rows<'a>,
    weight: Rows<'a>,
    d_in: usize,
}

impl Multiply for Products<'_> {
    #[inline(always)]
    fn multiply<L: Unit>(&self, output: &mut [f32]) -> usize {
        let d_out = self.weight.count;
        multiply::<L>(self.input, self.weight, self.d_in, output, d_out);
        d_out
    }
}

/// Products with a weight in whole numbers.
struct WholeProducts<'a> {
    input: &'a [f32],
    rows: usize,
    weight: &'a [i8],
    scales: &'a [f32],
}

impl Multiply for WholeProducts<'_> {
    #[inline(always)]
    fn multiply<L: Unit>(&self, output: &mut [f32]) -> usize {
        let d_out = self.scales.len();
        let input = Quantised::new(self.input, self.rows);
        multiply_whole::<L>(&input.values, self.weight, self.rows, d_out, output);
        for (row, scale) in output.chunks_exact_mut(d_out).zip(&input.scales) {
            for (value, weight_scale) in row.iter_mut().zip(self.scales) {
                *value *= scale * weight_scale;
            }
        }
        d_out
    }
}

/// What follows the products of the rows from `first` on.
struct BehindPart<'a> {
    bias: Option<&'a [f32]>,
    activation: Activation,
    residual: Option<&'a [f32]>,
    first: usize,
}

impl BehindPart<'_> {
    #[inline(always)]
    fn apply<L: Lanes>(&self, output: &mut [f32], d_out: usize) {
        if let Some(bias) = self.bias {
            for row in output.chunks_exact_mut(d_out) {
                for (value, bias) in row.iter_mut().zip(bias) {
                    *value += bias;
                }
            }
        }
        match self.activation {
            Activation::None => {}
            Activation::QuickGelu => each::<L>(output, quick_gelu),
            Activation::Gelu => each::<L>(output, gelu),
        }
        if let Some(residual) = self.residual {
            let rows = residual.chunks_exact(d_out).cycle();
            let from_first = rows.skip(self.first % (residual.len() / d_out));
            for (row, residual) in output.chunks_exact_mut(d_out).zip(from_first) {
                for (value, residual) in row.iter_mut().zip(residual) {
                    *value += residual;
                }
            }
        }
    }
}

/// Some rows of a linear layer.
struct Part<'a, P> {
    products: P,
    behind: BehindPart<'a>,
    output: &'a mut [f32],
}

impl<P: Multiply> Work for Part<'_, P> {
    #[inline(always)]
    fn run<L: Unit>(self) {
        let d_out = self.products.multiply::<L>(self.output);
        self.behind.apply::<L>(self.output, d_out);
    }
}
