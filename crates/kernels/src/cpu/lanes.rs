//! Several numbers at once: what the CPU's kernels ask of a vector unit, and the units that can do it.
//!
//! The kernels are written once over [`Lanes`]. A browser gets them for simd128; a computer for AVX-512 or AVX2 with
//! fused multiply and add where it has them, else for four numbers at a time, which compilers turn into SSE2 or NEON.

/// The most numbers that any vector holds.
const MOST: usize = 16;

/// A vector of `f32`.
pub trait Lanes: Copy {
    /// How many numbers it holds.
    const COUNT: usize;

    /// The most rows of a tile of a panel: two sums for each, two vectors of the panel and one input should fit the registers.
    const PANEL_ROWS: usize = 6;

    /// All of them `value`.
    fn splat(value: f32) -> Self;

    /// Those at `from`.
    ///
    /// # Safety
    /// [`Lanes::COUNT`] numbers can be read at `from`, which needs no alignment.
    unsafe fn load(from: *const f32) -> Self;

    /// The first `count` of those at `from`, and zeros.
    ///
    /// # Safety
    /// So many numbers can be read at `from`: one at least, and fewer than a vector holds.
    #[inline(always)]
    unsafe fn load_first(from: *const f32, count: usize) -> Self {
        let mut padded = [0.0; MOST];
        // SAFETY: the caller's promise; no vector is longer than the array.
        unsafe {
            from.copy_to_nonoverlapping(padded.as_mut_ptr(), count);
            Self::load(padded.as_ptr())
        }
    }

    /// Says that what lies at `from`, any address, will be read soon.
    #[inline(always)]
    fn prefetch(_from: *const f32) {}

    /// Writes them to `to`.
    ///
    /// # Safety
    /// [`Lanes::COUNT`] numbers can be written at `to`, which needs no alignment.
    unsafe fn write(self, to: *mut f32);

    /// Writes the first `count` of them to `to`.
    ///
    /// # Safety
    /// So many numbers can be written at `to`: one at least, and fewer than a vector holds.
    #[inline(always)]
    unsafe fn write_first(self, to: *mut f32, count: usize) {
        let mut padded = [0.0; MOST];
        self.store(&mut padded);
        // SAFETY: the caller's promise; no vector is longer than the array.
        unsafe { to.copy_from_nonoverlapping(padded.as_ptr(), count) }
    }

    /// Writes them to the beginning of `to`, which holds at least [`Lanes::COUNT`].
    #[inline(always)]
    fn store(self, to: &mut [f32]) {
        let to = &mut to[..Self::COUNT];
        // SAFETY: so many numbers there are.
        unsafe { self.write(to.as_mut_ptr()) }
    }

    /// `self + other`.
    fn add(self, other: Self) -> Self;

    /// `self - other`.
    fn sub(self, other: Self) -> Self;

    /// `self * other`.
    fn mul(self, other: Self) -> Self;

    /// `self / other`.
    fn div(self, other: Self) -> Self;

    /// The smaller of each two.
    fn min(self, other: Self) -> Self;

    /// The larger of each two.
    fn max(self, other: Self) -> Self;

    /// `self * by + onto`, rounded once or twice.
    fn mul_add(self, by: Self, onto: Self) -> Self;

    /// `2^n` of integers `n` from -126 to 127.
    fn power_of_two(self) -> Self;

    /// The sum of them.
    fn sum(self) -> f32;
}

/// Moves an integer into the low bits of an `f32`: 1.5 * 2^23.
pub const WHOLE: f32 = 12_582_912.0;

/// Where the exponent of an `f32` begins, and what is added to it.
pub const EXPONENT_AT: u32 = 23;
pub const EXPONENT_BIAS: u32 = 127;

/// Four numbers without any instruction of ours.
#[cfg(not(target_arch = "wasm32"))]
#[derive(Clone, Copy)]
pub struct Four([f32; 4]);

#[cfg(not(target_arch = "wasm32"))]
impl Four {
    #[inline(always)]
    fn with(self, other: Self, each: impl Fn(f32, f32) -> f32) -> Self {
        Self(core::array::from_fn(|at| each(self.0[at], other.0[at])))
    }
}

#[cfg(not(target_arch = "wasm32"))]
impl Lanes for Four {
    const COUNT: usize = 4;

    #[inline(always)]
    fn splat(value: f32) -> Self {
        Self([value; 4])
    }

    #[inline(always)]
    unsafe fn load(from: *const f32) -> Self {
        // SAFETY: the caller's promise; an array of f32 may lie where an f32 may.
        Self(unsafe { *from.cast::<[f32; 4]>() })
    }

