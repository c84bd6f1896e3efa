//! Some rows of a tensor, in one launch.

use burn::backend::tensor::{FloatTensor, IntTensor};
use burn::tensor::Shape;
use burn_cubecl::CubeBackend;
use cubecl::prelude::*;
use cubecl::{CubeCount, CubeDim};

use super::launch::{contiguous, empty};

/// Invocations in a workgroup.
const GROUP: u32 = 32;

/// An invocation for each number.
#[cube(launch_unchecked)]
fn pick(input: &[f32], rows: &[i32], output: &mut [f32], count: usize, #[comptime] width: usize) {
    let at = ABSOLUTE_POS;
    if at >= count {
        terminate!();
    }
    let row = usize::cast_from(rows[at / width]);
    output[at] = input[row * width + at % width];
}

pub fn launch(
    input: FloatTensor<CubeBackend>,
    rows: IntTensor<CubeBackend>,
) -> FloatTensor<CubeBackend> {
    let (input, rows) = (contiguous(input), contiguous(rows));
    let shape = input.meta.shape();
    let width = shape[shape.num_dims() - 1];
    let picked = rows.meta.shape().num_elements();
    let output = empty(&input, Shape::new([picked, width]));
    let client = output.client.clone();
    let count = picked * width;
    #[expect(
        unsafe_code,
        reason = "launching without bounds checks: the rows were looked at by who named them, and the count is the output's"
    )]
    unsafe {
        pick::launch_unchecked(
            &client,
            CubeCount::Static(count.div_ceil(GROUP as usize) as u32, 1, 1),
            CubeDim::new_1d(GROUP),
            input.into_buffer_arg(),
            rows.into_buffer_arg(),
            output.clone().into_buffer_arg(),
            count,
            width,
        );
    }
    output
}
