//! The flip size at one place: the smallest text that wins there at its own and at every larger size that was tried.
//!
//! The core's heights are the first tries. Where the largest does not win there is no flip size. Else the gap between the
//! smallest that wins (with all larger ones) and the next smaller try, which failed, is halved until it is half a
//! hundredth of the side or less (about one pixel of 224). Where even the smallest try wins, 0.02 is tried, below which
//! nothing is drawn. What is tried next follows from the tries alone, so a resumed search goes the same way.

use super::options::LEAST_HEIGHT;

/// The gap at which halving stops; a hair more than 0.005, since neither it nor the heights are exact in binary.
const CLOSE: f32 = 0.005_05;

/// What the tries at one place say.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Flip {
    /// This height is to be tried next.
    Try(f32),
    /// The flip size, to within 0.005 of the side; at 0.02 it may be smaller still.
    At(f32),
    /// The largest text does not win.
    Never,
}

/// What follows from the tries: heights from small to large, each with whether the target won.
pub(crate) fn follow(tries: &[(f32, bool)], largest: f32) -> Flip {
    match tries.last() {
        Some(&(height, won)) if height >= largest => {
            if !won {
                return Flip::Never;
            }
        }
        _ => return Flip::Try(largest),
    }
    let lost = tries.iter().rposition(|&(_, won)| !won);
    let smallest = tries[lost.map_or(0, |at| at + 1)].0;
    match lost.map(|at| tries[at].0) {
        Some(failed) if smallest - failed > CLOSE => Flip::Try(middle(failed, smallest)),
        None if smallest > LEAST_HEIGHT => Flip::Try(LEAST_HEIGHT),
        _ => Flip::At(smallest),
    }
}

/// The most tries that may still come.
pub(crate) fn most_tries(tries: &[(f32, bool)], heights: &[f32]) -> usize {
    let Some(&largest) = heights.last() else {
        return 0;
    };
    match follow(tries, largest) {
        Flip::At(_) | Flip::Never => 0,
        Flip::Try(next) => {
            let with = |won| {
                let mut tries = tries.to_vec();
                let at = tries.partition_point(|&(height, _)| height < next);
                tries.insert(at, (next, won));
                most_tries(&tries, heights)
            };
            1 + with(true).max(with(false))
        }
    }
}

/// The most tries at a place whose first tries are all these heights; none of them is known to be tried if `limited`.
pub(crate) fn most_at_worst(heights: &[f32], limited: bool) -> usize {
    let losses = (0..=heights.len()).map(|lost| {
        let tries = heights.iter().enumerate().map(|(at, &h)| (h, at >= lost));
        most_tries(&tries.collect::<Vec<_>>(), heights)
    });
    let untried = limited.then(|| most_tries(&[], heights));
    losses.chain(untried).max().unwrap_or(0)
}

/// The middle of a gap, to a thousandth of the side.
fn middle(low: f32, high: f32) -> f32 {
    ((low + high) / 2.0 * 1000.0).round() / 1000.0
}

/// Whether a search among these heights can come to this one.
pub(crate) fn may_try(height: f32, heights: &[f32]) -> bool {
    let largest = heights.last().copied().unwrap_or(LEAST_HEIGHT);
    let thousandth = (height * 1000.0).round() / 1000.0 == height;
    height == largest || (thousandth && (LEAST_HEIGHT..largest).contains(&height))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEIGHTS: [f32; 8] = [0.03, 0.04, 0.06, 0.08, 0.11, 0.16, 0.22, 0.32];

    /// Searches with a model whose target wins from `threshold` on; gives what was found and how many tries it took.
    fn search(threshold: f32) -> (Flip, usize) {
        let mut tries: Vec<(f32, bool)> = HEIGHTS.map(|h| (h, h >= threshold)).to_vec();
        for asked in 0.. {
            match follow(&tries, 0.32) {
                Flip::Try(height) => {
                    assert!(may_try(height, &HEIGHTS));
                    assert!(tries.iter().all(|&(tried, _)| tried != height));
                    tries.push((height, height >= threshold));
                    tries.sort_by(|a, b| a.0.total_cmp(&b.0));
                }
                found => return (found, asked),
            }
        }
        unreachable!()
    }

    #[test]
    fn finds_every_threshold_to_half_a_hundredth_in_no_more_tries_than_halving_needs() {
        for thousandths in 20..=320 {
            let threshold = thousandths as f32 / 1000.0;
            let (found, asked) = search(threshold);
            let Flip::At(size) = found else {
                panic!("{threshold} gives {found:?}");
            };
            assert!(
                size >= threshold && size - threshold < 0.0051,
                "{threshold} gives {size}"
            );
            let upper = HEIGHTS.iter().position(|&h| h >= threshold).unwrap();
            let first = if upper == 0 { 0.02 } else { HEIGHTS[upper - 1] };
            let gap = HEIGHTS[upper] - first;
            // The least whole number of halvings that brings the gap to 0.005, one more since middles are rounded to a
            // thousandth, and one for the look at 0.02.
            let halvings = (0..).find(|n| gap / 2f32.powi(*n) <= 0.0051).unwrap() as usize;
            assert!(
                asked <= halvings + 1 + usize::from(upper == 0),
                "{threshold}: {asked} tries for a gap of {gap}"
            );
        }
    }

    #[test]
    fn a_text_that_never_wins_is_not_looked_at_again() {
        assert_eq!(search(0.33), (Flip::Never, 0));
    }

    #[test]
    fn the_smallest_text_is_the_end() {
        assert_eq!(search(0.0), (Flip::At(0.02), 1));
    }

    #[test]
    fn a_win_below_a_loss_does_not_count() {
        let tries = [
            (0.03, true),
            (0.04, true),
            (0.06, false),
            (0.064, true),
            (0.32, true),
        ];
        assert_eq!(follow(&tries, 0.32), Flip::At(0.064));
    }

    #[test]
    fn the_estimate_is_never_too_low() {
        let most = most_at_worst(&HEIGHTS, false);
        for thousandths in 0..=330 {
            let threshold = thousandths as f32 / 1000.0;
            let tries = HEIGHTS.map(|h| (h, h >= threshold));
            let (_, asked) = search(threshold);
            assert!(asked <= most_tries(&tries, &HEIGHTS));
            assert!(asked <= most);
        }
        assert_eq!(most, 5);
    }
}
