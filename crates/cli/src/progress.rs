//! Progress bars on standard error, shown only when that is a terminal.

use std::cell::Cell;
use std::io::IsTerminal;

use glimpse::hub::is_weights;
use glimpse::{Phase, Progress};
use glimpse_attack as attack;
use indicatif::{ProgressBar, ProgressStyle};

use crate::units;

/// A log need not tell of smaller files.
const WORTH_A_LINE: u64 = 1_000_000;

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

/// Shows how far a download is: what is done, bytes, the time left. Where nobody watches a terminal, one line says what is
/// fetched from where.
pub struct DownloadProgress {
    bar: ProgressBar,
    watched: bool,
    /// The line for a log, until it was written.
    line: Cell<Option<String>>,
}

impl DownloadProgress {
    /// For a file of `size` bytes from `host`.
    pub fn new(file: &str, size: u64, host: &str) -> Self {
        let line = format!("downloading {file}, {}, from {host}", units::bytes(size));
        Self::with_line((size >= WORTH_A_LINE).then_some(line))
    }

    /// For a file whose server has not said how long it is.
    pub fn of_unknown_size(file: &str, host: &str) -> Self {
        let line = format!("downloading {file} from {host}");
        Self::with_line(is_weights(file).then_some(line))
    }

    fn with_line(line: Option<String>) -> Self {
        Self {
            bar: ProgressBar::new(0),
            watched: std::io::stderr().is_terminal(),
            line: Cell::new(line),
        }
    }

    /// Says what is done now, to how many bytes.
    pub fn phase(&self, doing: &str, file: &str, total: Option<u64>) {
        if !self.watched && doing == "downloading" {
            if let Some(line) = self.line.take() {
                eprintln!("{line}");
            }
            return;
        }
        let template = match total {
            Some(_) => "{msg} [{bar:30}] {bytes}/{total_bytes}, {eta} left",
            None => "{msg} {spinner} {bytes}, {bytes_per_sec}",
        };
        let style = ProgressStyle::with_template(template).expect("the template is well formed");
        self.bar.set_style(style.progress_chars("=> "));
        self.bar.set_message(format!("{doing} {file}"));
        if let Some(total) = total {
            self.bar.set_length(total);
        }
    }

    /// Says how many bytes are done.
    pub fn at(&self, bytes: u64) {
        self.bar.set_position(bytes);
    }
}

impl Drop for DownloadProgress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// A bar over the pictures to do; hidden for a single one.
pub fn over_images(count: usize) -> ProgressBar {
    if count < 2 {
        return ProgressBar::hidden();
    }
    counting(count)
}

/// A bar over the variants of an attack, some of which may be done already.
pub fn over_variants(progress: attack::Progress) -> ProgressBar {
    let bar = counting(progress.expected).with_position(progress.done as u64);
    // The time left is reckoned from what is done from now on.
    bar.reset_eta();
    bar
}

fn counting(count: usize) -> ProgressBar {
    let style = ProgressStyle::with_template("[{bar:30}] {pos}/{len} {wide_msg} {eta} left")
        .expect("the template is well formed")
        .progress_chars("=> ");
    ProgressBar::new(count as u64).with_style(style)
}
