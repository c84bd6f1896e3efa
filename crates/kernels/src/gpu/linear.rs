//! Linear layers with what follows them: bias, activation and residual, in one launch, which unpacks a packed weight as it goes.

use burn::backend::tensor::FloatTensor;
use burn::tensor::Shape;
use burn_cubecl::CubeBackend;
use burn_cubecl::tensor::CubeTensor;
use cubecl::prelude::*;
use cubecl::{CubeCount, CubeDim};

use super::launch::{contiguous, empty, vector_size};
use super::unpack::unpacked;
use crate::backend::Behind;
use crate::{Activation, Packing};

/// Rows and columns of the output that one invocation computes.
const ROWS: usize = 5;
const COLUMNS: usize = 4;
/// Invocations in a workgroup, along the columns.
const GROUP: u32 = 32;

/// Each invocation keeps its tile in registers: no workgroup memory, no barrier, nothing of subgroups.
#[cube(launch_unchecked)]
fn register_tile<W: Scalar, N: Size, M: Size>(
    input: &[Vector<f32, N>],
    weight: &[Vector<W, M>],
    scales: &[f32],
    bias: &[f32],
    residual: &[f32],
    output: &mut [f32],
    rows: usize,
    residual_rows: usize,
    #[comptime] vectors: usize,
    #[comptime] columns: usize,
    #[comptime] packing: Option<Packing>,
    #[comptime] has_bias: bool,
    #[comptime] has_residual: bool,
    #[comptime] activation: Activation,
) {
    let column0 = ABSOLUTE_POS_X as usize * COLUMNS;
    let row0 = ABSOLUTE_POS_Y as usize * ROWS;
    if column0 >= columns {
        terminate!();
    }
    let mut sums = Array::<f32>::new(comptime!(ROWS * COLUMNS));
    #[unroll]
    for at in 0..comptime!(ROWS * COLUMNS) {
        sums[at] = 0.0f32;
    }
    for k in 0..vectors {
        let mut weights = Array::<Vector<f32, N>>::new(COLUMNS);
        #[unroll]
        for j in 0..COLUMNS {
            let column = column0 + j;
            // Beyond the edge the last one is read again; what comes of it is not written.
            let stored = weight[select(column < columns, column, columns - 1) * vectors + k];
            weights[j] = unpacked::<W, N, M>(stored, packing);
        }
        #[unroll]
        for i in 0..ROWS {
            let row = row0 + i;
            let value = input[select(row < rows, row, rows - 1) * vectors + k];
            #[unroll]
            for j in 0..COLUMNS {
                sums[comptime!(i * COLUMNS + j)] += dot(value, weights[j]);
            }
        }
    }
    #[unroll]
    for i in 0..ROWS {
        #[unroll]
        for j in 0..COLUMNS {
            let (row, column) = (row0 + i, column0 + j);
            if row < rows && column < columns {
                let mut sum = sums[comptime!(i * COLUMNS + j)];
                if comptime!(packing.is_some()) {
                    sum *= scales[column];
                }
                if has_bias {
                    sum += bias[column];
                }
                sum = activate(sum, activation);
                if has_residual {
                    sum += residual[row % residual_rows * columns + column];
                }
                output[row * columns + column] = sum;
            }
        }
    }
}

#[cube]
fn dot<N: Size>(one: Vector<f32, N>, other: Vector<f32, N>) -> f32 {
    let products = one * other;
    let mut sum = products.extract(0usize);
    #[unroll]
    for at in 1..one.vector_size() {
        sum += products.extract(at);
    }
    sum
}

#[cube]
fn activate(value: f32, #[comptime] activation: Activation) -> f32 {
    match activation {
        Activation::None => value,
        Activation::QuickGelu => value / (1.0f32 + f32::exp(value * -1.702f32)),
        Activation::Gelu => {
            let half = value * 0.5f32;
            half + half * Erf::erf(value * core::f32::consts::FRAC_1_SQRT_2)
        }
    }
}

/// A weight as it lies.
pub struct Stored {
    /// The numbers, `[columns, depth]`, or their words, `[columns, words]`.
    pub rows: CubeTensor,
    /// Of words: what each row is to be multiplied with, `[columns]`, and how numbers stand in them.
    pub packed: Option<(CubeTensor, Packing)>,
}

pub fn launch(
    input: FloatTensor<CubeBackend>,
    weight: Stored,
    behind: Behind<CubeTensor>,
) -> FloatTensor<CubeBackend> {
    let input = contiguous(input);
    let mut shape: Shape = input.meta.shape().clone();
    let last = shape.num_dims() - 1;
    let depth = shape[last];
    let rows = shape.num_elements() / depth;
    let Stored {
        rows: stored,
        packed,
    } = weight;
    let weight = contiguous(stored);
    // A buffer must be bound where none is read; one that is read anyway can be.
    let (scales, packing) = match packed {
        None => (weight.clone(), None),
        Some((scales, packing)) => (contiguous(scales), Some(packing)),
    };
    let columns = weight.meta.shape()[0];
    let (size, words) = match packing {
        None => (vector_size(&[depth]), vector_size(&[depth])),
        Some(packing) => (4, 4 / packing.per_word()),
    };
    shape[last] = columns;
    let output = empty(&input, shape);
    let (has_bias, has_residual) = (behind.bias.is_some(), behind.residual.is_some());
    let residual_rows = behind
        .residual
        .as_ref()
        .map_or(1, |residual| residual.meta.shape().num_elements() / columns);
    let bias = behind.bias.map_or_else(|| scales.clone(), contiguous);
    let residual = behind.residual.map_or_else(|| scales.clone(), contiguous);
    let groups = CubeCount::Static(
        columns.div_ceil(COLUMNS * GROUP as usize) as u32,
        rows.div_ceil(ROWS) as u32,
        1,
    );
    let client = output.client.clone();
    let launch = match packing {
        None => register_tile::launch_unchecked::<f32>,
        Some(_) => register_tile::launch_unchecked::<i32>,
    };
    // Every index is kept within its buffer by the selects above.
    #[expect(
        unsafe_code,
        reason = "launching without bounds checks, which the kernel makes itself"
    )]
    unsafe {
        launch(
            &client,
            groups,
            CubeDim::new_2d(GROUP, 1),
            size,
            words,
            input.into_buffer_arg(),
            weight.into_buffer_arg(),
            scales.into_buffer_arg(),
            bias.into_buffer_arg(),
            residual.into_buffer_arg(),
            output.clone().into_buffer_arg(),
            rows,
            residual_rows,
            depth / size,
            columns,
            packing,
            has_bias,
            has_residual,
            behind.activation,
        );
    }
    output
}
