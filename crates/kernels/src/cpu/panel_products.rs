//! Products of all rows of a matrix with a weight that stands in panels, a tile at a time, which leaves the registers with its bias added,
//! cut off, and onto its residual.
//!
//! The module in `../../relaxed` is built from this file too.

use super::lanes::Lanes;

/// Rows of the weight in a panel, so columns of the output: two vectors of the widest unit. A narrower one takes a part at a time.
#[cfg(not(target_family = "wasm"))]
pub const COLUMNS: usize = 32;
/// Rows of the weight in a panel, so columns of the output: two vectors.
#[cfg(target_family = "wasm")]
pub const COLUMNS: usize = 8;

/// Numbers in a cache line.
const LINE: usize = 16;

/// How far ahead of the multiplication a panel is fetched, in numbers: of 128 to 1024 the quickest, a fifth faster than without.
const AHEAD: usize = 512;

/// Bytes of the input that are gone through again and again, a panel after another: they should stay in a second-level cache.
const BLOCK_BYTES: usize = 384 * 1024;

/// Bytes of a weight that is at hand wherever it lies: then a block is as small as such a weight, with its output.
const SMALL_BYTES: usize = 64 * 1024;

/// One call's matrices by address, as two wasm modules tell each other.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct PanelProduct {
    /// `[rows, depth]`
    pub input: *const f32,
    pub rows: usize,
    pub depth: usize,
    /// `[panels, depth, COLUMNS]`
    pub panels: *const f32,
    /// Of the output; the last panel may have more.
    pub columns: usize,
    /// A number for each column, or none at all.
    pub bias: *const f32,
    /// What the sums with their bias are cut off at.
    pub bounds: [f32; 2],
    /// What they are then added to, lying as the output does, or nothing.
    pub residual: *const f32,
    pub out: *mut f32,
    /// From one row of the output to the next.
    pub stride: usize,
}

impl PanelProduct {
    /// Computes it. Nothing in here can panic, since a module without memory of its own has no place for words.
    ///
    /// # Safety
    /// All of it can be read, and the output written, by nobody else.
    #[inline(always)]
    pub unsafe fn compute<L: Lanes>(&self) {
        let bytes = |numbers: usize| numbers * size_of::<f32>();
        let block = if bytes(self.depth * self.columns) <= SMALL_BYTES {
            SMALL_BYTES / bytes(self.depth + self.columns).max(1)
        } else {
            BLOCK_BYTES / bytes(self.depth).max(1)
        };
        let block = block.max(L::PANEL_ROWS) / L::PANEL_ROWS * L::PANEL_ROWS;
        let mut first = 0;
        while first < self.rows {
            let last = self.rows.min(first + block);
            let mut column = 0;
            while column < self.columns {
                let mut row = first;
                while row < last {
                    let height = L::PANEL_ROWS.min(last - row);
                    // SAFETY: the tile lies within the rows, and begins with a panel.
                    unsafe { self.of_height::<L>(height, row, column) };
                    row += height;
                }
                column += COLUMNS;
            }
            first = last;
        }
    }

    /// A tile of so many rows from `row` on, and of a panel's columns from `column` on.
    ///
    /// # Safety
    /// There are such rows, no more than [`Lanes::PANEL_ROWS`], and a panel begins with this column.
    #[inline(always)]
    unsafe fn of_height<L: Lanes>(&self, height: usize, row: usize, column: usize) {
        macro_rules! of_height {
            ($($height:literal)*) => {
                match height {
                    // SAFETY: the caller's promise.
                    $($height if $height <= L::PANEL_ROWS => unsafe { self.tile::<L, $height>(row, column) },)*
                    _ => {}
                }
            };
        }
        of_height!(1 2 3 4 5 6 7 8 9 10);
    }

