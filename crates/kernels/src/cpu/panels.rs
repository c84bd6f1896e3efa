//! Linear layers whose weight stands in panels: the numbers of so many rows side by side, made once at load, so that a tile of the products
//! reads one stream of them and spreads each input over all their columns.
//!
//! The tiles of `products.rs` read two matrices as they lie, which is as quick in wasm, where a panel's gain (a tenth, with
//! instructions written by hand) is lost in what compilers make of it. On a processor with AVX-512 the panels are twice as fast.

use burn::tensor::Shape;
use burn_flex::FlexTensor;

use super::lanes::Lanes;
use super::linear::{BehindPart, Layer};
use super::slices::{contiguous, numbers, tensor};
use super::unit::{Unit, Work, cores, in_numbered_parts, in_parts, on_best_unit};
use crate::backend::Behind;

/// Rows of the weight in a panel, so columns of the output: two vectors of the widest unit. A narrower one takes a part at a time.
pub const COLUMNS: usize = 32;

/// Numbers in a cache line.
const LINE: usize = 16;

/// How far ahead of the multiplication a panel is fetched, in numbers: of 128 to 1024 the quickest, a fifth faster than without.
const AHEAD: usize = 512;

/// The most rows of a tile on any unit.
const MOST_ROWS: usize = 10;

/// Parts of the work for each core, so that one that is held up does not hold up all, where there are panels or rows enough.
const PARTS_PER_CORE: usize = 4;

/// `[d_out, d_in]` as `[panels, COLUMNS, d_in]`: the same numbers in the same order to everyone who counts them by this shape, but
/// lying as `[panels, d_in, COLUMNS]`.
///
/// # Panics
/// When `d_out` is not a multiple of [`COLUMNS`].
pub fn stand(weight: FlexTensor) -> FlexTensor {
    let weight = contiguous(weight);
    let [d_out, d_in] = [weight.layout().shape()[0], weight.layout().shape()[1]];
    assert!(d_out.is_multiple_of(COLUMNS));
    let rows = numbers(&weight);
    let mut panels = vec![0.0; rows.len()];
    let size = COLUMNS * d_in;
    in_parts(&mut panels, size.max(1), |number, panel| {
        let rows = &rows[number * size..][..size];
        for first in (0..d_in).step_by(LINE) {
            let last = d_in.min(first + LINE);
            for (column, row) in rows.chunks_exact(d_in).enumerate() {
                for (at, number) in (first..last).zip(&row[first..last]) {
                    panel[at * COLUMNS + column] = *number;
                }
            }
        }
    });
    tensor(panels, Shape::new([d_out / COLUMNS, d_in, COLUMNS])).transpose(1, 2)
}

/// A linear layer with a weight that [`stand`] made.
///
/// # Panics
/// When it is another.
pub fn linear(input: FlexTensor, weight: &FlexTensor, behind: Behind<FlexTensor>) -> FlexTensor {
    let layout = weight.layout();
    let [panels, d_in] = [layout.shape()[0], layout.shape()[2]];
    assert_eq!(layout.shape()[1], COLUMNS);
    assert_eq!(layout.strides()[1..], [1, COLUMNS as isize]);
    let weight: &[f32] = &weight.storage()[layout.start_offset()..][..layout.num_elements()];
    let layer = Layer::new(input, panels * COLUMNS, behind);
    assert_eq!(layer.d_in(), d_in);
    let mut output = vec![0.0; layer.rows * layer.d_out];
    let to = Output(output.as_mut_ptr());
    let blocks = (PARTS_PER_CORE * cores())
        .div_ceil(panels.max(1))
        .clamp(1, layer.rows.div_ceil(MOST_ROWS).max(1));
    in_numbered_parts(panels * blocks, |part| {
        let (panel, block) = (part / blocks, part % blocks);
        on_best_unit(PanelRows {
            input: numbers(&layer.input),
            panel: &weight[panel * COLUMNS * d_in..][..COLUMNS * d_in],
            column: panel * COLUMNS,
            first: layer.rows * block / blocks,
            last: layer.rows * (block + 1) / blocks,
            behind: layer.behind(),
            output: &to,
        });
    });
    tensor(output, layer.shape)
}

