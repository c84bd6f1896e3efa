//! Depthwise convolutions over vectors of channels: a few neighbouring outputs at a time where their windows lie within
//! the picture's columns, so that each number under them is read once for all, and one at a time at its edges.

use core::ops::Range;

use burn::tensor::Shape;
use burn_flex::FlexTensor;

use super::functions::bounds;
use super::lanes::Lanes;
use super::linear::EpilogueRow;
use super::slices::{Output, contiguous, numbers, part_of, tensor, written};
use super::unit::{Unit, Work, in_numbered_parts, on_best_unit};
use crate::window::Seen;
use crate::{Activation, Along, Window};

/// Neighbouring outputs that are computed together: their sums and a window's row of weights fit sixteen registers.
const TOGETHER: usize = 4;

/// Vectors of channels of one output that are computed together.
const VECTORS: usize = 4;

/// A convolution of `[batch, height, width, channels]` with `[kernel * kernel, channels]`, some rows of the output on each core.
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
    let layer = Depthwise {
        input: numbers(&input),
        weight: numbers(&weight),
        bias: numbers(&bias),
        height,
        width,
        channels,
        down: window.along(height),
        across: window.along(width),
        window,
        activation,
    };
    let shape = Shape::new([batch, layer.down.outputs, layer.across.outputs, channels]);
    let rows = batch * layer.down.outputs;
    let part_rows = part_of(rows);
    // SAFETY: each part has its own rows, and all their numbers are computed.
    let output = unsafe {
        written(shape.num_elements(), |output| {
            in_numbered_parts(rows.div_ceil(part_rows), |part| {
                on_best_unit(Rows {
                    layer: &layer,
                    rows: part * part_rows..rows.min((part + 1) * part_rows),
                    output,
                });
            });
        })
    };
    tensor(output, shape)
}

/// The layer, and the pictures it looks at.
pub struct Depthwise<'a> {
    /// `[batch, height, width, channels]`
    pub input: &'a [f32],
    /// `[kernel * kernel, channels]`
    pub weight: &'a [f32],
    /// `[channels]`
    pub bias: &'a [f32],
    pub height: usize,
    pub width: usize,
    pub channels: usize,
    pub down: Along,
    pub across: Along,
    pub window: Window,
    pub activation: Activation,
}

/// Some rows of the output, those of all pictures counted through.
pub struct Rows<'a> {
    pub layer: &'a Depthwise<'a>,
    pub rows: Range<usize>,
    pub output: &'a Output,
}

impl Work for Rows<'_> {
    #[inline(always)]
    fn run<L: Unit>(self) {
        let layer = self.layer;
        let Window { kernel, stride, .. } = layer.window;
        let (bounds, rest) = bounds(layer.activation);
        let epilogue = EpilogueRow::activation(rest, layer.channels);
        let columns = layer.across.outputs;
        let size = columns * layer.channels;
        for number in self.rows {
            // SAFETY: there is such a row, and nobody else writes it.
            let output = unsafe { self.output.at(number * size) };
            let row = layer.row(number, bounds, output);
            match (kernel, stride) {
                (3, 1) => row.compute::<L, 3, 1>(),
                (3, 2) => row.compute::<L, 3, 2>(),
                (5, 1) => row.compute::<L, 5, 1>(),
                (5, 2) => row.compute::<L, 5, 2>(),
                _ => row.compute_alone::<L>(0..columns),
            }
            // SAFETY: as above, and its numbers are written by now.
            let output = unsafe { core::slice::from_raw_parts_mut(output, size) };
            epilogue.apply::<L>(0, 0, output);
        }
    }
}

impl Depthwise<'_> {
    /// A row of the output, those of all pictures counted through.
    fn row(&self, number: usize, bounds: [f32; 2], output: *mut f32) -> Row<'_> {
        let (picture, row) = (number / self.down.outputs, number % self.down.outputs);
        let size = self.height * self.width * self.channels;
        let seen = Seen::of(self.window, self.down, row, self.height);
        Row {
            layer: self,
            picture: &self.input[picture * size..][..size],
            seen,
            bounds,
            output,
        }
    }
}

/// A row of the output to compute.
struct Row<'a> {
    layer: &'a Depthwise<'a>,
    /// The numbers of its picture.
    picture: &'a [f32],
    /// Of the picture's rows.
    seen: Seen,
    /// What the sums are cut off at.
    bounds: [f32; 2],
    /// Where its first number is written.
    output: *mut f32,
}

