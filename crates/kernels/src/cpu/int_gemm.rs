//! Integer GEMM for q8 models: i16 activations (15 bits) x i8 weights, i32 accumulators, two products an instruction (pmaddwd).
//!
//! Inputs of 8 bits, as is usual, would be no quicker here: what multiplies and adds bytes is not in simd128, and what is in
//! relaxed-simd takes three instructions where the processor has none for it. With 15 bits nothing is lost that could be seen.

use super::lanes::WHOLE;
use super::products::{Tiles, in_tiles};

/// The integers that a vector unit multiplies.
pub trait IntLanes: Copy {
    /// How many are multiplied at once.
    const AT_ONCE: usize;
    /// So many numbers of 16 bits.
    type Shorts: Copy;
    /// Sums of 32 bits, one for each two of them.
    type Sums: Copy;

    /// Sums of nothing.
    fn nothing() -> Self::Sums;

    /// The numbers at `from`.
    ///
    /// # Safety
    /// [`IntLanes::AT_ONCE`] numbers can be read at `from`, which needs no alignment.
    unsafe fn load(from: *const i16) -> Self::Shorts;

    /// The bytes at `from`, as numbers of 16 bits.
    ///
    /// # Safety
    /// As [`IntLanes::load`].
    unsafe fn widen(from: *const i8) -> Self::Shorts;

    /// The products, each two of them added to a sum of `onto`.
    fn multiply_add(one: Self::Shorts, other: Self::Shorts, onto: Self::Sums) -> Self::Sums;

    /// All sums together.
    fn total(sums: Self::Sums) -> f32;
}

/// The fewest sums that any unit has: each takes the products of every fourth number.
const SUMS: usize = 4;
/// The largest weight, regardless of its sign.
const LARGEST_WEIGHT: usize = 128;

/// Rows quantised to i16, each with the scale that leaves it as many bits as the accumulators have room for.
pub struct Quantised {
    /// `[rows, width]`
    pub values: Vec<i16>,
    /// What each row's numbers are to be multiplied with.
    pub scales: Vec<f32>,
}

impl Quantised {
    /// Quantises the rows of `values`.
    #[inline(always)]
    pub fn new(values: &[f32], rows: usize) -> Self {
        let width = values.len() / rows.max(1);
        let products = width.div_ceil(SUMS) * LARGEST_WEIGHT;
        let largest = (i32::MAX as usize / products.max(1)).min(i16::MAX as usize) as f32;
        let mut quantised = Vec::with_capacity(values.len());
        let mut scales = Vec::with_capacity(rows);
        for row in values.chunks_exact(width.max(1)) {
            // By their bits: magnitudes compare as integers do, and NaN is the largest.
            let most = row
                .iter()
                .fold(0, |most, value| value.abs().to_bits().max(most));
            let most = f32::from_bits(most);
            let factor = if most > 0.0 { largest / most } else { 0.0 };
            quantised.extend(
                row.iter()
                    .map(|value| (value * factor + WHOLE).to_bits() as i16),
            );
            scales.push(most / largest);
        }
        Self {
            values: quantised,
            scales,
        }
    }
}

/// Plain Rust, for a processor without any instruction of ours.
#[cfg(not(target_arch = "wasm32"))]
impl IntLanes for super::lanes::Four {
    const AT_ONCE: usize = 8;
    type Shorts = [i16; 8];
    type Sums = [i32; 4];

    #[inline(always)]
    fn nothing() -> [i32; 4] {
        [0; 4]
    }

    #[inline(always)]
    unsafe fn load(from: *const i16) -> [i16; 8] {
        // SAFETY: the caller's promise; an array of i16 may lie where an i16 may.
        unsafe { *from.cast() }
    }

    #[inline(always)]
    unsafe fn widen(from: *const i8) -> [i16; 8] {
        // SAFETY: as above.
        unsafe { *from.cast::<[i8; 8]>() }.map(i16::from)
    }

    #[inline(always)]
    fn multiply_add(one: [i16; 8], other: [i16; 8], onto: [i32; 4]) -> [i32; 4] {
        let product = |at: usize| i32::from(one[at]) * i32::from(other[at]);
        core::array::from_fn(|at| onto[at] + product(2 * at) + product(2 * at + 1))
    }

