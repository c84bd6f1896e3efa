//! Convolutions of all channels in one launch: an invocation for a few outputs of a place.

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
/// Outputs of a place that one invocation computes.
const EACH: usize = 4;

/// The grid is a row's places times their outputs, the rows, and the pictures, so that none of its sides is longer than devices allow.
#[cube(launch_unchecked)]
fn of_all_channels<N: Size>(
    input: &[Vector<f32, N>],
    weight: &[Vector<f32, N>],
    bias: &[f32],
    output: &mut [f32],
    height: usize,
    width: usize,
    columns: usize,
    above: usize,
    left: usize,
    vectors: usize,
    outputs: usize,
    #[comptime] window: Window,
    #[comptime] activation: Activation,
) {
    let at = ABSOLUTE_POS_X as usize;
    let parts = outputs.div_ceil(EACH);
    if at >= columns * parts {
        terminate!();
    }
    let (column, first) = (at / parts, at % parts * EACH);
    let row = CUBE_POS_Y as usize;
    let picture = CUBE_POS_Z as usize;
    let length = vectors * comptime!(window.kernel * window.kernel);
    let mut sums = Array::<Vector<f32, N>>::new(EACH);
    #[unroll]
    for n in 0..EACH {
        sums[n] = Vector::new(0.0f32);
    }
    for down in 0..window.kernel {
        // Before the first row it is less than nothing, so a number beyond all rows.
        let y = row * window.stride + down - above;
        if y < height {
            for across in 0..window.kernel {
                let x = column * window.stride + across - left;
                if x < width {
                    let place = ((picture * height + y) * width + x) * vectors;
                    let tap = (down * window.kernel + across) * vectors;
                    for channel in 0..vectors {
                        let value = input[place + channel];
                        #[unroll]
                        for n in 0..EACH {
                            // Beyond the last output its numbers are read again; what comes of it is not written.
                            let one = select(first + n < outputs, first + n, outputs - 1);
                            sums[n] += value * weight[one * length + tap + channel];
                        }
                    }
                }
            }
        }
    }
    let place = ((picture * CUBE_COUNT_Y as usize + row) * columns + column) * outputs;
    #[unroll]
    for n in 0..EACH {
        let one = first + n;
        if one < outputs {
            let mut sum = bias[one];
            #[unroll]
            for part in 0..sums[n].vector_size() {
                sum += sums[n].extract(part);
            }
            output[place + one] = activate(sum, activation);
        }
    }
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
    let outputs = bias.meta.shape()[0];
    let output = empty(
        &input,
        Shape::new([batch, down.outputs, across.outputs, outputs]),
    );
    let client = output.client.clone();
    let groups = (across.outputs * outputs.div_ceil(EACH)).div_ceil(GROUP as usize) as u32;
    #[expect(
        unsafe_code,
        reason = "launching without bounds checks, which the kernel makes itself"
    )]
    unsafe {
        of_all_channels::launch_unchecked(
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
            channels / size,
            outputs,
            window,
            activation,
        );
    }
    output
}