    #[inline(always)]
    unsafe fn write(self, to: *mut f32) {
        // SAFETY: the caller's promise; an array of f32 may lie where an f32 may.
        unsafe { to.cast::<[f32; 4]>().write(self.0) }
    }

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        self.with(other, |one, other| one + other)
    }

    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        self.with(other, |one, other| one - other)
    }

    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        self.with(other, |one, other| one * other)
    }

    #[inline(always)]
    fn div(self, other: Self) -> Self {
        self.with(other, |one, other| one / other)
    }

    #[inline(always)]
    fn min(self, other: Self) -> Self {
        self.with(other, |one, other| if other < one { other } else { one })
    }

    #[inline(always)]
    fn max(self, other: Self) -> Self {
        self.with(other, |one, other| if other > one { other } else { one })
    }

    #[inline(always)]
    fn mul_add(self, by: Self, onto: Self) -> Self {
        self.mul(by).add(onto)
    }

    #[inline(always)]
    fn power_of_two(self) -> Self {
        Self(self.0.map(|n| {
            let biased = (n + WHOLE).to_bits().wrapping_add(EXPONENT_BIAS);
            f32::from_bits(biased << EXPONENT_AT)
        }))
    }

    #[inline(always)]
    fn sum(self) -> f32 {
        let [a, b, c, d] = self.0;
        (a + c) + (b + d)
    }
}

#[cfg(target_arch = "wasm32")]
pub use simd128::Simd128;

/// simd128, which every browser with WebGPU has; built with relaxed-simd, it multiplies and adds in one instruction.
#[cfg(target_arch = "wasm32")]
mod simd128 {
    use core::arch::wasm32::*;

    use super::{EXPONENT_AT, EXPONENT_BIAS, Lanes, WHOLE};

    #[derive(Clone, Copy)]
    pub struct Simd128(v128);

    impl From<v128> for Simd128 {
        #[inline(always)]
        fn from(vector: v128) -> Self {
            Self(vector)
        }
    }

    impl Lanes for Simd128 {
        const COUNT: usize = 4;
        // Of nine tiles tried in V8, with these two vectors to a row the quickest, though five rows would fit the registers.
        const PANEL_ROWS: usize = 4;

        #[inline(always)]
        fn splat(value: f32) -> Self {
            Self(f32x4_splat(value))
        }

        #[inline(always)]
        unsafe fn load(from: *const f32) -> Self {
            // SAFETY: the caller's promise; wasm loads vectors from any address.
            Self(unsafe { v128_load(from.cast()) })
        }

        #[inline(always)]
        unsafe fn write(self, to: *mut f32) {
            // SAFETY: the caller's promise; wasm stores vectors to any address.
            unsafe { v128_store(to.cast(), self.0) }
        }

        // Through no array: a module without a stack has no place for one.
        #[inline(always)]
        unsafe fn load_first(from: *const f32, count: usize) -> Self {
            // SAFETY: the caller's promise.
            Self(unsafe {
                match count {
                    1 => v128_load32_zero(from.cast()),
                    2 => v128_load64_zero(from.cast()),
                    _ => v128_load32_lane::<2>(v128_load64_zero(from.cast()), from.add(2).cast()),
                }
            })
        }

        #[inline(always)]
        unsafe fn write_first(self, to: *mut f32, count: usize) {
            // SAFETY: the caller's promise.
            unsafe {
                if count > 1 {
                    v128_store64_lane::<0>(self.0, to.cast());
                }
                match count {
                    1 => v128_store32_lane::<0>(self.0, to.cast()),
                    3 => v128_store32_lane::<2>(self.0, to.add(2).cast()),
                    _ => {}
                }
            }
        }

        #[inline(always)]
        fn add(self, other: Self) -> Self {
            Self(f32x4_add(self.0, other.0))
        }

        #[inline(always)]
        fn sub(self, other: Self) -> Self {
            Self(f32x4_sub(self.0, other.0))
        }

        #[inline(always)]
        fn mul(self, other: Self) -> Self {
            Self(f32x4_mul(self.0, other.0))
        }

        #[inline(always)]
        fn div(self, other: Self) -> Self {
            Self(f32x4_div(self.0, other.0))
        }

        #[inline(always)]
        fn min(self, other: Self) -> Self {
            Self(f32x4_pmin(self.0, other.0))
        }

        #[inline(always)]
        fn max(self, other: Self) -> Self {
            Self(f32x4_pmax(self.0, other.0))
        }

        #[cfg(target_feature = "relaxed-simd")]
        #[inline(always)]
        fn mul_add(self, by: Self, onto: Self) -> Self {
            Self(f32x4_relaxed_madd(self.0, by.0, onto.0))
        }

        #[cfg(not(target_feature = "relaxed-simd"))]
        #[inline(always)]
        fn mul_add(self, by: Self, onto: Self) -> Self {
            onto.add(self.mul(by))
        }

        #[inline(always)]
        fn power_of_two(self) -> Self {
            let whole = f32x4_add(self.0, f32x4_splat(WHOLE));
            let biased = u32x4_add(whole, u32x4_splat(EXPONENT_BIAS));
            Self(u32x4_shl(biased, EXPONENT_AT))
        }

        #[inline(always)]
        fn sum(self) -> f32 {
            let halves = f32x4_add(self.0, u32x4_shuffle::<2, 3, 0, 1>(self.0, self.0));
            f32x4_extract_lane::<0>(halves) + f32x4_extract_lane::<1>(halves)
        }
    }
}

/// Calls an instruction of a vector unit: who uses the unit has looked whether the processor has it.
#[cfg(target_arch = "x86_64")]
macro_rules! instruction {
    ($instruction:expr) => {
        // SAFETY: a unit is only used in functions that are compiled for it, and called where the processor has it.
        unsafe { $instruction }
    };
}

#[cfg(target_arch = "x86_64")]
pub(crate) use instruction;