impl Row<'_> {
    /// Computes all outputs, of windows of `K` places that move by `S`.
    #[inline(always)]
    fn compute<L: Lanes, const K: usize, const S: usize>(&self) {
        let Along { outputs, before } = self.layer.across;
        // Of these the whole window lies within the picture's columns.
        let first = before.div_ceil(S).min(outputs);
        let last = (self.layer.width + before + S).saturating_sub(K) / S;
        let last = last.clamp(first, outputs);
        if self.layer.channels < L::COUNT || last - first < TOGETHER {
            return self.compute_alone::<L>(0..outputs);
        }
        self.compute_alone::<L>(0..first);
        let mut column = first;
        while column < last {
            // The last of them may compute some again that those before did.
            let start = column.min(last - TOGETHER);
            // SAFETY: the windows lie within the picture's columns, and there are as many channels as a vector holds.
            unsafe { self.compute_together::<L, K, S>(start) };
            column = start + TOGETHER;
        }
        self.compute_alone::<L>(last..outputs);
    }

    /// Computes [`TOGETHER`] outputs from `column` on.
    ///
    /// # Safety
    /// Their windows lie within the picture's columns, and there are [`Lanes::COUNT`] channels at least.
    #[expect(
        clippy::needless_range_loop,
        reason = "an output counts in the picture and in an array, which the compiler then keeps in registers"
    )]
    #[inline(always)]
    unsafe fn compute_together<L: Lanes, const K: usize, const S: usize>(&self, column: usize) {
        let layer = self.layer;
        let channels = layer.channels;
        let [low, high] = self.bounds.map(L::splat);
        let left = column * S - layer.across.before;
        let mut next = 0;
        while next < channels {
            // The last vector may compute some again that the one before did.
            let channel = next.min(channels - L::COUNT);
            // SAFETY: the caller's promise, and that a vector from `channel` on is of these channels.
            unsafe {
                let mut sums = [L::load(layer.bias.as_ptr().add(channel)); TOGETHER];
                for (down, tap) in self.seen.taps.clone().enumerate() {
                    let place = (self.seen.first + down) * layer.width + left;
                    let from = self.picture.as_ptr().add(place * channels + channel);
                    let weight = layer.weight.as_ptr().add(tap * K * channels + channel);
                    let mut weights = [low; K];
                    for across in 0..K {
                        weights[across] = L::load(weight.add(across * channels));
                    }
                    for place in 0..(TOGETHER - 1) * S + K {
                        let number = L::load(from.add(place * channels));
                        for one in 0..TOGETHER {
                            if place >= one * S && place < one * S + K {
                                sums[one] = number.mul_add(weights[place - one * S], sums[one]);
                            }
                        }
                    }
                }
                for one in 0..TOGETHER {
                    let to = self.output.add((column + one) * channels + channel);
                    sums[one].max(low).min(high).write(to);
                }
            }
            next = channel + L::COUNT;
        }
    }

    /// Computes these outputs one by one, whatever their windows see.
    #[inline(always)]
    fn compute_alone<L: Lanes>(&self, columns: Range<usize>) {
        let layer = self.layer;
        let channels = layer.channels;
        for column in columns {
            let across = Seen::of(layer.window, layer.across, column, layer.width);
            // SAFETY: there is such an output.
            let output = unsafe { self.output.add(column * channels) };
            let mut channel = 0;
            while channel + VECTORS * L::COUNT <= channels {
                // SAFETY: as many channels are left.
                unsafe { self.compute_vectors::<L, VECTORS>(&across, channel, output) };
                channel += VECTORS * L::COUNT;
            }
            while channel + L::COUNT <= channels {
                // SAFETY: as above.
                unsafe { self.compute_vectors::<L, 1>(&across, channel, output) };
                channel += L::COUNT;
            }
            for channel in channel..channels {
                // SAFETY: it has such a channel.
                unsafe { output.add(channel).write(self.one(&across, channel)) };
            }
        }
    }

    /// Computes `V` vectors of channels of an output, whose window sees this of the columns.
    ///
    /// # Safety
    /// So many channels there are from `channel` on.
    #[inline(always)]
    unsafe fn compute_vectors<L: Lanes, const V: usize>(
        &self,
        across: &Seen,
        channel: usize,
        output: *mut f32,
    ) {
        let layer = self.layer;
        let channels = layer.channels;
        let [low, high] = self.bounds.map(L::splat);
        // SAFETY: what is seen lies within the picture, and the vectors are of these channels.
        unsafe {
            let mut sums = [low; V];
            for (v, sum) in sums.iter_mut().enumerate() {
                *sum = L::load(layer.bias.as_ptr().add(channel + v * L::COUNT));
            }
            for (down, tap) in self.seen.taps.clone().enumerate() {
                let place = (self.seen.first + down) * layer.width + across.first;
                let tap = tap * layer.window.kernel + across.taps.start;
                let mut from = self.picture.as_ptr().add(place * channels + channel);
                let mut weight = layer.weight.as_ptr().add(tap * channels + channel);
                for _ in across.taps.clone() {
                    for (v, sum) in sums.iter_mut().enumerate() {
                        let number = L::load(from.add(v * L::COUNT));
                        *sum = number.mul_add(L::load(weight.add(v * L::COUNT)), *sum);
                    }
                    from = from.wrapping_add(channels);
                    weight = weight.wrapping_add(channels);
                }
            }
            for (v, sum) in sums.iter().enumerate() {
                let to = output.add(channel + v * L::COUNT);
                sum.max(low).min(high).write(to);
            }
        }
    }

    /// A channel of an output, whose window sees this of the columns.
    #[inline(always)]
    fn one(&self, across: &Seen, channel: usize) -> f32 {
        let layer = self.layer;
        let mut sum = layer.bias[channel];
        for (down, tap) in self.seen.taps.clone().enumerate() {
            for (right, other) in across.taps.clone().enumerate() {
                let place = (self.seen.first + down) * layer.width + across.first + right;
                let tap = tap * layer.window.kernel + other;
                let number = self.picture[place * layer.channels + channel];
                sum += number * layer.weight[tap * layer.channels + channel];
            }
        }
        let [low, high] = self.bounds;
        sum.clamp(low, high)
    }
}
