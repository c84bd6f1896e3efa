//! Convolutions of each channel by itself, in one launch: an invocation for a few channels of an output place.

use burn::backend::tensor::FloatTensor;
use burn::tensor::Shape;
use burn_cubecl::CubeBackend;
use cubecl::prelude::*;
use cubecl::{CubeCount, CubeDim};

use super::launch::{contiguous, empty, vector_size};
use super::linear::activate;
use crate::{Activation, Window};

/// Invocations in a workgroup, along a row of the output.
const GROUP: u32 = 64;

/// The grid is a row's vectors, the rows, and the pictures, so that none of its sides is longer than devices allow.
#[cube(launch_unchecked)]
fn by_channel<N: Size>(
    input: &[Vector<f32, N>],
    weight: &[Vector<f32, N>],
    bias: &[Vector<f32, N>],
    output: &mut [Vector<f32, N>],
    height: usize,
    width: usize,
    columns: usize,
    above: usize,
    left: usize,
    vectors: usize,
    #[comptime] window: Window,
    #[comptime] activation: Activation,
) {
    let at = ABSOLUTE_POS_X as usize;
    if at >= columns * vectors {
        terminate!();
    }
    let (column, channel) = (at / vectors, at % vectors);
    let row = CUBE_POS_Y as usize;
    let picture = CUBE_POS_Z as usize;
    let mut sums = bias[channel];
    #[unroll]
    for down in 0..window.kernel {
        // Before the first row it is less than nothing, so a number beyond all rows.
        let y = row * window.stride + down - above;
        if y < height {
            #[unroll]
            for across in 0..window.kernel {
                let x = column * window.stride + across - left;
                if x < width {
                    let place = (picture * height + y) * width + x;
                    let tap = down * window.kernel + across;
                    sums += input[place * vectors + channel] * weight[tap * vectors + channel];
                }
            }
        }
    }
    let place = (picture * CUBE_COUNT_Y as usize + row) * columns + column;
    output[place * vectors + channel] = activated(sums, activation);
}

#[cube]
fn activated<N: Size>(
    values: Vector<f32, N>,
    #[comptime] activation: Activation,
) -> Vector<f32, N> {
    let mut values = values;
    #[unroll]
    for at in 0..values.vector_size() {
        values.insert(at, activate(values.extract(at), activation));
    }
    values
}

pub fn launch(
    input: FloatTensor<CubeBackend>,
    weight: FloatTensor<CubeBackend>,
    bias: FloatTensor<CubeBackend>,
    window: Window,
    activation: Activation,
) -> FloatTensor<CubeBackend> {
    let (input, weight, bias) = (contiguous(input), contiguous(weight), contiguous(bias));
    let shape = input.meta.shape();
    let [batch, height, width, channels] = [shape[0], shape[1], shape[2], shape[3]];
    let (down, across) = (window.along(height), window.along(width));
    let size = vector_size(&[channels]);
    let vectors = channels / size;
    let output = empty(
        &input,
        Shape::new([batch, down.outputs, across.outputs, channels]),
    );
    let client = output.client.clone();
    let groups = (across.outputs * vectors).div_ceil(GROUP as usize) as u32;
    #[expect(
        unsafe_code,
        reason = "launching without bounds checks, which the kernel makes itself"
    )]
    unsafe {
        by_channel::launch_unchecked(
            &client,
            CubeCount::Static(groups, down.outputs as u32, batch as u32),
            CubeDim::new_1d(GROUP),
            size,
            input.into_buffer_arg(),
            weight.into_buffer_arg(),
            bias.into_buffer_arg(),
            output.clone().into_buffer_arg(),
            height,
            width,
            across.outputs,
            down.before,
            across.before,
            vectors,
            window,
            activation,
        );
    }
    output
}
