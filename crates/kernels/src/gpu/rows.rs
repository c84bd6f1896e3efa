//! Some rows of a tensor, in one launch.

use burn::backend::tensor::FloatTensor;
use burn::tensor::Shape;
use burn_cubecl::CubeBackend;
use cubecl::prelude::*;
use cubecl::{CubeCount, CubeDim};

use super::launch::{contiguous, empty};

/// Invocations in a workgroup.
const GROUP: u32 = 32;

/// An invocation for each number.
#[cube(launch_unchecked)]
fn pick(input: &[f32], rows: &[u32], output: &mut [f32], count: usize, #[comptime] width: usize) {
    let at = ABSOLUTE_POS;
    if at >= count {
        terminate!();
    }
    output[at] = input[rows[at / width] as usize * width + at % width];
}

pub fn launch(input: FloatTensor<CubeBackend>, rows: &[u32]) -> FloatTensor<CubeBackend> {
    let input = contiguous(input);
    let shape = input.meta.shape();
    let width = shape[shape.num_dims() - 1];
    let all = shape.num_elements() / width;
    assert!(
        rows.iter().all(|&row| (row as usize) < all),
        "a row beyond the last of {all}"
    );
    let output = empty(&input, Shape::new([rows.len(), width]));
    let client = output.client.clone();
    let count = rows.len() * width;
    let picked = client.create_from_slice(bytemuck::cast_slice(rows));
    #[expect(
        unsafe_code,
        reason = "launching without bounds checks: the rows were looked at, and the count is the output's"
    )]
    unsafe {
        pick::launch_unchecked(
            &client,
            CubeCount::Static(count.div_ceil(GROUP as usize) as u32, 1, 1),
            CubeDim::new_1d(GROUP),
            input.into_buffer_arg(),
            BufferArg::from_raw_parts(picked, rows.len()),
            output.clone().into_buffer_arg(),
            count,
            width,
        );
    }
    output
}
