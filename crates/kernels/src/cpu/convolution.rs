//! Convolutions of all channels: the numbers under each window side by side, and a linear layer over them.

use burn::tensor::Shape;
use burn_flex::FlexTensor;

use super::linear::linear;
use super::slices::{contiguous, numbers, tensor};
use super::unit::in_parts;
use crate::backend::Behind;
use crate::{Activation, Window};

/// A convolution of `[batch, height, width, c_in]` with `[c_out, kernel * kernel * c_in]`.
pub fn convolution(
    input: FlexTensor,
    weight: FlexTensor,
    bias: FlexTensor,
    window: Window,
    activation: Activation,
) -> FlexTensor {
    let input = contiguous(input);
    let shape = input.layout().shape();
    let [batch, height, width, channels] = [shape[0], shape[1], shape[2], shape[3]];
    let (down, across) = (window.along(height), window.along(width));
    let kernel = window.kernel;
    let length = kernel * kernel * channels;
    let mut under = vec![0.0; batch * down.outputs * across.outputs * length];
    let part = across.outputs * length;
    in_parts(&mut under, part.max(1), |number, under| {
        let (picture, row) = (number / down.outputs, number % down.outputs);
        let size = height * width * channels;
        let picture = &numbers(&input)[picture * size..][..size];
        for (column, under) in under.chunks_exact_mut(length.max(1)).enumerate() {
            for (tap, to) in under.chunks_exact_mut(channels).enumerate() {
                let y = (row * window.stride + tap / kernel).checked_sub(down.before);
                let x = (column * window.stride + tap % kernel).checked_sub(across.before);
                if let (Some(y), Some(x)) = (y, x)
                    && y < height
                    && x < width
                {
                    to.copy_from_slice(&picture[(y * width + x) * channels..][..channels]);
                }
            }
        }
    });
    let shape = Shape::new([batch, down.outputs, across.outputs, length]);
    linear(tensor(under, shape), weight, Behind::bias(bias, activation))
}
