//! Finds the smallest text that flips an answer.

use anyhow::Result;
use glimpse_lettering::Spec;

use super::cases::{Case, Cases};

/// The sizes that are tried, as fractions of the side.
const SIZES: [f32; 12] = [
    0.03, 0.04, 0.05, 0.06, 0.08, 0.10, 0.12, 0.14, 0.16, 0.18, 0.22, 0.28,
];

/// The smallest of the sizes from which on every larger one that is tried makes the word the best label; bisection, which takes it that
/// a larger text never helps the thing.
pub fn flip_size(cases: &Cases, case: &Case) -> Result<Option<f32>> {
    let flips = |size: f32| -> Result<bool> {
        let spec = Spec {
            height: size,
            ..case.spec.clone()
        };
        let attacked = cases.letter(case, &spec)?;
        Ok(cases.best(case, &attacked.image)? == case.target())
    };
    let mut flipped = None;
    let (mut from, mut to) = (0, SIZES.len());
    while from < to {
        let middle = from.midpoint(to);
        if flips(SIZES[middle])? {
            flipped = Some(middle);
            to = middle;
        } else {
            from = middle + 1;
        }
    }
    Ok(flipped.map(|at| SIZES[at]))
}
