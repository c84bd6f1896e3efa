//! The statistics of a sweep: rates with their intervals, what the paper alone does, and quartiles.

use serde::{Deserialize, Serialize};

/// The 97.5 % point of the normal distribution: two-sided 95 %.
const Z: f64 = 1.959_963_984_540_054;

/// How often something happened, with Wilson's 95 % interval.
///
/// The interval takes each look for an independent trial. Several looks at one picture are not, so with few pictures the
/// truth may lie further away.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Rate {
    /// How often it happened.
    pub hits: usize,
    /// Of how many looks.
    pub of: usize,
    /// Their share, 0 to 1; `None` where there were no looks.
    pub rate: Option<f64>,
    /// The interval's lower end; 0 where there were no looks.
    pub low: f64,
    /// The interval's upper end; 1 where there were no looks.
    pub high: f64,
}

impl Rate {
    /// The share of `true`.
    #[must_use]
    pub fn of(outcomes: impl IntoIterator<Item = bool>) -> Self {
        let (mut hits, mut of) = (0, 0);
        for hit in outcomes {
            of += 1;
            hits += usize::from(hit);
        }
        let (low, high) = wilson(hits, of);
        Self {
            hits,
            of,
            rate: (of > 0).then(|| hits as f64 / of as f64),
            low,
            high,
        }
    }
}

/// Wilson's score interval at 95 %: shares that would not be surprised by `hits` of `of`.
#[must_use]
pub fn wilson(hits: usize, of: usize) -> (f64, f64) {
    if of == 0 {
        return (0.0, 1.0);
    }
    let (n, share) = (of as f64, hits as f64 / of as f64);
    let z2 = Z * Z;
    let centre = share + z2 / (2.0 * n);
    let half = Z * (share * (1.0 - share) / n + z2 / (4.0 * n * n)).sqrt();
    let end = |value: f64| (value / (1.0 + z2 / n)).clamp(0.0, 1.0);
    // At the ends the formula is exact only to rounding.
    let low = if hits == 0 { 0.0 } else { end(centre - half) };
    let high = if hits == of { 1.0 } else { end(centre + half) };
    (low, high)
}

/// What the word does beyond its paper: looks at the word beside looks at blank paper of the same geometry.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Net {
    /// How many pairs were looked at.
    pub pairs: usize,
    /// Pairs in which the word alone made it the target.
    pub word_only: usize,
    /// Pairs in which the blank paper alone did.
    pub blank_only: usize,
    /// Pairs in which both did.
    pub both: usize,
    /// The word's rate minus the paper's, -1 to 1; `None` without pairs.
    pub net: Option<f64>,
}

impl Net {
    /// From pairs (with the word, with blank paper).
    #[must_use]
    pub fn of(pairs: impl IntoIterator<Item = (bool, bool)>) -> Self {
        let mut net = Self {
            pairs: 0,
            word_only: 0,
            blank_only: 0,
            both: 0,
            net: None,
        };
        for pair in pairs {
            net.pairs += 1;
            match pair {
                (true, false) => net.word_only += 1,
                (false, true) => net.blank_only += 1,
                (true, true) => net.both += 1,
                (false, false) => {}
            }
        }
        if net.pairs > 0 {
            let difference = net.word_only as f64 - net.blank_only as f64;
            net.net = Some(difference / net.pairs as f64);
        }
        net
    }
}

/// The mean; `None` of nothing.
#[must_use]
pub fn mean(values: impl IntoIterator<Item = f64>) -> Option<f64> {
    let (mut sum, mut of) = (0.0, 0usize);
    for value in values {
        sum += value;
        of += 1;
    }
    (of > 0).then(|| sum / of as f64)
}

/// Quartiles of sizes of which some are "never".
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Quartiles {
    /// How many sizes there are, with those that are "never".
    pub of: usize,
    /// How many are "never".
    pub never: usize,
    /// A quarter of the sizes are this or less; `None` is "never".
    pub lower: Option<f32>,
    /// Half of them are.
    pub median: Option<f32>,
    /// Three quarters are.
    pub upper: Option<f32>,
}

impl Quartiles {
    /// By nearest rank, "never" being larger than any size: no value is made up between a size and "never".
    #[must_use]
    pub fn of(sizes: impl IntoIterator<Item = Option<f32>>) -> Self {
        let mut sizes: Vec<Option<f32>> = sizes.into_iter().collect();
        sizes.sort_by(|one, other| {
            let order = |size: &Option<f32>| size.unwrap_or(f32::INFINITY);
            order(one).total_cmp(&order(other))
        });
        let at = |quarters: usize| {
            let rank = (sizes.len() * quarters).div_ceil(4);
            sizes.get(rank.saturating_sub(1)).copied().flatten()
        };
        Self {
            of: sizes.len(),
            never: sizes.iter().filter(|size| size.is_none()).count(),
            lower: at(1),
            median: at(2),
            upper: at(3),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(found: f64, expected: f64) {
        assert!((found - expected).abs() < 5e-5, "{found} is not {expected}");
    }

    #[test]
    fn quartiles_count_those_that_never_flip_as_largest() {
        let found = Quartiles::of([None, Some(0.1), Some(0.04), Some(0.2)]);
        assert_eq!(
            (found.lower, found.median, found.upper),
            (Some(0.04), Some(0.1), Some(0.2))
        );
        assert_eq!((found.never, found.of), (1, 4));
        assert_eq!(Quartiles::of([None, Some(0.1)]).upper, None);
        assert_eq!(Quartiles::of([]).median, None);
    }

    #[test]
    fn wilson_equals_published_values() {
        let (low, high) = wilson(8, 10);
        close(low, 0.4902);
        close(high, 0.9433);
        let (low, high) = wilson(0, 10);
        close(low, 0.0);
        close(high, 0.2775);
        let (low, high) = wilson(10, 10);
        close(low, 0.7225);
        close(high, 1.0);
        let (low, high) = wilson(25, 34);
        close(low, 0.5688);
        close(high, 0.8540);
        assert_eq!(wilson(0, 0), (0.0, 1.0));
    }

    #[test]
    fn net_counts_pairs_not_totals() {
        let pairs = [
            (true, false),
            (true, false),
            (true, true),
            (false, true),
            (false, false),
        ];
        let net = Net::of(pairs);
        assert_eq!(
            (net.pairs, net.word_only, net.blank_only, net.both),
            (5, 2, 1, 1)
        );
        close(net.net.unwrap(), 0.2);
        assert_eq!(Net::of([]).net, None);
    }

    #[test]
    fn never_is_larger_than_any_size() {
        let sizes = [Some(0.1), None, Some(0.05), Some(0.2), None];
        let quartiles = Quartiles::of(sizes);
        assert_eq!(quartiles.lower, Some(0.1));
        assert_eq!(quartiles.median, Some(0.2));
        assert_eq!(quartiles.upper, None);
        assert_eq!((quartiles.of, quartiles.never), (5, 2));
        let nothing = Quartiles::of([]);
        assert_eq!((nothing.of, nothing.median), (0, None));
    }
}