/// Where the products go, of which every part writes other ones.
struct Output(*mut f32);

// SAFETY: no number is written by two parts, and none is read before all parts are done.
unsafe impl Sync for Output {}

/// Some rows of the products with a panel.
struct PanelRows<'a> {
    input: &'a [f32],
    panel: &'a [f32],
    /// The first column of the output.
    column: usize,
    first: usize,
    last: usize,
    behind: BehindPart<'a>,
    output: &'a Output,
}

impl Work for PanelRows<'_> {
    #[inline(always)]
    fn run<L: Unit>(self) {
        let count = self.last - self.first;
        // As many tiles as it takes, all as high as each other or one less.
        let tiles = count.div_ceil(L::PANEL_ROWS);
        let mut products = [[0.0; COLUMNS]; MOST_ROWS];
        for tile in 0..tiles {
            let first = self.first + count * tile / tiles;
            let last = self.first + count * (tile + 1) / tiles;
            multiply::<L>(self.input, first..last, self.panel, &mut products);
            for (row, products) in (first..last).zip(&mut products) {
                self.behind.apply::<L>(row, self.column, products);
                let to = row * self.behind.d_out + self.column;
                // SAFETY: these columns of this row are in the output, and no other part's.
                unsafe {
                    let to = self.output.0.add(to);
                    to.copy_from_nonoverlapping(products.as_ptr(), COLUMNS);
                }
            }
        }
    }
}

/// The products of a few rows of `input` with a panel.
///
/// # Panics
/// When there are more rows than any tile has, or not all of them in `input`.
#[inline(always)]
pub fn multiply<L: Lanes>(
    input: &[f32],
    rows: core::ops::Range<usize>,
    panel: &[f32],
    products: &mut [[f32; COLUMNS]; MOST_ROWS],
) {
    let d_in = panel.len() / COLUMNS;
    let count = rows.len();
    let input = &input[rows.start * d_in..rows.end * d_in];
    macro_rules! of_height {
        ($($height:literal)*) => {
            match count {
                // SAFETY: the input has so many rows, and the panel's rows are as long.
                $($height => unsafe { tile::<L, $height>(input.as_ptr(), panel.as_ptr(), d_in, products) },)*
                _ => panic!("a tile of {count} rows"),
            }
        };
    }
    of_height!(1 2 3 4 5 6 7 8 9 10);
}

/// The products of `R` rows.
///
/// # Safety
/// `R` rows of `d_in` numbers can be read at `input`, and as many of [`COLUMNS`] at `panel`.
#[expect(
    clippy::needless_range_loop,
    reason = "a row counts in the matrix and in an array, which the compiler then keeps in registers"
)]
#[inline(always)]
unsafe fn tile<L: Lanes, const R: usize>(
    input: *const f32,
    panel: *const f32,
    d_in: usize,
    products: &mut [[f32; COLUMNS]; MOST_ROWS],
) {
    for first in (0..COLUMNS).step_by(2 * L::COUNT) {
        let mut sums = [[L::splat(0.0); 2]; R];
        for at in 0..d_in {
            // SAFETY: these are numbers of the panel and of the rows; what is only fetched may lie anywhere.
            unsafe {
                let panel = panel.add(at * COLUMNS + first);
                for line in (0..2 * L::COUNT).step_by(LINE) {
                    L::prefetch(panel.wrapping_add(AHEAD + line));
                }
                let columns = [L::load(panel), L::load(panel.add(L::COUNT))];
                for row in 0..R {
                    let number = L::splat(*input.add(row * d_in + at));
                    for half in 0..2 {
                        sums[row][half] = number.mul_add(columns[half], sums[row][half]);
                    }
                }
            }
        }
        for (sums, products) in sums.iter().zip(products.iter_mut()) {
            for half in 0..2 {
                sums[half].store(&mut products[first + half * L::COUNT..]);
            }
        }
    }
}
