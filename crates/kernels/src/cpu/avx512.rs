//! AVX-512 as a vector unit: sixteen lanes, and twice the registers.
//!
//! Only to be used behind a look whether the processor has AVX512F and AVX512BW.

use core::arch::x86_64::*;

use super::int_gemm::IntLanes;
use super::lanes::{EXPONENT_AT, EXPONENT_BIAS, Lanes, WHOLE, instruction};

#[derive(Clone, Copy)]
pub struct Avx512(__m512);

impl Lanes for Avx512 {
    const COUNT: usize = 16;
    // 20 sums, two vectors of the panel, and an input that the multiplication itself spreads, of 32 registers; 50 tokens are five tiles.
    const PANEL_ROWS: usize = 10;

    #[inline(always)]
    fn splat(value: f32) -> Self {
        Self(instruction!(_mm512_set1_ps(value)))
    }

    #[inline(always)]
    unsafe fn load(from: *const f32) -> Self {
        Self(instruction!(_mm512_loadu_ps(from)))
    }

    #[inline(always)]
    fn prefetch(from: *const f32) {
        instruction!(_mm_prefetch::<_MM_HINT_T0>(from.cast()));
    }

    #[inline(always)]
    unsafe fn write(self, to: *mut f32) {
        instruction!(_mm512_storeu_ps(to, self.0));
    }

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        Self(instruction!(_mm512_add_ps(self.0, other.0)))
    }

    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        Self(instruction!(_mm512_sub_ps(self.0, other.0)))
    }

    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        Self(instruction!(_mm512_mul_ps(self.0, other.0)))
    }

    #[inline(always)]
    fn div(self, other: Self) -> Self {
        Self(instruction!(_mm512_div_ps(self.0, other.0)))
    }

    #[inline(always)]
    fn min(self, other: Self) -> Self {
        Self(instruction!(_mm512_min_ps(other.0, self.0)))
    }

    #[inline(always)]
    fn max(self, other: Self) -> Self {
        Self(instruction!(_mm512_max_ps(other.0, self.0)))
    }

    #[inline(always)]
    fn mul_add(self, by: Self, onto: Self) -> Self {
        Self(instruction!(_mm512_fmadd_ps(self.0, by.0, onto.0)))
    }

    #[inline(always)]
    fn power_of_two(self) -> Self {
        Self(instruction!({
            let whole = _mm512_castps_si512(_mm512_add_ps(self.0, _mm512_set1_ps(WHOLE)));
            let bias = _mm512_set1_epi32(EXPONENT_BIAS as i32);
            _mm512_castsi512_ps(_mm512_slli_epi32::<EXPONENT_AT>(_mm512_add_epi32(
                whole, bias,
            )))
        }))
    }

    #[inline(always)]
    fn sum(self) -> f32 {
        instruction!(_mm512_reduce_add_ps(self.0))
    }
}

impl IntLanes for Avx512 {
    const AT_ONCE: usize = 32;
    type Shorts = __m512i;
    type Sums = __m512i;

    #[inline(always)]
    fn nothing() -> __m512i {
        instruction!(_mm512_setzero_si512())
    }

    #[inline(always)]
    unsafe fn load(from: *const i16) -> __m512i {
        instruction!(_mm512_loadu_si512(from.cast()))
    }

    #[inline(always)]
    unsafe fn widen(from: *const i8) -> __m512i {
        instruction!(_mm512_cvtepi8_epi16(_mm256_loadu_si256(from.cast())))
    }

    #[inline(always)]
    fn multiply_add(one: __m512i, other: __m512i, onto: __m512i) -> __m512i {
        instruction!(_mm512_add_epi32(onto, _mm512_madd_epi16(one, other)))
    }

    #[inline(always)]
    fn total(sums: __m512i) -> f32 {
        Self(instruction!(_mm512_cvtepi32_ps(sums))).sum()
    }
}
