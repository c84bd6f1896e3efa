//! Linear layers with their epilogue, a part of the rows on each core.

use burn::tensor::Shape;
use burn_flex::FlexTensor;

use super::functions::{Gelu, QuickGelu, Relu6, bounds, each};
use super::int_gemm::{Quantised, int_gemm};
use super::lanes::Lanes;
use super::multiply::multiply;
use super::panels;
use super::products::Rows;
use super::slices::{contiguous, numbers, part_of, tensor, words};
use super::unit::{Unit, Work, in_parts, on_best_unit};
use super::unpack::unpack;
use crate::backend::Epilogue;
use crate::{Activation, Packing};

/// A linear layer with a weight in f32, `[d_out, d_in]`, or packed into panels.
pub fn linear(
    input: FlexTensor,
    weight: FlexTensor,
    d_out: usize,
    epilogue: Epilogue<FlexTensor>,
) -> FlexTensor {
    if weight.layout().num_dims() == 3 {
        return panels::linear(input, &weight, d_out, epilogue);
    }
    let weight = contiguous(weight);
    let d_in = weight.layout().shape()[1];
    let layer = Layer::new(input, d_out, epilogue);
    let weight = Rows {
        values: numbers(&weight),
        count: d_out,
        stride: d_in,
    };
    let epilogue = layer.epilogue();
    layer.in_row_parts(|first, input, output| {
        on_best_unit(Part {
            products: Products {
                input: Rows {
                    values: input,
                    count: output.len() / d_out,
                    stride: d_in,
                },
                weight,
                d_in,
            },
            epilogue,
            first,
            output,
        });
    })
}

/// A linear layer with a quantised weight. i8 weights are multiplied as they are, with activations quantised to 15 bits a row.
pub fn packed_linear(
    input: FlexTensor,
    packed: FlexTensor,
    scales: FlexTensor,
    packing: Packing,
    epilogue: Epilogue<FlexTensor>,
) -> FlexTensor {
    let d_out = packed.layout().shape()[0];
    if packing == Packing::F16 {
        return linear(input, unpack(packed, scales, packing), d_out, epilogue);
    }
    let (packed, scales) = (contiguous(packed), contiguous(scales));
    let layer = Layer::new(input, d_out, epilogue);
    let epilogue = layer.epilogue();
    layer.in_row_parts(|first, input, output| {
        on_best_unit(Part {
            products: WholeProducts {
                input,
                rows: output.len() / d_out,
                weight: bytemuck::cast_slice(words(&packed)),
                scales: numbers(&scales),
            },
            epilogue,
            first,
            output,
        });
    })
}

/// A linear layer's tensors, row by row, and its sizes.
pub struct Layer {
    pub input: FlexTensor,
    bias: Option<FlexTensor>,
    activation: Activation,
    residual: Option<FlexTensor>,
    /// Of the input, all dimensions but the last counted through as one.
    pub rows: usize,
    pub d_out: usize,
    /// The output's.
    pub shape: Shape,
}

impl Layer {
    pub fn new(input: FlexTensor, d_out: usize, epilogue: Epilogue<FlexTensor>) -> Self {
        let input = contiguous(input);
        let mut shape = input.layout().shape().clone();
        let last = shape.num_dims() - 1;
        shape[last] = d_out;
        Self {
            input,
            bias: epilogue.bias.map(contiguous),
            activation: epilogue.activation,
            residual: epilogue.residual.map(contiguous),
            rows: shape.num_elements() / d_out.max(1),
            d_out,
            shape,
        }
    }

    /// How many numbers a row of the input has.
    pub fn d_in(&self) -> usize {
        let shape = self.input.layout().shape();
        shape[shape.num_dims() - 1]
    }

    /// The epilogue of its rows.
    pub fn epilogue(&self) -> EpilogueRow<'_> {
        EpilogueRow {
            bias: self.bias.as_ref().map(numbers),
            activation: self.activation,
            residual: self.residual.as_ref().map(numbers),
            d_out: self.d_out,
        }
    }

    /// Calls `part` for some rows at a time, with the first one, their input, and their output, on all cores.
    fn in_row_parts(&self, part: impl Fn(usize, &[f32], &mut [f32]) + Sync) -> FlexTensor {
        let (d_in, d_out) = (self.d_in(), self.d_out);
        let mut output = vec![0.0; self.rows * d_out];
        let part_rows = part_of(self.rows);
        in_parts(&mut output, (part_rows * d_out).max(1), |number, output| {
            let first = number * part_rows;
            let rows = output.len() / d_out;
            let input = &numbers(&self.input)[first * d_in..][..rows * d_in];
            part(first, input, output);
        });
        tensor(output, self.shape.clone())
    }
}

