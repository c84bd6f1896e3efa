//! Dense convolutions as im2col and GEMM, a few rows of windows at a time.

use core::ops::Range;

use burn::tensor::Shape;
use burn_flex::FlexTensor;

use super::linear::EpilogueRow;
use super::panels::{PackedPanels, pack_panels};
use super::slices::{contiguous, numbers, part_of, tensor, written};
use super::unit::in_numbered_parts;
use crate::window::Seen;
use crate::{Activation, Along, Window};

/// Bytes of what is laid side by side at a time: it should stay in a second-level cache.
const BLOCK_BYTES: usize = 128 * 1024;

/// A convolution of `[batch, height, width, c_in]` with `[c_out, kernel * kernel * c_in]`, some rows of the output on each core.
pub fn convolution(
    input: FlexTensor,
    weight: FlexTensor,
    bias: FlexTensor,
    window: Window,
    activation: Activation,
) -> FlexTensor {
    let (input, weight, bias) = (contiguous(input), pack_panels(weight), contiguous(bias));
    let shape = input.layout().shape();
    let [batch, height, width, channels] = [shape[0], shape[1], shape[2], shape[3]];
    let pictures = Pictures {
        numbers: numbers(&input),
        height,
        width,
        channels,
        down: window.along(height),
        across: window.along(width),
        window,
    };
    let columns = pictures.across.outputs;
    let rows = batch * pictures.down.outputs;
    let c_out = numbers(&bias).len();
    let weight = PackedPanels::of(&weight, c_out);
    let epilogue = EpilogueRow::bias(numbers(&bias), activation).in_tile(rows * columns);
    let part_rows = part_of(rows);
    let row_bytes = columns * pictures.length() * size_of::<f32>();
    let block = (BLOCK_BYTES / row_bytes.max(1)).clamp(1, part_rows);
    // SAFETY: each part has its own rows, all of them are computed with all panels, and the output is as large.
    let output = unsafe {
        written(rows * columns * c_out, |output| {
            in_numbered_parts(rows.div_ceil(part_rows), |part| {
                let last = rows.min((part + 1) * part_rows);
                let mut under = vec![0.0; block * columns * pictures.length()];
                for first in (part * part_rows..last).step_by(block) {
                    let rows = first..last.min(first + block);
                    let under = &mut under[..rows.len() * columns * pictures.length()];
                    pictures.lay(rows.clone(), under);
                    let outputs = rows.start * columns..rows.end * columns;
                    weight.multiply(under, outputs, 0..weight.panels(), &epilogue, output);
                }
            });
        })
    };
    let shape = [batch, pictures.down.outputs, columns, c_out];
    tensor(output, Shape::new(shape))
}

/// The pictures, and how a window goes over them.
struct Pictures<'a> {
    numbers: &'a [f32],
    height: usize,
    width: usize,
    channels: usize,
    down: Along,
    across: Along,
    window: Window,
}

impl Pictures<'_> {
    /// How many numbers lie under a window.
    fn length(&self) -> usize {
        self.window.kernel * self.window.kernel * self.channels
    }

    /// Lays what is under the windows of these rows of the output side by side; the rows of all pictures are counted through.
    fn lay(&self, rows: Range<usize>, under: &mut [f32]) {
        let size = self.height * self.width * self.channels;
        let places = under.chunks_exact_mut(self.length());
        let columns =
            rows.flat_map(|row| (0..self.across.outputs).map(move |column| (row, column)));
        for ((row, column), under) in columns.zip(places) {
            let (picture, row) = (row / self.down.outputs, row % self.down.outputs);
            let picture = &self.numbers[picture * size..][..size];
            let down = Seen::of(self.window, self.down, row, self.height);
            let across = Seen::of(self.window, self.across, column, self.width);
            let kernel = self.window.kernel;
            if down.taps.len() < kernel || across.taps.len() < kernel {
                under.fill(0.0);
            }
            let length = across.taps.len() * self.channels;
            for (y, tap) in (down.first..).zip(down.taps) {
                let from = (y * self.width + across.first) * self.channels;
                let to = (tap * kernel + across.taps.start) * self.channels;
                under[to..to + length].copy_from_slice(&picture[from..from + length]);
            }
        }
    }
}