    /// The tile of `R` rows.
    ///
    /// # Safety
    /// As [`PanelProduct::of_height`].
    #[inline(always)]
    unsafe fn tile<L: Lanes, const R: usize>(&self, row: usize, column: usize) {
        let columns = (self.columns - column).min(COLUMNS);
        let mut first = 0;
        while first < columns {
            // SAFETY: the caller's promise, and that these columns are some of the panel's.
            unsafe {
                if columns - first > L::COUNT {
                    self.part::<L, R, 2>(row, column, first);
                } else {
                    self.part::<L, R, 1>(row, column, first);
                }
            }
            first += 2 * L::COUNT;
        }
    }

    /// `V` vectors of each row of the tile, from its column `first` on.
    ///
    /// # Safety
    /// As [`PanelProduct::of_height`], and the panel has these vectors.
    #[expect(
        clippy::needless_range_loop,
        reason = "a row counts in the matrix and in an array, which the compiler then keeps in registers"
    )]
    #[inline(always)]
    unsafe fn part<L: Lanes, const R: usize, const V: usize>(
        &self,
        row: usize,
        column: usize,
        first: usize,
    ) {
        let depth = self.depth;
        // SAFETY: every address that is read or written is one of the rows, of the panel or of the output's columns, of which so many are
        // left; what is only fetched may lie anywhere.
        unsafe {
            let mut sums = [[L::splat(0.0); V]; R];
            let left = self.columns - column - first;
            if !self.bias.is_null() {
                for v in 0..V {
                    let bias = self.bias.add(column + first + v * L::COUNT);
                    let bias = taken::<L>(bias, left - v * L::COUNT);
                    for row in 0..R {
                        sums[row][v] = bias;
                    }
                }
            }
            let input = self.input.add(row * depth);
            let panel = self.panels.add(column * depth + first);
            for at in 0..depth {
                let panel = panel.add(at * COLUMNS);
                for line in (0..V * L::COUNT).step_by(LINE) {
                    L::prefetch(panel.wrapping_add(AHEAD + line));
                }
                let mut numbers = [L::splat(0.0); V];
                for v in 0..V {
                    numbers[v] = L::load(panel.add(v * L::COUNT));
                }
                for row in 0..R {
                    let number = L::splat(*input.add(row * depth + at));
                    for v in 0..V {
                        sums[row][v] = number.mul_add(numbers[v], sums[row][v]);
                    }
                }
            }
            let [low, high] = self.bounds.map(L::splat);
            for row in 0..R {
                for v in 0..V {
                    sums[row][v] = sums[row][v].max(low).min(high);
                }
            }
            let place = row * self.stride + column + first;
            let last = (V - 1) * L::COUNT;
            if !self.residual.is_null() {
                for row in 0..R {
                    let residual = self.residual.add(place + row * self.stride);
                    for v in 0..V - 1 {
                        sums[row][v] = sums[row][v].add(L::load(residual.add(v * L::COUNT)));
                    }
                    let residual = taken::<L>(residual.add(last), left - last);
                    sums[row][V - 1] = sums[row][V - 1].add(residual);
                }
            }
            for row in 0..R {
                let out = self.out.add(place + row * self.stride);
                for v in 0..V - 1 {
                    sums[row][v].write(out.add(v * L::COUNT));
                }
                put(sums[row][V - 1], out.add(last), left - last);
            }
        }
    }
}

/// The vector at `from`, where so many numbers are left.
///
/// # Safety
/// They can be read.
#[inline(always)]
unsafe fn taken<L: Lanes>(from: *const f32, left: usize) -> L {
    // SAFETY: the caller's promise.
    unsafe {
        if left < L::COUNT {
            L::load_first(from, left)
        } else {
            L::load(from)
        }
    }
}

/// Writes the vector to `to`, where room for so many numbers is left.
///
/// # Safety
/// They can be written.
#[inline(always)]
unsafe fn put<L: Lanes>(vector: L, to: *mut f32, left: usize) {
    // SAFETY: the caller's promise.
    unsafe {
        if left < L::COUNT {
            vector.write_first(to, left);
        } else {
            vector.write(to);
        }
    }
}
