//! How far a sweep is.

use serde::{Deserialize, Serialize};

use super::{Eligibility, Sweep, flip};

/// Looks that are done, and how many there will be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Progress {
    /// Answers so far.
    pub done: usize,
    /// All answers: never too few. It falls when a picture turns out not to count, and when a search for the flip size
    /// ends early, and equals `done` at the end.
    pub expected: usize,
}

impl Sweep {
    /// How far the sweep is.
    #[must_use]
    pub fn progress(&self) -> Progress {
        let left = (0..self.pictures.len()).map(|picture| self.left_of(picture));
        let done = self.answers.len();
        Progress {
            done,
            expected: done + left.sum::<usize>(),
        }
    }

    /// The most looks that a picture may still need.
    fn left_of(&self, picture: usize) -> usize {
        let state = &self.states[picture];
        let clean = usize::from(!state.seen);
        if state.done
            || !matches!(
                self.eligibility(picture),
                Eligibility::Unseen | Eligibility::Counted
            )
        {
            return clean;
        }
        clean + state.left + self.tries_left(picture)
    }

    fn tries_left(&self, picture: usize) -> usize {
        if !self.options.flip {
            return 0;
        }
        let places = 0..self.plan.places.len();
        let most = if self.states[picture].left > 0 {
            places.len() * self.most_tries
        } else {
            let heights = &self.plan.heights;
            let at = |place| flip::most_tries(&self.tried(picture, place), heights);
            places.map(at).sum()
        };
        most.min(self.room(picture).unwrap_or(most))
    }
}
