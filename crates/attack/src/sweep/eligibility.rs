//! Whether a picture is attacked: its label before anything is written on it decides.

use serde::{Deserialize, Serialize};

use super::{Answer, Sweep};

/// What a picture's clean answer makes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Eligibility {
    /// It is not looked at yet.
    Unseen,
    /// The model is right, so the picture is written on and counts.
    Counted,
    /// The best label is not the true one, so it does not count.
    Wrong,
    /// The best label is the target before anything is written, so it does not count.
    AlreadyTarget,
}

/// The row of the best label: the highest score, among equal ones the highest cosine, then the first.
///
/// Scores come first since a defence may rank otherwise than the cosines do; scores that are all 0 or 1 in f32 are told
/// apart by the cosines.
pub(crate) fn best(answer: &Answer) -> usize {
    let rank = |row: usize| (answer.scores[row], answer.cosines[row]);
    (1..answer.scores.len()).fold(
        0,
        |best, row| if rank(row) > rank(best) { row } else { best },
    )
}

impl Sweep {
    /// Whether a picture counts; its true label is the one given, else its best label when clean.
    pub(crate) fn eligibility(&self, picture: usize) -> Eligibility {
        let Some(clean) = self.clean(picture) else {
            return Eligibility::Unseen;
        };
        let best = best(clean);
        if best == self.aim.target {
            Eligibility::AlreadyTarget
        } else if self.aim.truth.is_some_and(|truth| truth != best) {
            Eligibility::Wrong
        } else {
            Eligibility::Counted
        }
    }

    /// The row of a picture's true label; `None` while nothing says which it is.
    pub(crate) fn truth_row(&self, picture: usize) -> Option<usize> {
        self.aim.truth.or_else(|| self.clean(picture).map(best))
    }

    pub(crate) fn truth(&self, picture: usize) -> Option<&str> {
        let row = self.truth_row(picture)?;
        Some(&self.options.labels[row])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_scores_are_told_apart_by_cosines() {
        let answer = |scores: [f32; 3], cosines: [f32; 3]| Answer {
            scores: scores.to_vec(),
            cosines: cosines.to_vec(),
            area: 0.0,
        };
        assert_eq!(best(&answer([0.2, 0.5, 0.3], [0.9, 0.1, 0.1])), 1);
        assert_eq!(best(&answer([0.0, 0.5, 0.5], [0.1, 0.2, 0.3])), 2);
        assert_eq!(best(&answer([0.5, 0.5, 0.0], [0.2, 0.2, 0.3])), 0);
    }
}
