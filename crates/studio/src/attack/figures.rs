//! The figures of an attack as they are written down.

use glimpse_attack::stats::{Quartiles, wilson};
use serde::Serialize;

use super::calibration::Calibration;

/// How often something was so.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Count {
    /// How often it was.
    pub count: usize,
    /// How often it was looked for.
    pub of: usize,
    /// The one over the other, 0 where nothing was looked for.
    pub rate: f64,
    /// Where the rate lies with 95 % confidence (Wilson), from here
    pub low: f64,
    /// to here.
    pub high: f64,
}

impl Count {
    /// `count` of `of`.
    #[must_use]
    pub fn new(count: usize, of: usize) -> Self {
        let (low, high) = wilson(count, of);
        Self {
            count,
            of,
            rate: count as f64 / of.max(1) as f64,
            low,
            high,
        }
    }
}

/// Where the answers went.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Answers {
    /// The thing that is drawn was the best label.
    pub right: Count,
    /// The word was.
    pub target: Count,
}

/// What the attack does when nothing is done against it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Attack {
    /// Clean drawings that were right.
    pub clean: Count,
    /// Drawings with a blank paper that were right.
    pub blank: Count,
    /// Attacked drawings whose best label was the word, of those that were right when clean.
    pub word: Count,
    /// The same with a blank paper of the same geometry.
    pub blank_target: Count,
    /// The difference of the two rates.
    pub net_of_blank: f64,
    /// Attacked drawings whose best label was no longer the thing, of those that were right when clean.
    pub untargeted: Count,
    /// The word in mirror writing, as `word`.
    pub mirrored: Count,
    /// The smallest text that makes the word the best label, as fractions of the side.
    pub flip: Quartiles,
}

/// What a defence gives and costs.
#[derive(Debug, Serialize)]
pub struct Defended {
    /// Its name.
    pub key: &'static str,
    /// Passes through the image tower for one picture, at most.
    pub passes: u64,
    /// On clean drawings.
    pub clean: Answers,
    /// On attacked drawings.
    pub attacked: Answers,
    /// On drawings with the word in mirror writing.
    pub mirrored: Answers,
}

/// Everything that is written down.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Figures {
    /// `glimpse-defences/1`.
    pub format: &'static str,
    /// The version of glimpse that measured.
    pub glimpse: &'static str,
    /// The model's fingerprint.
    pub fingerprint: String,
    /// The day, as in 2026-11-25.
    pub date: String,
    /// Drawings that were attacked, each with one word.
    pub cases: usize,
    /// Labels that each was asked about.
    pub labels: usize,
    /// The template; empty where labels are used as they are.
    pub template: &'static str,
    /// Without a defence.
    pub attack: Attack,
    /// What the defences were set to.
    pub calibration: Calibration,
    /// One defence a row.
    pub defences: Vec<Defended>,
}
