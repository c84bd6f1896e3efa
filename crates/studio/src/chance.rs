//! Gives every scene and every trial a seeded random generator of its own.

use rand::SeedableRng;
use rand_pcg::Pcg64Mcg;

/// A source of lots for number `index` of `seed`.
pub fn rng(seed: u64, index: u64) -> Pcg64Mcg {
    // Neighbours must not resemble each other: the number is spread over all bits first (a step of SplitMix64).
    let mut mixed =
        index.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ seed.rotate_left(32);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    Pcg64Mcg::seed_from_u64(mixed)
}
