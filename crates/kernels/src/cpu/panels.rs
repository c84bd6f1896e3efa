//! Linear layers with a pre-packed weight: panels of so many rows side by side, packed once at load, so that a tile of the GEMM reads one
//! stream of them and broadcasts each input over all their columns.
//!
//! The tiles of `products.rs` read two matrices as they lie. They add each sum up from a vector at its end, which takes as long as the
//! products themselves where rows are short, as those of channels of a picture are; and with AVX-512 the panels are twice as fast.

use core::ops::Range;

use burn::tensor::Shape;
use burn_flex::FlexTensor;

use super::linear::{EpilogueRow, InTile, Layer};
use super::multiply::multiply_panels;
pub use super::panel_products::COLUMNS;
use super::panel_products::PanelProduct;
use super::slices::{Output, contiguous, numbers, tensor, written};
use super::unit::{Unit, Work, cores, in_numbered_parts, in_parts, on_best_unit};
use crate::backend::Epilogue;

/// Numbers in a cache line.
const LINE: usize = 16;

/// Bytes of a weight that stays in a second-level cache, so that each core may go through all of it with its part of the rows.
const SMALL_BYTES: usize = 256 * 1024;

/// Parts of the work for each core, so that one that is held up does not hold up all, where there are panels or rows enough.
const PARTS_PER_CORE: usize = 4;

/// Rows that are worth a part.
const PART_ROWS: usize = 10;

/// Packs a weight `[d_out, d_in]` into panels of the right-hand side of a GEMM: logically `[panels, COLUMNS, d_in]`, row-major and padded
/// with zeros behind the last row; physically `[panels, d_in, COLUMNS]`, so that a tile reads the columns of one depth side by side.
pub fn pack_panels(weight: FlexTensor) -> FlexTensor {
    let weight = contiguous(weight);
    let [d_out, d_in] = [weight.layout().shape()[0], weight.layout().shape()[1]];
    let count = d_out.div_ceil(COLUMNS);
    let rows = numbers(&weight);
    let size = COLUMNS * d_in;
    let mut panels = vec![0.0; count * size];
    in_parts(&mut panels, size.max(1), |number, panel| {
        let rows = &rows[number * size..];
        for first in (0..d_in).step_by(LINE) {
            let last = d_in.min(first + LINE);
            for (column, row) in rows.chunks_exact(d_in).take(COLUMNS).enumerate() {
                for (at, number) in (first..last).zip(&row[first..last]) {
                    panel[at * COLUMNS + column] = *number;
                }
            }
        }
    });
    tensor(panels, Shape::new([count, d_in, COLUMNS])).transpose(1, 2)
}

/// A weight that [`pack_panels`] made, in its physical layout.
#[derive(Clone, Copy)]
pub struct PackedPanels<'a> {
    numbers: &'a [f32],
    /// Of a row.
    depth: usize,
    /// Rows, so columns of the output.
    columns: usize,
}

impl<'a> PackedPanels<'a> {
    /// That weight of so many rows.
    ///
    /// # Panics
    /// When it is another.
    pub fn of(weight: &'a FlexTensor, columns: usize) -> Self {
        let layout = weight.layout();
        let [panels, depth] = [layout.shape()[0], layout.shape()[2]];
        assert!(layout.shape()[1] == COLUMNS && panels == columns.div_ceil(COLUMNS));
        assert_eq!(layout.strides()[1..], [1, COLUMNS as isize]);
        Self {
            numbers: &weight.storage()[layout.start_offset()..][..layout.num_elements()],
            depth,
            columns,
        }
    }

    /// How many panels it has.
    pub fn panels(&self) -> usize {
        self.columns.div_ceil(COLUMNS)
    }

