//! Checks candidate labels before any work is done with them.

use thiserror::Error;

/// Why a list of labels cannot be classified with.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum LabelError {
    /// The list is empty.
    #[error("there are no labels: give at least one to compare the picture with")]
    NoLabels,
    /// A label has no visible text.
    #[error("label {} is empty: give it some text, or leave it out", row + 1)]
    EmptyLabel {
        /// Which label, counted from 0 (the message counts from 1).
        row: usize,
    },
}

/// Checks that there are labels and that each has text other than whitespace.
///
/// The same label twice is fine: both rows are kept and get the same logit.
///
/// # Errors
/// [`LabelError::NoLabels`] for an empty list, [`LabelError::EmptyLabel`] for the first label of nothing but whitespace.
pub fn check_labels(labels: &[String]) -> Result<(), LabelError> {
    if labels.is_empty() {
        return Err(LabelError::NoLabels);
    }
    match labels.iter().position(|label| label.trim().is_empty()) {
        Some(row) => Err(LabelError::EmptyLabel { row }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owned(labels: &[&str]) -> Vec<String> {
        labels.iter().map(|label| label.to_string()).collect()
    }

    #[test]
    fn accepts_any_visible_text_and_repeats() {
        let labels = owned(&["cat", "cat", "{}", "$&", "\"", "כלב", "🐶", "\0"]);
        assert_eq!(check_labels(&labels), Ok(()));
    }

    #[test]
    fn refuses_an_empty_list() {
        assert_eq!(check_labels(&[]), Err(LabelError::NoLabels));
    }

    #[test]
    fn names_the_first_row_without_text() {
        for blank in ["", "   ", "\t\n", "\u{a0}\u{3000}"] {
            let error = check_labels(&owned(&["cat", blank, "dog", ""])).unwrap_err();
            assert_eq!(error, LabelError::EmptyLabel { row: 1 });
            assert_eq!(
                error.to_string(),
                "label 2 is empty: give it some text, or leave it out"
            );
        }
    }
}
