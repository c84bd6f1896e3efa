//! Runs work on the best vector unit of this machine, and on all its cores where there are threads.

use super::int_gemm::IntLanes;
use super::lanes::Lanes;

/// A vector unit: `f32` and integers.
pub trait Unit: Lanes + IntLanes {}

impl<L: Lanes + IntLanes> Unit for L {}

/// Work that is written for any vector unit.
pub trait Work {
    /// Does it with vectors of this kind.
    ///
    /// Whoever implements it says `#[inline(always)]`, and so does everything it calls that touches vectors: only then does the compiler
    /// know the unit where the instructions stand.
    fn run<L: Unit>(self);
}

/// Does it on the best unit.
#[cfg(target_arch = "wasm32")]
pub fn on_best_unit(work: impl Work) {
    work.run::<super::lanes::Simd128>();
}

/// Does it on the best unit.
#[cfg(target_arch = "x86_64")]
pub fn on_best_unit(work: impl Work) {
    if std::is_x86_feature_detected!("avx512f") && std::is_x86_feature_detected!("avx512bw") {
        // SAFETY: just looked.
        unsafe { with_avx512(work) }
    } else {
        without_avx512(work);
    }
}

/// Does it on the best unit but AVX-512: apart, so that a test of it runs on a processor that has more, too.
#[cfg(target_arch = "x86_64")]
pub fn without_avx512(work: impl Work) {
    if std::is_x86_feature_detected!("avx2") && std::is_x86_feature_detected!("fma") {
        // SAFETY: just looked.
        unsafe { with_avx2(work) }
    } else {
        work.run::<super::lanes::Four>();
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw")]
fn with_avx512(work: impl Work) {
    work.run::<super::avx512::Avx512>();
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
fn with_avx2(work: impl Work) {
    work.run::<super::avx2::Avx2>();
}

/// Does it on the best unit.
#[cfg(not(any(target_arch = "wasm32", target_arch = "x86_64")))]
pub fn on_best_unit(work: impl Work) {
    work.run::<super::lanes::Four>();
}

/// Calls `part` for each `size` numbers of `output`, with how many parts come before; on all cores where the target has threads.
#[cfg(not(target_family = "wasm"))]
pub fn in_parts(output: &mut [f32], size: usize, part: impl Fn(usize, &mut [f32]) + Sync) {
    use rayon::prelude::*;

    output
        .par_chunks_mut(size)
        .enumerate()
        .for_each(|(number, output)| part(number, output));
}

/// Calls `part` for each `size` numbers of `output`, with how many parts come before.
#[cfg(target_family = "wasm")]
pub fn in_parts(output: &mut [f32], size: usize, part: impl Fn(usize, &mut [f32])) {
    for (number, output) in output.chunks_mut(size).enumerate() {
        part(number, output);
    }
}

/// Calls `part` with every number below `count`, on all cores.
#[cfg(not(target_family = "wasm"))]
pub fn in_numbered_parts(count: usize, part: impl Fn(usize) + Send + Sync) {
    use rayon::prelude::*;

    (0..count).into_par_iter().for_each(part);
}

/// Calls `part` with every number below `count`.
#[cfg(target_family = "wasm")]
pub fn in_numbered_parts(count: usize, part: impl Fn(usize)) {
    (0..count).for_each(part);
}

/// How many parts to make of work that can be split anywhere.
pub fn cores() -> usize {
    #[cfg(not(target_family = "wasm"))]
    return rayon::current_num_threads();
    #[cfg(target_family = "wasm")]
    return 1;
}
