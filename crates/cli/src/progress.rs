//! Progress bars on standard error, shown only when that is a terminal.

use glimpse::{Phase, Progress};
use indicatif::{ProgressBar, ProgressStyle};

/// Shows how a model comes to be.
pub struct LoadProgress(ProgressBar);

impl LoadProgress {
    /// A bar that appears with the first event.
    pub fn new() -> Self {
        let style = ProgressStyle::with_template("{msg} [{bar:30}] {bytes}/{total_bytes}")
            .expect("the template is well formed")
            .progress_chars("=> ");
        Self(ProgressBar::new(0).with_style(style))
    }

    /// Shows one event.
    pub fn show(&self, event: Progress) {
        let doing = match event.phase {
            Phase::Download => "downloading",
            Phase::Verify => "verifying",
            Phase::Upload => "reading",
            Phase::Compile => "preparing",
            Phase::Ready => "ready",
        };
        self.0.set_message(format!("{doing} {}", event.file));
        self.0.set_length(event.total.unwrap_or(event.loaded));
        self.0.set_position(event.loaded);
    }

    /// Takes the bar away.
    pub fn clear(&self) {
        self.0.finish_and_clear();
    }
}

/// A bar over the pictures to do; hidden for a single one.
pub fn over_images(count: usize) -> ProgressBar {
    if count < 2 {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("[{bar:30}] {pos}/{len} {wide_msg} {eta}")
        .expect("the template is well formed")
        .progress_chars("=> ");
    ProgressBar::new(count as u64).with_style(style)
}
