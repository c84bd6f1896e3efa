//! x W without a transpose: the vector-Jacobian product of a linear layer (its gradient with respect to the input), in one launch.

use burn::backend::tensor::FloatTensor;
use burn_cubecl::CubeBackend;
use cubecl::prelude::*;
use cubecl::{CubeCount, CubeDim};

use super::launch::{contiguous, empty};

/// Invocations in a workgroup, along the columns.
const GROUP: u32 = 32;

/// An invocation for each number; neighbours read neighbours of the weight.
#[cube(launch_unchecked)]
fn x_w(
    input: &[f32],
    weight: &[f32],
    output: &mut [f32],
    #[comptime] depth: usize,
    #[comptime] columns: usize,
) {
    let column = ABSOLUTE_POS_X as usize;
    let row = ABSOLUTE_POS_Y as usize;
    if column >= columns {
        terminate!();
    }
    let mut sum = 0.0f32;
    for k in 0..depth {
        sum += input[row * depth + k] * weight[k * columns + column];
    }
    output[row * columns + column] = sum;
}

pub fn launch(
    input: FloatTensor<CubeBackend>,
    weight: FloatTensor<CubeBackend>,
) -> FloatTensor<CubeBackend> {
    let (input, weight) = (contiguous(input), contiguous(weight));
    let [depth, columns] = [weight.meta.shape()[0], weight.meta.shape()[1]];
    let mut shape = input.meta.shape().clone();
    let rows = shape.num_elements() / depth;
    let last = shape.num_dims() - 1;
    shape[last] = columns;
    let output = empty(&input, shape);
    let client = output.client.clone();
    #[expect(
        unsafe_code,
        reason = "launching without bounds checks: rows, depth and columns are the buffers' own"
    )]
    unsafe {
        x_w::launch_unchecked(
            &client,
            CubeCount::Static(columns.div_ceil(GROUP as usize) as u32, rows as u32, 1),
            CubeDim::new_2d(GROUP, 1),
            input.into_buffer_arg(),
            weight.into_buffer_arg(),
            output.clone().into_buffer_arg(),
            depth,
            columns,
        );
    }
    output
}
