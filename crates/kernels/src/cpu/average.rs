//! Global average pooling: the mean of all places.

use burn::tensor::Shape;
use burn_flex::FlexTensor;

use super::slices::{contiguous, numbers, tensor};
use super::unit::in_parts;

/// The means of `[batch, places, channels]`, a picture on each core.
pub fn average(input: FlexTensor) -> FlexTensor {
    let input = contiguous(input);
    let shape = input.layout().shape();
    let [batch, places, channels] = [shape[0], shape[1], shape[2]];
    let mut output = vec![0.0; batch * channels];
    in_parts(&mut output, channels.max(1), |picture, sums| {
        let size = places * channels;
        let input = &numbers(&input)[picture * size..][..size];
        for place in input.chunks_exact(channels) {
            for (sum, number) in sums.iter_mut().zip(place) {
                *sum += number;
            }
        }
        let share = 1.0 / places as f32;
        for sum in sums {
            *sum *= share;
        }
    });
    tensor(output, Shape::new([batch, channels]))
}
