//! What a group of looks adds up to.

use serde::{Deserialize, Serialize};

use crate::stats::{Net, Rate, mean};
use crate::sweep::{Answer, Content, best};

/// What a group of looks at labelled pictures adds up to.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Outcome {
    /// The best label is the target.
    pub targeted: Rate,
    /// The best label is no longer the true one.
    pub untargeted: Rate,
    /// The targeted rate beyond that of blank paper of the same geometry.
    pub net: Net,
    /// The mean of the logit scale x (the true label's cosine - the target's): below 0 the target is ahead.
    pub margin: Option<f64>,
    /// The mean of changed pixels of all, 0 to 1.
    pub area: Option<f64>,
}

/// A content and what it adds up to.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ContentOutcome {
    /// What was written.
    pub content: Content,
    /// What came of it.
    pub outcome: Outcome,
}

/// One answer, with what it is measured by.
pub(super) struct Look<'a> {
    /// The row of the picture's true label.
    pub truth: usize,
    /// The answer.
    pub answer: &'a Answer,
    /// The answer to blank paper of the same geometry.
    pub blank: Option<&'a Answer>,
}

impl Outcome {
    pub(super) fn of(looks: &[Look<'_>], target: usize, logit_scale: f32) -> Self {
        let pairs = looks.iter().filter_map(|look| {
            let blank = look.blank?;
            Some((best(look.answer) == target, best(blank) == target))
        });
        let margin = |look: &Look<'_>| {
            let cosine = |row: usize| f64::from(look.answer.cosines[row]);
            f64::from(logit_scale) * (cosine(look.truth) - cosine(target))
        };
        Self {
            targeted: Rate::of(looks.iter().map(|look| best(look.answer) == target)),
            untargeted: Rate::of(looks.iter().map(|look| best(look.answer) != look.truth)),
            net: Net::of(pairs),
            margin: mean(looks.iter().map(margin)),
            area: mean(looks.iter().map(|look| f64::from(look.answer.area))),
        }
    }
}
