//! Scores for people: one bar a label, as wide as the terminal allows.

use std::io::IsTerminal;

use console::{Term, measure_text_width, pad_str, truncate_str};
use glimpse::Score;

use crate::classify::Entry;
use crate::output::printable;

/// How wide a table is when nobody looks, and at most.
const USUAL_WIDTH: usize = 80;
const LARGEST_WIDTH: usize = 120;
/// Parts of a character cell, from an eighth to seven.
const EIGHTHS: [char; 7] = ['▏', '▎', '▍', '▌', '▋', '▊', '▉'];
const ACCENT: &str = "\u{1b}[36m";
const WARNING: &str = "\u{1b}[31m";
const PLAIN: &str = "\u{1b}[0m";

/// How tables are drawn.
pub struct Table {
    width: usize,
    colour: bool,
}

impl Table {
    /// As wide as the terminal; in colour only there, and not where `NO_COLOR` is set.
    pub fn for_standard_output() -> Self {
        let terminal = std::io::stdout().is_terminal();
        let wanted = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
            && std::env::var_os("TERM").is_none_or(|value| value != "dumb");
        let width = match Term::stdout().size_checked() {
            Some((_, columns)) if terminal => usize::from(columns).clamp(40, LARGEST_WIDTH),
            _ => USUAL_WIDTH,
        };
        Self {
            width,
            colour: terminal && wanted,
        }
    }

    /// One picture's name and bars, or its error.
    pub fn entry(&self, entry: &Entry) -> String {
        match entry {
            Entry::Scores {
                image,
                model,
                device,
                scores,
            } => {
                format!(
                    "{} ({model}, {device})\n{}",
                    printable(image),
                    self.bars(scores)
                )
            }
            Entry::Error { image, error } => {
                let message = printable(&error.message);
                format!(
                    "{}\n  {}\n",
                    printable(image),
                    self.coloured(WARNING, &message)
                )
            }
        }
    }

    /// A line for each score: label, bar, per cent.
    fn bars(&self, scores: &[Score]) -> String {
        let labels: Vec<String> = scores.iter().map(|score| printable(&score.label)).collect();
        let longest = labels
            .iter()
            .map(|label| measure_text_width(label))
            .max()
            .unwrap_or(0);
        let label_width = longest.min(self.width / 2);
        // Two spaces before each of the three columns, and 8 characters of per cent.
        let bar_width = self.width.saturating_sub(label_width + 6 + 8);
        let mut lines = String::new();
        for (label, score) in labels.iter().zip(scores) {
            let label = truncate_str(label, label_width, "…");
            let label = pad_str(&label, label_width, console::Alignment::Left, None);
            let bar = bar(score.score, bar_width);
            let padding = " ".repeat(bar_width - bar.chars().count());
            let bar = self.coloured(ACCENT, &bar);
            lines.push_str(&format!(
                "  {label}  {bar}{padding}  {:>6.1} %\n",
                score.score * 100.0
            ));
        }
        lines
    }

    fn coloured(&self, colour: &str, text: &str) -> String {
        if self.colour {
            format!("{colour}{text}{PLAIN}")
        } else {
            text.to_string()
        }
    }
}

/// A bar of `share` of `width` cells, to an eighth of a cell.
fn bar(share: f32, width: usize) -> String {
    let eighths = (share.clamp(0.0, 1.0) * width as f32 * 8.0).round() as usize;
    let mut bar = "█".repeat(eighths / 8);
    if let Some(part) = (eighths % 8).checked_sub(1) {
        bar.push(EIGHTHS[part]);
    }
    bar
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_exact_to_an_eighth() {
        assert_eq!(bar(0.0, 10), "");
        assert_eq!(bar(1.0, 10), "██████████");
        assert_eq!(bar(0.55, 10), "█████▌");
        assert_eq!(bar(1.0 / 80.0, 10), "▏");
        assert_eq!(bar(f32::NAN, 10), "");
    }

    #[test]
    fn columns_line_up_for_wide_and_unruly_labels() {
        let score = |label: &str, score| Score {
            label: label.to_string(),
            score,
            logit: 0.0,
            cosine: 0.0,
        };
        let table = Table {
            width: 40,
            colour: false,
        };
        let scores = [
            score("一只猫", 0.75),
            score("a\u{1b}[31mdog", 0.25),
            score(&"x".repeat(99), 0.0),
        ];
        let lines: Vec<String> = table.bars(&scores).lines().map(String::from).collect();
        assert_eq!(lines[0], "  一只猫                ████▌     75.0 %");
        assert_eq!(lines[1], "  a\u{fffd}[31mdog             █▌        25.0 %");
        assert_eq!(lines[2], "  xxxxxxxxxxxxxxxxxxx…             0.0 %");
        assert!(lines.iter().all(|line| measure_text_width(line) == 40));
    }
}
