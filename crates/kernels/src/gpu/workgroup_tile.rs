//! Linear layers on a real GPU: a workgroup shares the rows and columns of its tile of the output, so that each number is fetched
//! once for all of a side.

use cubecl::prelude::*;

use super::linear::{EpilogueFlags, finished};
use super::unpack::unpacked;

/// Rows, and columns, of the output that one invocation computes.
pub const EACH: usize = 4;
/// Vectors of each row, and of each column, that are shared at a time.
const STEP: usize = 4;
/// Where the next one's vectors start: one further than they need, so that neighbours do not lie in the same bank of the memory.
const PITCH: usize = STEP + 1;

/// `across` times `across` invocations; 16 of them share 10 KiB, of the 16 that every adapter has.
///
/// An invocation's rows and columns are as far apart as there are invocations, so that neighbours read and write neighbours.
#[cube(launch_unchecked)]
pub fn workgroup_tile<W: Scalar, N: Size, M: Size>(
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
    let side = comptime!(EACH * across);
    let mut shared_input = Shared::<[Vector<f32, N>]>::new_slice(comptime!(side * PITCH));
    let mut shared_weight = Shared::<[Vector<f32, N>]>::new_slice(comptime!(side * PITCH));
    let (x, y) = (UNIT_POS_X as usize, UNIT_POS_Y as usize);
    let row0 = (CUBE_POS_Z * CUBE_COUNT_Y + CUBE_POS_Y) as usize * side;
    let column0 = CUBE_POS_X as usize * side;
    let mut sums = Array::<f32>::new(comptime!(EACH * EACH));
    #[unroll]
    for at in 0..comptime!(EACH * EACH) {
        sums[at] = 0.0f32;
    }
    for step in 0..comptime!(vectors.div_ceil(STEP)) {
        #[unroll]
        for part in 0..comptime!(EACH * STEP / across) {
            let at = part * comptime!(across * across) + y * across + x;
            let (line, vector) = (at / STEP, at % STEP);
            let place = line * PITCH + vector;
            let k = step * STEP + vector;
            if k < vectors {
                // Beyond the edge the last one is read again; what comes of it is not written.
                let row = select(row0 + line < rows, row0 + line, rows - 1);
                let column = select(column0 + line < columns, column0 + line, columns - 1);
                shared_input[place] = input[row * vectors + k];
                shared_weight[place] =
                    unpacked::<W, N, M>(weight[column * vectors + k], epilogue.packing);
            } else {
                shared_input[place] = Vector::new(0.0f32);
                shared_weight[place] = Vector::new(0.0f32);
            }
        }
        sync_cube();
        #[unroll]
        for vector in 0..STEP {
            let mut values = Array::<Vector<f32, N>>::new(EACH);
            #[unroll]
            for i in 0..EACH {
                values[i] = shared_input[(y + comptime!(i * across)) * PITCH + vector];
            }
            #[unroll]
            for j in 0..EACH {
                let weights = shared_weight[(x + comptime!(j * across)) * PITCH + vector];
                #[unroll]
                for i in 0..EACH {
                    // One sum, and a product at a time onto it, is what becomes fused multiply-adds.
                    let mut sum = sums[comptime!(i * EACH + j)];
                    #[unroll]
                    for n in 0..weights.vector_size() {
                        sum += values[i].extract(n) * weights.extract(n);
                    }
                    sums[comptime!(i * EACH + j)] = sum;
                }
            }
        }
        sync_cube();
    }
    #[unroll]
    for i in 0..EACH {
        #[unroll]
        for j in 0..EACH {
            let row = row0 + y + comptime!(i * across);
            let column = column0 + x + comptime!(j * across);
            if row < rows && column < columns {
                let sum = sums[comptime!(i * EACH + j)];
                let beside = row % residual_rows * columns + column;
                output[row * columns + column] =
                    finished(sum, column, beside, scales, bias, residual, epilogue);
            }
        }
    }
}