    #[inline(always)]
    fn total([a, b, c, d]: [i32; 4]) -> f32 {
        (a as f32 + c as f32) + (b as f32 + d as f32)
    }
}

#[cfg(target_arch = "wasm32")]
mod simd128 {
    use core::arch::wasm32::*;

    use super::super::lanes::{Lanes, Simd128};
    use super::IntLanes;

    impl IntLanes for Simd128 {
        const AT_ONCE: usize = 8;
        type Shorts = v128;
        type Sums = v128;

        #[inline(always)]
        fn nothing() -> v128 {
            i32x4_splat(0)
        }

        #[inline(always)]
        unsafe fn load(from: *const i16) -> v128 {
            // SAFETY: the caller's promise; wasm loads vectors from any address.
            unsafe { v128_load(from.cast()) }
        }

        #[inline(always)]
        unsafe fn widen(from: *const i8) -> v128 {
            // SAFETY: as above.
            unsafe { i16x8_load_extend_i8x8(from) }
        }

        #[inline(always)]
        fn multiply_add(one: v128, other: v128, onto: v128) -> v128 {
            i32x4_add(onto, i32x4_dot_i16x8(one, other))
        }

        #[inline(always)]
        fn total(sums: v128) -> f32 {
            Self::from(f32x4_convert_i32x4(sums)).sum()
        }
    }
}

/// `out[row * columns + column]` becomes the dot product of that row of `left` and that row of `right`.
///
/// # Panics
/// When `out` is not `rows * columns` long, or the matrices do not fit that.
#[inline(always)]
pub fn int_gemm<L: IntLanes>(
    left: &[i16],
    right: &[i8],
    rows: usize,
    columns: usize,
    out: &mut [f32],
) {
    assert_eq!(out.len(), rows * columns);
    let Some(width) = left.len().checked_div(rows) else {
        return;
    };
    assert!(left.len() == rows * width && right.len() == columns * width);
    let matrices = Matrices {
        left: left.as_ptr(),
        right: right.as_ptr(),
        width,
        out: out.as_mut_ptr(),
        columns,
    };
    // SAFETY: the matrices have these rows, as was asserted, and live until this function ends.
    unsafe { in_tiles::<L>(&matrices, rows, columns, size_of_val(left) / rows) }
}

/// The matrices by address.
struct Matrices {
    left: *const i16,
    right: *const i8,
    width: usize,
    out: *mut f32,
    columns: usize,
}

impl<L: IntLanes> Tiles<L> for Matrices {
    #[expect(
        clippy::needless_range_loop,
        reason = "a row counts in the matrix and in two arrays, which the compiler then keeps in registers"
    )]
    #[inline(always)]
    unsafe fn tile<const R: usize, const C: usize>(&self, row: usize, column: usize) {
        let width = self.width;
        let whole = width / L::AT_ONCE * L::AT_ONCE;
        // SAFETY: every address below lies within a row that the matrices have, since `at + AT_ONCE <= width`.
        unsafe {
            let left = self.left.add(row * width);
            let right = self.right.add(column * width);
            let out = self.out.add(row * self.columns + column);
            let mut sums = [[L::nothing(); C]; R];
            let mut at = 0;
            while at < whole {
                let mut lefts = [L::load(left.add(at)); R];
                for row in 1..R {
                    lefts[row] = L::load(left.add(row * width + at));
                }
                for column in 0..C {
                    let right = L::widen(right.add(column * width + at));
                    for row in 0..R {
                        sums[row][column] = L::multiply_add(lefts[row], right, sums[row][column]);
                    }
                }
                at += L::AT_ONCE;
            }
            for row in 0..R {
                for column in 0..C {
                    let mut rest = 0;
                    for at in whole..width {
                        let left = *left.add(row * width + at);
                        rest += i32::from(left) * i32::from(*right.add(column * width + at));
                    }
                    *out.add(row * self.columns + column) =
                        L::total(sums[row][column]) + rest as f32;
                }
            }
        }
    }
}
