//! What a model says to a variant, and whether it can be counted with.

use serde::{Deserialize, Serialize};

use super::SweepError;

/// What the model says to one variant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Answer {
    /// Probabilities, in the labels' order.
    pub scores: Vec<f32>,
    /// Of the picture's and each label's embedding, in the labels' order.
    pub cosines: Vec<f32>,
    /// Changed pixels of all, 0 to 1.
    pub area: f32,
}

/// 1, and what rounding may add to a softmax's largest value.
const ONE: f32 = 1.001;

impl Answer {
    pub(crate) fn check(&self, key: &str, labels: usize) -> Result<(), SweepError> {
        for (what, values) in [("scores", &self.scores), ("cosines", &self.cosines)] {
            if values.len() != labels {
                return Err(SweepError::AnswerLength {
                    key: key.to_owned(),
                    what,
                    found: values.len(),
                    labels,
                });
            }
        }
        let share = |value: &f32| (0.0..=ONE).contains(value);
        let refused = |what, range| {
            move |value| SweepError::AnswerValue {
                key: key.to_owned(),
                what,
                value,
                range,
            }
        };
        let fails = |values: &[f32], fits: &dyn Fn(&f32) -> bool| {
            values.iter().copied().find(|value| !fits(value))
        };
        let scores = fails(&self.scores, &share).map(refused("scores", "0 to 1"));
        let cosines = fails(&self.cosines, &|c| c.is_finite()).map(refused("cosines", "finite"));
        let area = fails(&[self.area], &share).map(refused("area", "0 to 1"));
        match scores.or(cosines).or(area) {
            Some(error) => Err(error),
            None => Ok(()),
        }
    }
}
