//! The core scored again with fewer labels, from its cosines: no picture is looked at again.

use rand_pcg::Pcg64Mcg;
use rand_pcg::rand_core::SeedableRng;
use serde::{Deserialize, Serialize};

use crate::stats::{Net, Rate};
use crate::sweep::{Answer, Sweep, shuffle};

/// The word and blank paper with so many labels.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LabelCount {
    /// The true label, the target, and others drawn by the seed.
    pub labels: usize,
    /// The target wins with the word.
    pub word: Rate,
    /// The target wins with blank paper.
    pub blank: Rate,
    /// The word's rate beyond the paper's.
    pub net: Net,
}

/// Numbers of labels that are tried, where there are more.
const COUNTS: [usize; 9] = [2, 3, 5, 10, 20, 50, 100, 200, 500];

/// All numbers of labels, from few to all; a picture's larger lists hold its smaller ones.
pub(super) fn counts(sweep: &Sweep, counted: &[usize]) -> Vec<LabelCount> {
    let all = sweep.options.labels.len();
    if all < 3 {
        return Vec::new();
    }
    let orders: Vec<Vec<usize>> = counted.iter().map(|&at| order(sweep, at)).collect();
    let fewer = COUNTS.into_iter().filter(|&count| count < all);
    let at = |labels: usize| {
        let pairs = pairs(sweep, counted, &orders, labels);
        LabelCount {
            labels,
            word: Rate::of(pairs.iter().map(|&(word, _)| word)),
            blank: Rate::of(pairs.iter().map(|&(_, blank)| blank)),
            net: Net::of(pairs),
        }
    };
    fewer.chain([all]).map(at).collect()
}

/// Whether the target wins with the word and with blank paper, at each geometry of the core that has both.
fn pairs(
    sweep: &Sweep,
    counted: &[usize],
    orders: &[Vec<usize>],
    labels: usize,
) -> Vec<(bool, bool)> {
    let plan = &sweep.plan;
    let mut pairs = Vec::new();
    for (&picture, order) in counted.iter().zip(orders) {
        let wins = |answer: &Answer| best_of(answer, &order[..labels]) == sweep.aim.target;
        for height in 0..plan.heights.len() {
            for place in 0..plan.places.len() {
                let answer =
                    |content| sweep.of_cell(picture, plan.core_cell(height, place, content));
                if let (Some(word), Some(blank)) = (answer(0), answer(1)) {
                    pairs.push((wins(word), wins(blank)));
                }
            }
        }
    }
    pairs
}

/// The labels' rows: the true one, the target, then the others by lot.
fn order(sweep: &Sweep, picture: usize) -> Vec<usize> {
    let target = sweep.aim.target;
    let first: Vec<usize> = sweep
        .truth_row(picture)
        .into_iter()
        .chain([target])
        .collect();
    let all = 0..sweep.options.labels.len();
    let mut others: Vec<usize> = all.filter(|row| !first.contains(row)).collect();
    let seed = sweep
        .options
        .seed
        .wrapping_add(3)
        .wrapping_add(picture as u64);
    shuffle(&mut others, &mut Pcg64Mcg::seed_from_u64(seed));
    first.into_iter().chain(others).collect()
}

/// The row of the highest cosine among some.
fn best_of(answer: &Answer, rows: &[usize]) -> usize {
    rows.iter().copied().fold(rows[0], |best, row| {
        if answer.cosines[row] > answer.cosines[best] {
            row
        } else {
            best
        }
    })
}