    /// Writes the products of rows, whose numbers are `input`, with some of the panels, and applies the epilogue.
    ///
    /// # Safety
    /// The output has these rows, and nobody else writes these columns of them.
    ///
    /// # Panics
    /// When the input is not of so many rows.
    pub unsafe fn multiply(
        &self,
        input: &[f32],
        rows: Range<usize>,
        panels: Range<usize>,
        epilogue: &InTile<'_>,
        output: &Output,
    ) {
        assert_eq!(input.len(), rows.len() * self.depth);
        let column = panels.start * COLUMNS;
        let place = rows.start * self.columns + column;
        let address = |numbers: Option<&[f32]>, at: usize| {
            numbers.map_or(core::ptr::null(), |numbers| numbers[at..].as_ptr())
        };
        let product = PanelProduct {
            input: input.as_ptr(),
            rows: rows.len(),
            depth: self.depth,
            panels: self.numbers[column * self.depth..].as_ptr(),
            columns: self.columns.min(panels.end * COLUMNS) - column,
            bias: address(epilogue.bias, column),
            bounds: epilogue.bounds,
            residual: address(epilogue.residual, place),
            // SAFETY: the caller's promise.
            out: unsafe { output.at(place) },
            stride: self.columns,
        };
        on_best_unit(Part {
            product,
            rest: epilogue.rest,
            row: rows.start,
            column,
        });
    }
}

/// A linear layer with a weight of `d_out` rows that [`pack_panels`] made.
///
/// # Panics
/// When it is another.
pub fn linear(
    input: FlexTensor,
    weight: &FlexTensor,
    d_out: usize,
    epilogue: Epilogue<FlexTensor>,
) -> FlexTensor {
    let weight = PackedPanels::of(weight, d_out);
    let layer = Layer::new(input, d_out, epilogue);
    let epilogue = layer.epilogue().in_tile(layer.rows);
    let input = numbers(&layer.input);
    let parts = Parts::of(layer.rows, weight.panels(), size_of_val(weight.numbers));
    // SAFETY: each part has its own rows and panels, and all of them together are all rows of all panels.
    let output = unsafe {
        written(layer.rows * d_out, |output| {
            in_numbered_parts(parts.count(), |number| {
                let [rows, panels] = parts.part(number);
                let input = &input[rows.start * weight.depth..rows.end * weight.depth];
                weight.multiply(input, rows, panels, &epilogue, output);
            });
        })
    };
    tensor(output, layer.shape)
}

/// How the work is split: into so many blocks of rows, each with all panels or with one.
struct Parts {
    rows: usize,
    blocks: usize,
    panels: usize,
    /// Panels of a part.
    together: usize,
}

impl Parts {
    fn of(rows: usize, panels: usize, weight_bytes: usize) -> Self {
        let wanted = if cores() > 1 {
            PARTS_PER_CORE * cores()
        } else {
            1
        };
        let enough_rows = rows >= wanted * PART_ROWS && weight_bytes <= SMALL_BYTES;
        let together = if wanted == 1 || enough_rows {
            panels
        } else {
            1
        };
        Self {
            rows,
            blocks: wanted
                .div_ceil(panels.div_ceil(together).max(1))
                .clamp(1, rows.div_ceil(PART_ROWS).max(1)),
            panels,
            together,
        }
    }

    fn count(&self) -> usize {
        self.blocks * self.panels.div_ceil(self.together)
    }

    /// The rows and the panels of a part.
    fn part(&self, number: usize) -> [Range<usize>; 2] {
        let (panel, block) = (number / self.blocks * self.together, number % self.blocks);
        let row = |block| self.rows * block / self.blocks;
        [
            row(block)..row(block + 1),
            panel..self.panels.min(panel + self.together),
        ]
    }
}

/// Some rows of the products with some panels.
struct Part<'a> {
    product: PanelProduct,
    /// What is still to be done then, the part's first row and column.
    rest: Option<EpilogueRow<'a>>,
    row: usize,
    column: usize,
}

impl Work for Part<'_> {
    #[inline(always)]
    fn run<L: Unit>(self) {
        // SAFETY: who made the part made sure of its places, which no other part has.
        unsafe { multiply_panels::<L>(&self.product) };
        let Some(rest) = self.rest else { return };
        for row in 0..self.product.rows {
            // SAFETY: as above, and the numbers are written by now.
            let values = unsafe {
                let values = self.product.out.add(row * self.product.stride);
                core::slice::from_raw_parts_mut(values, self.product.columns)
            };
            rest.apply::<L>(self.row + row, self.column, values);
        }
    }
}
