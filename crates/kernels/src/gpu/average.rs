//! Global average pooling in one launch: an invocation for each channel.

use burn::backend::tensor::FloatTensor;
use burn::tensor::Shape;
use burn_cubecl::CubeBackend;
use cubecl::prelude::*;
use cubecl::{CubeCount, CubeDim};

use super::launch::{contiguous, empty};

/// Invocations in a workgroup, along the channels.
const GROUP: u32 = 32;

/// Neighbours read neighbours.
#[cube(launch_unchecked)]
fn mean(input: &[f32], output: &mut [f32], places: usize, channels: usize) {
    let channel = ABSOLUTE_POS_X as usize;
    let picture = ABSOLUTE_POS_Y as usize;
    if channel >= channels {
        terminate!();
    }
    let first = picture * places * channels + channel;
    let mut sum = 0.0f32;
    for place in 0..places {
        sum += input[first + place * channels];
    }
    output[picture * channels + channel] = sum / f32::cast_from(places as u32);
}

pub fn launch(input: FloatTensor<CubeBackend>) -> FloatTensor<CubeBackend> {
    let input = contiguous(input);
    let shape = input.meta.shape();
    let [batch, places, channels] = [shape[0], shape[1], shape[2]];
    let output = empty(&input, Shape::new([batch, channels]));
    let client = output.client.clone();
    #[expect(
        unsafe_code,
        reason = "launching without bounds checks: all sizes are the buffers' own"
    )]
    unsafe {
        mean::launch_unchecked(
            &client,
            CubeCount::Static(channels.div_ceil(GROUP as usize) as u32, batch as u32, 1),
            CubeDim::new_2d(GROUP, 1),
            input.into_buffer_arg(),
            output.clone().into_buffer_arg(),
            places,
            channels,
        );
    }
    output
}
