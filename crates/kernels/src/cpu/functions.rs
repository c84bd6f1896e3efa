//! Functions of many numbers at once: the exponential, CLIP's activations, softmax and layer norm.

use super::lanes::{Lanes, WHOLE};
use crate::Activation;

/// Beyond these the exponential leaves the normal numbers of f32.
const EXP_RANGE: [f32; 2] = [-87.0, 88.0];

/// `e^x`, within two units in the last place; what is beyond f32 gives the nearest end.
///
/// The argument is brought to half of ln 2 around 0, where Cephes' polynomial (expf.c, Moshier 1992) holds.
#[inline(always)]
fn exp<L: Lanes>(x: L) -> L {
    let x = x.max(L::splat(EXP_RANGE[0])).min(L::splat(EXP_RANGE[1]));
    let whole = L::splat(WHOLE);
    let n = x
        .mul_add(L::splat(core::f32::consts::LOG2_E), whole)
        .sub(whole);
    // ln 2 in two parts, the first with few enough digits for an exact product.
    let x = n.mul_add(L::splat(-0.693_359_4), x);
    let x = n.mul_add(L::splat(2.121_944_4e-4), x);
    let polynomial = [
        1.398_199_9e-3,
        8.333_452e-3,
        4.166_579_6e-2,
        1.666_666_5e-1,
        0.5,
    ];
    let mut sum = L::splat(1.987_569_1e-4);
    for next in polynomial {
        sum = sum.mul_add(x, L::splat(next));
    }
    let sum = sum.mul_add(x.mul(x), x).add(L::splat(1.0));
    sum.mul(n.power_of_two())
}

/// A function of one number, of many at once.
///
/// A trait and no closure, since what calls a closure is compiled without the vector unit's instructions, and then calls each of them.
pub trait Function {
    /// Its values.
    fn of<L: Lanes>(x: L) -> L;
}

/// `x sigmoid(1.702 x)`.
pub struct QuickGelu;

impl Function for QuickGelu {
    #[inline(always)]
    fn of<L: Lanes>(x: L) -> L {
        let one = L::splat(1.0);
        x.div(one.add(exp(x.mul(L::splat(-1.702)))))
    }
}

/// `x Φ(x)`, Φ by the error function of Abramowitz and Stegun 7.1.26: 1.5e-7 off at most.
pub struct Gelu;

impl Function for Gelu {
    #[inline(always)]
    fn of<L: Lanes>(x: L) -> L {
        let zero = L::splat(0.0);
        let one = L::splat(1.0);
        let far = x
            .max(zero.sub(x))
            .mul(L::splat(core::f32::consts::FRAC_1_SQRT_2));
        let t = one.div(far.mul_add(L::splat(0.327_591_1), one));
        let polynomial = [-1.453_152_1, 1.421_413_8, -0.284_496_72, 0.254_829_6];
        let mut sum = L::splat(1.061_405_4);
        for next in polynomial {
            sum = sum.mul_add(t, L::splat(next));
        }
        // What is left beyond |x|: 1 - erf.
        let beyond = sum.mul(t).mul(exp(zero.sub(far.mul(far))));
        let half = x.mul(L::splat(0.5));
        let reach = half.max(zero.sub(half));
        // x Φ(x) = max(x, 0) - |x| (1 - erf(|x| / √2)) / 2, which loses nothing for large negative x.
        x.max(zero).sub(reach.mul(beyond))
    }
}

/// An activation as bounds that cut its numbers off, and what is left of it to do.
pub fn bounds(activation: Activation) -> ([f32; 2], Activation) {
    match activation {
        Activation::Relu6 => ([0.0, 6.0], Activation::None),
        Activation::None | Activation::QuickGelu | Activation::Gelu => {
            ([f32::NEG_INFINITY, f32::INFINITY], activation)
        }
    }
}

/// `x` from 0 to 6.
pub struct Relu6;

impl Function for Relu6 {
    #[inline(always)]
    fn of<L: Lanes>(x: L) -> L {
        x.max(L::splat(0.0)).min(L::splat(6.0))
    }
}

/// Replaces every number by the function's value.
#[inline(always)]
pub fn each<L: Lanes, F: Function>(values: &mut [f32]) {
    let mut chunks = values.chunks_exact_mut(L::COUNT);
    for chunk in &mut chunks {
        F::of(load::<L>(chunk)).store(chunk);
    }
    let rest = chunks.into_remainder();
    if !rest.is_empty() {
        let mut padded = [0.0; 16];
        padded[..rest.len()].copy_from_slice(rest);
        F::of(load::<L>(&padded)).store(&mut padded);
        rest.copy_from_slice(&padded[..rest.len()]);
    }
}

/// The softmax of `scale` times the numbers, which are a multiple of [`Lanes::COUNT`] of them.
#[inline(always)]
pub fn softmax<L: Lanes>(row: &mut [f32], scale: f32) {
    let most = row.iter().fold(f32::MIN, |most, &value| most.max(value));
    let mut sums = L::splat(0.0);
    for chunk in row.chunks_exact_mut(L::COUNT) {
        let grown = exp(load::<L>(chunk).sub(L::splat(most)).mul(L::splat(scale)));
        sums = sums.add(grown);
        grown.store(chunk);
    }
    let share = L::splat(1.0 / sums.sum());
    for chunk in row.chunks_exact_mut(L::COUNT) {
        load::<L>(chunk).mul(share).store(chunk);
    }
}

/// Each row of `weight`'s length brought to mean 0 and variance 1, then scaled and shifted; two passes, as PyTorch has them.
#[inline(always)]
pub fn layer_norm<L: Lanes>(
    input: &[f32],
    weight: &[f32],
    bias: &[f32],
    eps: f32,
    output: &mut [f32],
) {
    let width = weight.len();
    let rows = input
        .chunks_exact(width)
        .zip(output.chunks_exact_mut(width));
    for (row, output) in rows {
        let mean = sum::<L>(row) / width as f32;
        let variance = squares_around::<L>(mean, row) / width as f32;
        let scale = 1.0 / (variance + eps).sqrt();
        for (((to, from), weight), bias) in output.iter_mut().zip(row).zip(weight).zip(bias) {
            *to = (from - mean) * scale * weight + bias;
        }
    }
}

/// The sum of the numbers.
#[inline(always)]
fn sum<L: Lanes>(row: &[f32]) -> f32 {
    let chunks = row.chunks_exact(L::COUNT);
    let rest: f32 = chunks.remainder().iter().sum();
    let mut sums = L::splat(0.0);
    for chunk in chunks {
        sums = sums.add(load(chunk));
    }
    sums.sum() + rest
}

/// The sum of the squares of how far the numbers are from `mean`.
#[inline(always)]
fn squares_around<L: Lanes>(mean: f32, row: &[f32]) -> f32 {
    let chunks = row.chunks_exact(L::COUNT);
    let rest = chunks.remainder().iter();
    let rest: f32 = rest.map(|x| (x - mean) * (x - mean)).sum();
    let mut sums = L::splat(0.0);
    for chunk in chunks {
        let off = load::<L>(chunk).sub(L::splat(mean));
        sums = off.mul_add(off, sums);
    }
    sums.sum() + rest
}

/// The first numbers of a slice that has enough of them.
#[inline(always)]
fn load<L: Lanes>(from: &[f32]) -> L {
    assert!(from.len() >= L::COUNT);
    // SAFETY: just asserted.
    unsafe { L::load(from.as_ptr()) }
}
