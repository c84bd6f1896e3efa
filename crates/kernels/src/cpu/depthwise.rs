//! Convolutions of each channel by itself.

use burn::tensor::Shape;
use burn_flex::FlexTensor;

use super::linear::BehindPart;
use super::slices::{contiguous, numbers, tensor};
use super::unit::{Unit, Work, in_parts, on_best_unit};
use crate::{Activation, Window};

/// A convolution of `[batch, height, width, channels]` with `[kernel * kernel, channels]`.
pub fn depthwise(
    input: FlexTensor,
    weight: FlexTensor,
    bias: FlexTensor,
    window: Window,
    activation: Activation,
) -> FlexTensor {
    let (input, weight, bias) = (contiguous(input), contiguous(weight), contiguous(bias));
    let shape = input.layout().shape();
    let [batch, height, width, channels] = [shape[0], shape[1], shape[2], shape[3]];
    let (down, across) = (window.along(height), window.along(width));
    let mut output = vec![0.0; batch * down.outputs * across.outputs * channels];
    in_parts(&mut output, across.outputs * channels, |number, output| {
        let (picture, row) = (number / down.outputs, number % down.outputs);
        let size = height * width * channels;
        on_best_unit(Row {
            input: &numbers(&input)[picture * size..][..size],
            weight: numbers(&weight),
            bias: numbers(&bias),
            height,
            width,
            row,
            before: [down.before, across.before],
            window,
            activation,
            output,
        });
    });
    tensor(
        output,
        Shape::new([batch, down.outputs, across.outputs, channels]),
    )
}

/// A row of the output.
struct Row<'a> {
    input: &'a [f32],
    weight: &'a [f32],
    bias: &'a [f32],
    height: usize,
    width: usize,
    row: usize,
    before: [usize; 2],
    window: Window,
    activation: Activation,
    output: &'a mut [f32],
}

impl Work for Row<'_> {
    #[inline(always)]
    fn run<L: Unit>(self) {
        let channels = self.bias.len();
        let Window { kernel, stride, .. } = self.window;
        let behind = BehindPart::activation(self.activation, channels);
        for (column, sums) in self.output.chunks_exact_mut(channels).enumerate() {
            sums.copy_from_slice(self.bias);
            for (tap, weight) in self.weight.chunks_exact(channels).enumerate() {
                let y = (self.row * stride + tap / kernel).checked_sub(self.before[0]);
                let x = (column * stride + tap % kernel).checked_sub(self.before[1]);
                if let (Some(y), Some(x)) = (y, x)
                    && y < self.height
                    && x < self.width
                {
                    let input = &self.input[(y * self.width + x) * channels..][..channels];
                    for ((sum, number), weight) in sums.iter_mut().zip(input).zip(weight) {
                        *sum += number * weight;
                    }
                }
            }
            behind.apply::<L>(0, 0, sums);
        }
    }
}
