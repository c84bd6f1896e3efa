//! Linear layers on software adapters: each invocation keeps its tile of the output in registers.

use cubecl::prelude::*;

use super::linear::{EpilogueFlags, finished};
use super::unpack::unpacked;

/// Rows and columns of the output that one invocation computes.
pub const ROWS: usize = 5;
pub const COLUMNS: usize = 4;
/// Invocations in a workgroup, along the columns.
pub const GROUP: usize = 32;

/// No workgroup memory, no barrier: to a CPU the one is memory like any other, and the other a change of threads.
#[cube(launch_unchecked)]
pub fn register_tile<W: Scalar, N: Size, M: Size>(
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
    #[comptime] across: usize,
    #[comptime] epilogue: EpilogueFlags,
) {
    let column0 = (CUBE_POS_X as usize * across + UNIT_POS_X as usize) * COLUMNS;
    let row0 = (CUBE_POS_Z * CUBE_COUNT_Y + CUBE_POS_Y) as usize * ROWS;
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
            weights[j] = unpacked::<W, N, M>(stored, epilogue.packing);
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
                let sum = sums[comptime!(i * COLUMNS + j)];
                let beside = row % residual_rows * columns + column;
                output[row * columns + column] =
                    finished(sum, column, beside, scales, bias, residual, epilogue);
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
