//! Finds the smallest text that flips an answer.

use anyhow::Result;
use glimpse_lettering::Spec;

use super::cases::{Case, Cases};
use super::figures::Flip;

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

/// Quartiles of the sizes; a drawing that nothing flips counts as larger than all.
pub fn summary(mut sizes: Vec<Option<f32>>) -> Flip {
    let order = |size: &Option<f32>| size.unwrap_or(f32::INFINITY);
    sizes.sort_by(|a, b| order(a).total_cmp(&order(b)));
    let quartile = |share: f32| {
        let at = (share * sizes.len() as f32).ceil() as usize;
        sizes.get(at.saturating_sub(1)).copied().flatten()
    };
    Flip {
        lower: quartile(0.25),
        median: quartile(0.5),
        upper: quartile(0.75),
        never: sizes.iter().filter(|size| size.is_none()).count(),
        of: sizes.len(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quartiles_count_those_that_never_flip_as_largest() {
        let found = summary(vec![None, Some(0.1), Some(0.04), Some(0.2)]);
        assert_eq!(
            (found.lower, found.median, found.upper),
            (Some(0.04), Some(0.1), Some(0.2))
        );
        assert_eq!((found.never, found.of), (1, 4));
        assert_eq!(summary(vec![None, Some(0.1)]).upper, None);
        assert_eq!(summary(Vec::new()).median, None);
    }
}
