//! What a classifier counts and times of its own work.

use std::cell::Cell;

use web_time::{Duration, Instant};

/// How often the towers ran since the load.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Runs {
    /// Pictures that went through the image tower.
    pub image_tower: u64,
    /// Times that prompts, however many, went through the text tower.
    pub text_tower: u64,
}

/// How long each stage took the last time that it was gone through; nothing for one that was not yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StageTimes {
    /// From a picture's file to its pixels.
    pub decode: Duration,
    /// From pixels to what the image tower takes.
    pub preprocess: Duration,
    /// The image tower, with the wait for its numbers.
    pub image_tower: Duration,
    /// Tokens and the text tower, with the wait for its numbers.
    pub text_tower: Duration,
    /// Of the tower that ran last, the wait alone.
    pub readback: Duration,
}

/// Counts and times.
#[derive(Debug, Default)]
pub(crate) struct Metrics {
    runs: Cell<Runs>,
    times: Cell<StageTimes>,
}

impl Metrics {
    pub fn runs(&self) -> Runs {
        self.runs.get()
    }

    pub fn times(&self) -> StageTimes {
        self.times.get()
    }

    pub fn count(&self, count: impl FnOnce(&mut Runs)) {
        let mut runs = self.runs.get();
        count(&mut runs);
        self.runs.set(runs);
    }

    /// Notes what took how long since `began`.
    pub fn record(&self, began: Instant, note: impl FnOnce(&mut StageTimes, Duration)) {
        let mut times = self.times.get();
        note(&mut times, began.elapsed());
        self.times.set(times);
    }
}