/// Products of some rows with a weight.
trait Multiply {
    /// Writes them, `[rows, d_out]`.
    fn multiply<L: Unit>(&self, output: &mut [f32]);
}

/// Products with a weight in f32.
struct Products<'a> {
    input: Rows<'a>,
    weight: Rows<'a>,
    d_in: usize,
}

impl Multiply for Products<'_> {
    #[inline(always)]
    fn multiply<L: Unit>(&self, output: &mut [f32]) {
        let d_out = self.weight.count;
        multiply::<L>(self.input, self.weight, self.d_in, output, d_out);
    }
}

/// GEMM with an i8 weight.
struct WholeProducts<'a> {
    input: &'a [f32],
    rows: usize,
    weight: &'a [i8],
    scales: &'a [f32],
}

impl Multiply for WholeProducts<'_> {
    #[inline(always)]
    fn multiply<L: Unit>(&self, output: &mut [f32]) {
        let d_out = self.scales.len();
        let input = Quantised::new(self.input, self.rows);
        int_gemm::<L>(&input.values, self.weight, self.rows, d_out, output);
        for (row, scale) in output.chunks_exact_mut(d_out).zip(&input.scales) {
            for (value, weight_scale) in row.iter_mut().zip(self.scales) {
                *value *= scale * weight_scale;
            }
        }
    }
}

/// The part of an [`EpilogueRow`] that a tile applies while its accumulators are in registers.
#[derive(Clone, Copy)]
pub struct InTile<'a> {
    pub bias: Option<&'a [f32]>,
    pub bounds: [f32; 2],
    /// As many rows as the output has.
    pub residual: Option<&'a [f32]>,
    /// What is left to do then.
    pub rest: Option<EpilogueRow<'a>>,
}

/// The epilogue of rows.
#[derive(Clone, Copy)]
pub struct EpilogueRow<'a> {
    bias: Option<&'a [f32]>,
    activation: Activation,
    residual: Option<&'a [f32]>,
    /// How many numbers a row has.
    pub d_out: usize,
}

impl<'a> EpilogueRow<'a> {
    /// A bias and an activation.
    pub fn bias(bias: &'a [f32], activation: Activation) -> Self {
        Self {
            bias: Some(bias),
            activation,
            residual: None,
            d_out: bias.len(),
        }
    }

    /// What of it can be done in registers, for so many rows.
    pub fn in_tile(self, rows: usize) -> InTile<'a> {
        let (bounds, activation) = bounds(self.activation);
        let bounded = activation == Activation::None;
        let residual = self
            .residual
            .filter(|residual| bounded && residual.len() == rows * self.d_out);
        let rest = Self {
            bias: None,
            activation,
            residual: self.residual.filter(|_| residual.is_none()),
            d_out: self.d_out,
        };
        InTile {
            bias: self.bias,
            bounds,
            residual,
            rest: (!bounded || rest.residual.is_some()).then_some(rest),
        }
    }

    /// An activation alone.
    pub fn activation(activation: Activation, d_out: usize) -> Self {
        Self {
            bias: None,
            activation,
            residual: None,
            d_out,
        }
    }

    /// Does it to a row's numbers from `column` on.
    #[inline(always)]
    pub fn apply<L: Lanes>(&self, row: usize, column: usize, values: &mut [f32]) {
        if let Some(bias) = self.bias {
            add(values, &bias[column..]);
        }
        match self.activation {
            Activation::None => {}
            Activation::QuickGelu => each::<L, QuickGelu>(values),
            Activation::Gelu => each::<L, Gelu>(values),
            Activation::Relu6 => each::<L, Relu6>(values),
        }
        if let Some(residual) = self.residual {
            let repeated = row % (residual.len() / self.d_out);
            add(values, &residual[repeated * self.d_out + column..]);
        }
    }
}

#[inline(always)]
fn add(values: &mut [f32], others: &[f32]) {
    for (value, other) in values.iter_mut().zip(others) {
        *value += other;
    }
}

/// Some rows of a linear layer.
struct Part<'a, P> {
    products: P,
    epilogue: EpilogueRow<'a>,
    /// The first of them.
    first: usize,
    output: &'a mut [f32],
}

impl<P: Multiply> Work for Part<'_, P> {
    #[inline(always)]
    fn run<L: Unit>(self) {
        self.products.multiply::<L>(self.output);
        for (row, values) in self
            .output
            .chunks_exact_mut(self.epilogue.d_out)
            .enumerate()
        {
            self.epilogue.apply::<L>(self.first + row, 0, values);
        }
    }
}
