//! Says whether probabilities can be believed: of the answers given with 80 %, are 80 in a hundred right?

use serde::{Deserialize, Serialize};

use super::super::report::tenths;

/// Bins of equal width between 0 and 100 %.
const BINS: usize = 10;

/// A reliability table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reliability {
    /// What was asked.
    pub what: String,
    /// The expected calibration error, in points: how far each bin's share of right answers is from its mean probability, weighed by
    /// its answers.
    pub error: f64,
    /// The bins that have an answer, from the least sure.
    pub bins: Vec<Bin>,
}

/// The answers of about one probability.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bin {
    /// Its lower edge, in per cent; the upper is ten more.
    pub from: u32,
    /// How many answers were so sure.
    pub answers: u32,
    /// The best label's mean probability, in per cent.
    pub sure: f64,
    /// How many of them were right, in per cent.
    pub right: f64,
}

impl Reliability {
    /// From the best label's probability (0 to 1) and whether it was right, for every answer; none where there are no answers.
    pub fn of(what: &str, answers: &[(f32, bool)]) -> Option<Self> {
        let (mut bins, mut error) = (Vec::new(), 0.0);
        for bin in 0..BINS {
            let within: Vec<&(f32, bool)> = answers
                .iter()
                .filter(|(sure, _)| bin_of(*sure) == bin)
                .collect();
            if within.is_empty() {
                continue;
            }
            let count = within.len() as f64;
            let sure = within.iter().map(|(sure, _)| f64::from(*sure)).sum::<f64>() / count;
            let right = within.iter().filter(|(_, right)| *right).count() as f64 / count;
            error += (right - sure).abs() * count / answers.len() as f64;
            bins.push(Bin {
                from: (bin * 100 / BINS) as u32,
                answers: within.len() as u32,
                sure: tenths(100.0 * sure),
                right: tenths(100.0 * right),
            });
        }
        (!bins.is_empty()).then(|| Self {
            what: what.to_owned(),
            error: tenths(100.0 * error),
            bins,
        })
    }
}

/// 100 % belongs to the uppermost.
fn bin_of(sure: f32) -> usize {
    ((sure * BINS as f32) as usize).min(BINS - 1)
}
