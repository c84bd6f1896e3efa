//! AVX2 with fused multiply and add as a vector unit: eight lanes.
//!
//! Only to be used behind a look whether the processor has both.

use core::arch::x86_64::*;

use super::int_gemm::IntLanes;
use super::lanes::{EXPONENT_BIAS, Lanes, WHOLE, instruction};

#[derive(Clone, Copy)]
pub struct Avx2(__m256);

impl Lanes for Avx2 {
    const COUNT: usize = 8;

    #[inline(always)]
    fn splat(value: f32) -> Self {
        Self(instruction!(_mm256_set1_ps(value)))
    }

    #[inline(always)]
    unsafe fn load(from: *const f32) -> Self {
        Self(instruction!(_mm256_loadu_ps(from)))
    }

    #[inline(always)]
    fn prefetch(from: *const f32) {
        instruction!(_mm_prefetch::<_MM_HINT_T0>(from.cast()));
    }

    #[inline(always)]
    unsafe fn write(self, to: *mut f32) {
        instruction!(_mm256_storeu_ps(to, self.0));
    }

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        Self(instruction!(_mm256_add_ps(self.0, other.0)))
    }

    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        Self(instruction!(_mm256_sub_ps(self.0, other.0)))
    }

    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        Self(instruction!(_mm256_mul_ps(self.0, other.0)))
    }

    #[inline(always)]
    fn div(self, other: Self) -> Self {
        Self(instruction!(_mm256_div_ps(self.0, other.0)))
    }

    #[inline(always)]
    fn min(self, other: Self) -> Self {
        Self(instruction!(_mm256_min_ps(other.0, self.0)))
    }

    #[inline(always)]
    fn max(self, other: Self) -> Self {
        Self(instruction!(_mm256_max_ps(other.0, self.0)))
    }

    #[inline(always)]
    fn mul_add(self, by: Self, onto: Self) -> Self {
        Self(instruction!(_mm256_fmadd_ps(self.0, by.0, onto.0)))
    }

    #[inline(always)]
    fn power_of_two(self) -> Self {
        Self(instruction!({
            let whole = _mm256_castps_si256(_mm256_add_ps(self.0, _mm256_set1_ps(WHOLE)));
            let bias = _mm256_set1_epi32(EXPONENT_BIAS as i32);
            _mm256_castsi256_ps(_mm256_slli_epi32::<23>(_mm256_add_epi32(whole, bias)))
        }))
    }

    #[inline(always)]
    fn sum(self) -> f32 {
        instruction!({
            let high = _mm256_extractf128_ps::<1>(self.0);
            let four = _mm_add_ps(_mm256_castps256_ps128(self.0), high);
            let two = _mm_add_ps(four, _mm_movehl_ps(four, four));
            _mm_cvtss_f32(_mm_add_ss(two, _mm_movehdup_ps(two)))
        })
    }
}

impl IntLanes for Avx2 {
    const AT_ONCE: usize = 16;
    type Shorts = __m256i;
    type Sums = __m256i;

    #[inline(always)]
    fn nothing() -> __m256i {
        instruction!(_mm256_setzero_si256())
    }

    #[inline(always)]
    unsafe fn load(from: *const i16) -> __m256i {
        instruction!(_mm256_loadu_si256(from.cast()))
    }

    #[inline(always)]
    unsafe fn widen(from: *const i8) -> __m256i {
        instruction!(_mm256_cvtepi8_epi16(_mm_loadu_si128(from.cast())))
    }

    #[inline(always)]
    fn multiply_add(one: __m256i, other: __m256i, onto: __m256i) -> __m256i {
        instruction!(_mm256_add_epi32(onto, _mm256_madd_epi16(one, other)))
    }

    #[inline(always)]
    fn total(sums: __m256i) -> f32 {
        Self(instruction!(_mm256_cvtepi32_ps(sums))).sum()
    }
}
