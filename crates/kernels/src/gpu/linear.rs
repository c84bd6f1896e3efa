//! Linear layers with what follows them: bias, activation and residual, in one launch.

use burn::backend::tensor::FloatTensor;
use burn::tensor::Shape;
use burn_cubecl::CubeBackend;
use cubecl::prelude::*;
use cubecl::{CubeCount, CubeDim};

use super::launch::{contiguous, empty, vector_size};
use crate::Activation;

/// Rows and columns of the output that one invocation computes.
const ROWS: usize = 5;
const COLUMNS: usize = 4;
/// Invocations in a workgroup, along the columns.
const GROUP: u32 = 32;

/// Each invocation keeps its tile in registers: no workgroup memory, no barrier, nothing of subgroups.
#[cube(launch_unchecked)]
fn register_tile<N: Size>(
    input: &[Vector<f32, N>],
    weight: &[Vector<f32, N>],
    bias: &[f32],
    residual: &[f32],
    output: &mut [f32],
    rows: usize,
    residual_rows: usize,
    #[comptime] vectors: usize,
    #[comptime] columns: usize,
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
            weights[j] = weight[select(column < columns, column, columns - 1) * vectors + k];
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

pub fn launch(
    input: FloatTensor<CubeBackend>,
    weight: FloatTensor<CubeBackend>,
    bias: Option<FloatTensor<CubeBackend>>,
    residual: Option<FloatTensor<CubeBackend>>,
    activation: Activation,
) -> FloatTensor<CubeBackend> {
    let (input, weight) = (contiguous(input), contiguous(weight));
    let [columns, depth] = [weight.meta.shape()[0], weight.meta.shape()[1]];
    let mut shape: Shape = input.meta.shape().clone();
    let rows = shape.num_elements() / depth;
    let last = shape.num_dims() - 1;
    shape[last] = columns;
    let output = empty(&input, shape);
    let (has_bias, has_residual) = (bias.is_some(), residual.is_some());
    let residual_rows = residual
        .as_ref()
        .map_or(1, |residual| residual.meta.shape().num_elements() / columns);
    // A buffer must be bound where none is read; the weight is.
    let bias = bias.map_or_else(|| weight.clone(), contiguous);
    let residual = residual.map_or_else(|| weight.clone(), contiguous);
    let size = vector_size(&[depth]);
    let groups = CubeCount::Static(
        columns.div_ceil(COLUMNS * GROUP as usize) as u32,
        rows.div_ceil(ROWS) as u32,
        1,
    );
    let client = output.client.clone();
    // Every index is kept within its buffer by the selects above.
    #[expect(
        unsafe_code,
        reason = "launching without bounds checks, which the kernel makes itself"
    )]
    unsafe {
        register_tile::launch_unchecked(
            &client,
            groups,
            CubeDim::new_2d(GROUP, 1),
            size,
            input.into_buffer_arg(),
            weight.into_buffer_arg(),
            bias.into_buffer_arg(),
            residual.into_buffer_arg(),
            output.clone().into_buffer_arg(),
            rows,
            residual_rows,
            depth / size,
            columns,
            has_bias,
            has_residual,
            activation,
        );
    }
    output
}
