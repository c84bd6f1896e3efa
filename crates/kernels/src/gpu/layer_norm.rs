//! Layer norm in one launch: a workgroup for each vector.

use burn::backend::tensor::FloatTensor;
use burn_cubecl::CubeBackend;
use cubecl::prelude::*;
use cubecl::{CubeCount, CubeDim};

use super::launch::{contiguous, empty};

/// Invocations that share a vector.
const GROUP: u32 = 32;

/// Two passes, as PyTorch computes it: the mean first, then the squares of what is left.
#[cube(launch_unchecked)]
fn norm(
    input: &[f32],
    weight: &[f32],
    bias: &[f32],
    output: &mut [f32],
    eps: f32,
    #[comptime] width: usize,
) {
    let start = CUBE_POS * width;
    let unit = UNIT_POS as usize;
    let group = comptime!(GROUP as usize);
    let mut sum = 0.0f32;
    for at in range_stepped(unit, width, group) {
        sum += input[start + at];
    }
    let mean = total(sum) / f32::cast_from(width as u32);
    let mut squares = 0.0f32;
    for at in range_stepped(unit, width, group) {
        let off = input[start + at] - mean;
        squares += off * off;
    }
    let variance = total(squares) / f32::cast_from(width as u32);
    let scale = 1.0f32 / f32::sqrt(variance + eps);
    for at in range_stepped(unit, width, group) {
        output[start + at] = (input[start + at] - mean) * scale * weight[at] + bias[at];
    }
}

/// The sum over the workgroup, in a fixed order, so that the same input always gives the same bits.
#[cube]
fn total(part: f32) -> f32 {
    let mut parts = Shared::<[f32]>::new_slice(comptime!(GROUP as usize));
    parts[UNIT_POS as usize] = part;
    sync_cube();
    let mut sum = 0.0f32;
    #[unroll]
    for at in 0..comptime!(GROUP as usize) {
        sum += parts[at];
    }
    // The memory is written again by the next sum.
    sync_cube();
    sum
}

pub fn launch(
    input: FloatTensor<CubeBackend>,
    weight: FloatTensor<CubeBackend>,
    bias: FloatTensor<CubeBackend>,
    eps: f32,
) -> FloatTensor<CubeBackend> {
    let (input, weight, bias) = (contiguous(input), contiguous(weight), contiguous(bias));
    let width = weight.meta.shape()[0];
    let rows = input.meta.shape().num_elements() / width;
    let output = empty(&input, input.meta.shape().clone());
    let client = output.client.clone();
    #[expect(
        unsafe_code,
        reason = "launching without bounds checks: rows and width are the buffers' own"
    )]
    unsafe {
        norm::launch_unchecked(
            &client,
            CubeCount::Static(rows as u32, 1, 1),
            CubeDim::new_1d(GROUP),
            input.into_buffer_arg(),
            weight.into_buffer_arg(),
            bias.into_buffer_arg(),
            output.clone().into_buffer_arg(),
            eps,
            width,
        );
    }
    output
}
