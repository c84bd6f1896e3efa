//! Where a convolution looks: its square window, how far it moves, and the zeros around the picture.

use core::ops::Range;

/// The window of a convolution, the same along rows and columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Window {
    /// Its side, in places.
    pub kernel: usize,
    /// How far it moves from one output to the next.
    pub stride: usize,
    /// What lies around the picture.
    pub padding: Padding,
}

/// How many zeros stand before the first place of a side and behind its last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Padding {
    /// As many as it takes for an output at every `stride`-th place, half of them before, and the odd one behind: TensorFlow's `SAME`.
    Same,
    /// So many before, and as many behind.
    Even(usize),
}

/// What a window makes of a side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Along {
    /// How many outputs it has.
    pub outputs: usize,
    /// How many zeros stand before its first place.
    pub before: usize,
}

impl Window {
    /// What it makes of a side of so many places; no output where it does not fit between the outermost zeros.
    #[must_use]
    pub fn along(self, side: usize) -> Along {
        let Self {
            kernel,
            stride,
            padding,
        } = self;
        match padding {
            Padding::Same => {
                let outputs = side.div_ceil(stride);
                let reach = outputs.saturating_sub(1) * stride + kernel;
                Along {
                    outputs,
                    before: reach.saturating_sub(side) / 2,
                }
            }
            Padding::Even(before) => {
                let room = (side + 2 * before).checked_sub(kernel);
                Along {
                    outputs: room.map_or(0, |room| room / stride + 1),
                    before,
                }
            }
        }
    }
}

/// The part of a window that lies within the picture, along one side.
pub(crate) struct Seen {
    /// Of the window's places.
    pub taps: Range<usize>,
    /// The picture's place under the first of them.
    pub first: usize,
}

impl Seen {
    /// What the window of this output sees of a side.
    #[inline(always)]
    pub fn of(window: Window, along: Along, output: usize, side: usize) -> Self {
        let start = output * window.stride;
        let last = window
            .kernel
            .min((side + along.before).saturating_sub(start));
        let first = along.before.saturating_sub(start).min(last);
        Self {
            taps: first..last,
            first: (start + first).saturating_sub(along.before),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Along, Padding, Window};

    fn along(kernel: usize, stride: usize, padding: Padding, side: usize) -> [usize; 2] {
        let window = Window {
            kernel,
            stride,
            padding,
        };
        let Along { outputs, before } = window.along(side);
        [outputs, before]
    }

    #[test]
    fn same_has_an_output_at_every_stride_and_the_odd_zero_behind() {
        for (kernel, stride, side, wanted) in [
            (3, 1, 7, [7, 1]),
            (3, 2, 224, [112, 0]),
            (3, 2, 225, [113, 1]),
            (5, 2, 112, [56, 1]),
            (5, 2, 7, [4, 2]),
            (5, 1, 1, [1, 2]),
            (1, 2, 4, [2, 0]),
            (2, 1, 3, [3, 0]),
        ] {
            let found = along(kernel, stride, Padding::Same, side);
            assert_eq!(found, wanted, "{kernel} {stride} over {side}");
        }
    }

    #[test]
    fn even_zeros_stand_on_both_sides() {
        for (kernel, stride, zeros, side, wanted) in [
            (7, 2, 3, 224, [112, 3]),
            (3, 2, 1, 112, [56, 1]),
            (3, 1, 0, 3, [1, 0]),
            (3, 1, 0, 2, [0, 0]),
        ] {
            let found = along(kernel, stride, Padding::Even(zeros), side);
            assert_eq!(found, wanted, "{kernel} {stride} {zeros} over {side}");
        }
    }
}
