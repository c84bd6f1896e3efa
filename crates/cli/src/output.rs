//! Writes to standard output: JSON whole or by lines, and text that cannot upset a terminal.

use std::io::{self, Write};

use serde::Serialize;

use crate::failure::Failure;

/// An input that could not be used, as it stands in the JSON.
#[derive(Clone, Debug, Serialize)]
pub struct InputError {
    /// A stable name of what went wrong: an error code of the classifier, or "io".
    pub kind: String,
    /// What, where and what to do.
    pub message: String,
}

impl InputError {
    /// A file that could not be read.
    pub fn io(error: &dyn std::fmt::Display) -> Self {
        Self {
            kind: "io".to_string(),
            message: error.to_string(),
        }
    }
}

impl From<glimpse::Error> for InputError {
    fn from(error: glimpse::Error) -> Self {
        Self {
            kind: error.code().as_str().to_string(),
            message: error.to_string(),
        }
    }
}

/// Writes one value and a newline, at once.
pub fn json(value: &impl Serialize) -> Result<(), Failure> {
    let mut line = serde_json::to_string(value).map_err(io::Error::from)?;
    line.push('\n');
    text(&line)
}

/// Writes text as it is, at once.
pub fn text(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()?;
    Ok(())
}

/// Text of several lines, each as [`printable`] has it.
pub fn printable_lines(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(printable).collect();
    lines.join("\n")
}

/// A label or path with its control characters made visible: it may hold escape sequences.
pub fn printable(text: &str) -> String {
    text.chars()
        .map(|character| {
            if character.is_control() {
                '\u{fffd}'
            } else {
                character
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::printable_lines;

    #[test]
    fn escape_sequences_are_shown_and_lines_stay() {
        assert_eq!(
            printable_lines("no \u{1b}[2J.bin\n\nlook"),
            "no \u{fffd}[2J.bin\n\nlook"
        );
    }
}
