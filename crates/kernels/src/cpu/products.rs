//! Products of all rows of one matrix with all rows of another: a tile of dot products at a time, nothing packed beforehand.
//!
//! The module in `../../relaxed` is built from this file too.

use super::lanes::Lanes;

/// Rows of a matrix in memory, row-major.
#[derive(Clone, Copy)]
pub struct Rows<'a> {
    /// The numbers, the first row's first.
    pub values: &'a [f32],
    /// How many rows there are.
    pub count: usize,
    /// How far each row's start lies behind that of the one before.
    pub stride: usize,
}

/// Rows and columns of a tile: nine sums and the six vectors that feed them fit the 15 registers that a wasm engine on x86 has left,
/// and so do not go through memory. Of seven tiles tried in V8, this one was the quickest for both kinds of multiply and add.
const TILE: usize = 3;

/// Bytes of the first matrix that are gone through again and again: they should stay in a second-level cache.
const BLOCK_BYTES: usize = 384 * 1024;

/// One call's matrices by address, as two wasm modules tell each other.
#[repr(C)]
pub struct Product {
    left: *const f32,
    left_count: usize,
    left_stride: usize,
    right: *const f32,
    right_count: usize,
    right_stride: usize,
    length: usize,
    out: *mut f32,
    out_stride: usize,
}

impl Product {
    /// `out[row * out_stride + column]` is to become the dot product of the first `length` numbers of that row of `left` and of that row
    /// of `right`.
    ///
    /// # Panics
    /// Where a matrix is shorter than its rows, or `out` than the products.
    pub fn new(
        left: Rows<'_>,
        right: Rows<'_>,
        length: usize,
        out: &mut [f32],
        out_stride: usize,
    ) -> Self {
        for rows in [left, right] {
            assert!(
                rows.count == 0 || (rows.count - 1) * rows.stride + length <= rows.values.len()
            );
        }
        assert!(left.count == 0 || (left.count - 1) * out_stride + right.count <= out.len());
        Self {
            left: left.values.as_ptr(),
            left_count: left.count,
            left_stride: left.stride,
            right: right.values.as_ptr(),
            right_count: right.count,
            right_stride: right.stride,
            length,
            out: out.as_mut_ptr(),
            out_stride,
        }
    }

    /// Computes it. Nothing in here can panic, since a module without memory of its own has no place for words.
    ///
    /// # Safety
    /// The slices it was made of live, and nobody else holds the one to write to.
    #[inline(always)]
    pub unsafe fn compute<L: Lanes>(&self) {
        // SAFETY: the tiles lie within the matrices, as `new` asserted.
        unsafe {
            in_tiles::<L>(
                self,
                self.left_count,
                self.right_count,
                self.length * size_of::<f32>(),
            );
        }
        // SAFETY: as above.
        unsafe { self.add_rest(self.length / L::COUNT * L::COUNT) }
    }

    /// Adds the products of the numbers from `start` on, which fill no vector; apart, so that the tiles stay in registers.
    ///
    /// # Safety
    /// As [`Product::compute`].
    #[inline(always)]
    unsafe fn add_rest(&self, start: usize) {
        for at in start..self.length {
            for row in 0..self.left_count {
                for column in 0..self.right_count {
                    // SAFETY: these are numbers of the matrices.
                    unsafe {
                        let left = *self.left.add(row * self.left_stride + at);
                        let right = *self.right.add(column * self.right_stride + at);
                        *self.out.add(row * self.out_stride + column) += left * right;
                    }
                }
            }
        }
    }
}

impl<L: Lanes> Tiles<L> for Product {
    #[expect(
        clippy::needless_range_loop,
        reason = "a row counts in the matrix and in two arrays, which the compiler then keeps in registers"
    )]
    #[inline(always)]
    unsafe fn tile<const R: usize, const C: usize>(&self, row: usize, column: usize) {
        let (left_stride, right_stride, length) =
            (self.left_stride, self.right_stride, self.length);
        let whole = length / L::COUNT * L::COUNT;
        // SAFETY: every address below lies within a row that the matrices have, since `at + COUNT <= length`.
        unsafe {
            let left = self.left.add(row * left_stride);
            let right = self.right.add(column * right_stride);
            let out = self.out.add(row * self.out_stride + column);
            let mut sums = [[L::splat(0.0); C]; R];
            let mut at = 0;
            while at < whole {
                let mut lefts = [L::splat(0.0); R];
                for row in 0..R {
                    lefts[row] = L::load(left.add(row * left_stride + at));
                }
                for column in 0..C {
                    let right = L::load(right.add(column * right_stride + at));
                    for row in 0..R {
                        sums[row][column] = lefts[row].mul_add(right, sums[row][column]);
                    }
                }
                at += L::COUNT;
            }
            for row in 0..R {
                for column in 0..C {
                    *out.add(row * self.out_stride + column) = sums[row][column].sum();
                }
            }
        }
    }
}

/// Products of the rows of two matrices that a vector unit `L` can compute a tile at a time.
pub trait Tiles<L> {
    /// The products of `R` rows from `row` on with `C` rows from `column` on.
    ///
    /// # Safety
    /// The matrices have these rows and can be read, and the products written.
    unsafe fn tile<const R: usize, const C: usize>(&self, row: usize, column: usize);
}

/// Computes all tiles of `rows` and `columns`; a row of the first matrix has `row_bytes`. Nothing in here can panic.
///
/// # Safety
/// As [`Tiles::tile`], for all rows.
#[inline(always)]
pub unsafe fn in_tiles<L>(products: &impl Tiles<L>, rows: usize, columns: usize, row_bytes: usize) {
    let in_cache = BLOCK_BYTES / row_bytes.max(1);
    let block = in_cache.max(TILE) / TILE * TILE;
    let mut first = 0;
    while first < rows {
        let last = rows.min(first + block);
        let mut column = 0;
        while column < columns {
            let width = TILE.min(columns - column);
            let mut row = first;
            while row < last {
                let height = TILE.min(last - row);
                // SAFETY: the tile lies within the rows.
                unsafe {
                    match (height, width) {
                        (3, 3) => products.tile::<3, 3>(row, column),
                        (3, 2) => products.tile::<3, 2>(row, column),
                        (3, _) => products.tile::<3, 1>(row, column),
                        (2, 3) => products.tile::<2, 3>(row, column),
                        (2, 2) => products.tile::<2, 2>(row, column),
                        (2, _) => products.tile::<2, 1>(row, column),
                        (_, 3) => products.tile::<1, 3>(row, column),
                        (_, 2) => products.tile::<1, 2>(row, column),
                        (_, _) => products.tile::<1, 1>(row, column),
                    }
                }
                row += height;
            }
            column += width;
        }
        first = last;
    }
}
