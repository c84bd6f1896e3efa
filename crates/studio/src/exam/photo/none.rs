//! Measures "none of these": hidden fillers against the labels, on pictures whose thing is among them and on pictures whose is not.

use anyhow::Result;
use glimpse::none_logit;
use serde::{Deserialize, Serialize};

use super::super::judge::Examiner;
use super::super::report::tenths;
use super::Shown;
use super::taught::Taught;

/// How many labels there are in a question.
const COUNTS: [usize; 3] = [2, 4, 8];

/// What came of it for so many labels.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NoneOfThese {
    /// How many labels there were.
    pub labels: usize,
    /// How many questions of each kind: with the thing among the labels, and without.
    pub trials: usize,
    /// How often it came first though the thing was among the labels, in per cent.
    pub wrongly_first: f64,
    /// How often it came first where the thing was not, in per cent.
    pub rightly_first: f64,
    /// How often its probability was higher where the thing was missing than where it was not, in per cent of all pairs.
    pub auroc: f64,
    /// The same of 1 less the best label's probability, without fillers.
    pub auroc_without: f64,
}

/// What a question gave.
struct Answer {
    /// The probability of "none of these".
    none: f64,
    /// 1 less the best label's, without fillers.
    unsure: f64,
    /// Whether "none of these" came first.
    first: bool,
}

/// Asks about every photograph twice for each count of labels; nothing where the model has no fillers.
///
/// # Errors
/// When the model cannot be run.
pub fn none_of_these(
    examiner: &mut Examiner,
    shown: &[Shown],
    taught: &Taught,
) -> Result<Vec<NoneOfThese>> {
    let mut found = Vec::new();
    for count in COUNTS {
        let (mut known, mut unknown) = (Vec::new(), Vec::new());
        for Shown { case, seen } in shown {
            let Some(others) = case.hundred.get(..count) else {
                continue;
            };
            let with = case.labels(&others[1..]);
            for (labels, answers) in [(with, &mut known), (others.to_vec(), &mut unknown)] {
                let fillers = taught.fillers(&labels);
                if fillers.is_empty() {
                    continue;
                }
                let all = [labels.as_slice(), &fillers].concat();
                let shares = examiner.probabilities(seen, &all)?;
                answers.push(answer(&shares, labels.len()));
            }
        }
        if known.is_empty() || unknown.is_empty() {
            continue;
        }
        let first = |answers: &[Answer]| {
            let first = answers.iter().filter(|answer| answer.first).count();
            tenths(100.0 * first as f64 / answers.len() as f64)
        };
        let compared = |of: fn(&Answer) -> f64| {
            let [above, below] =
                [&unknown, &known].map(|answers| -> Vec<f64> { answers.iter().map(of).collect() });
            tenths(100.0 * auroc(&above, &below))
        };
        found.push(NoneOfThese {
            labels: count,
            trials: known.len(),
            wrongly_first: first(&known),
            rightly_first: first(&unknown),
            auroc: compared(|answer| answer.none),
            auroc_without: compared(|answer| answer.unsure),
        });
    }
    Ok(found)
}

/// Folds as package and command do. `shares` are probabilities of the labels and, behind them, the fillers.
fn answer(shares: &[f32], labels: usize) -> Answer {
    let (own, fillers) = shares.split_at(labels);
    let sum = |shares: &[f32]| shares.iter().copied().map(f64::from).sum::<f64>();
    // A probability's logarithm is a logit; the constant between the two falls out of the softmax.
    let logits: Vec<f64> = fillers.iter().map(|&share| f64::from(share).ln()).collect();
    let none = none_logit(labels, &logits).exp();
    let best = own.iter().copied().map(f64::from).fold(0.0, f64::max);
    let all = (sum(own) + none).max(f64::MIN_POSITIVE);
    Answer {
        none: none / all,
        unsure: 1.0 - best / sum(own).max(f64::MIN_POSITIVE),
        first: none > best,
    }
}

/// How often one of `above` is larger than one of `below`, of all pairs; ties count half.
pub fn auroc(above: &[f64], below: &[f64]) -> f64 {
    let wins = |one: f64| -> f64 {
        let against = below.iter().map(|&other| match one.total_cmp(&other) {
            std::cmp::Ordering::Greater => 1.0,
            std::cmp::Ordering::Equal => 0.5,
            std::cmp::Ordering::Less => 0.0,
        });
        against.sum()
    };
    let won: f64 = above.iter().map(|&one| wins(one)).sum();
    won / (above.len() * below.len()) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fillers_weigh_as_much_as_the_labels_together() {
        // Two labels, four fillers: a filler weighs a half.
        let found = answer(&[0.3, 0.1, 0.15, 0.15, 0.15, 0.15], 2);
        assert!((found.none - 0.3 / 0.7).abs() < 1e-6, "{}", found.none);
        assert!((found.unsure - 0.25).abs() < 1e-6, "{}", found.unsure);
        assert!(!found.first);
        assert!(answer(&[0.1, 0.1, 0.4, 0.4], 2).first);
        // Fewer fillers than labels count as they are.
        let found = answer(&[0.2, 0.2, 0.6], 2);
        assert!((found.none - 0.6).abs() < 1e-6, "{}", found.none);
    }

    #[test]
    fn pairs_are_compared_and_ties_count_half() {
        assert_eq!(auroc(&[0.9, 0.8], &[0.1, 0.2]), 1.0);
        assert_eq!(auroc(&[0.1], &[0.1, 0.2]), 0.25);
        assert_eq!(auroc(&[0.3, 0.1], &[0.2]), 0.5);
    }
}
