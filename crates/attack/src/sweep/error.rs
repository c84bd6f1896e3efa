//! What makes a sweep impossible, and what to do about it.

use thiserror::Error;

/// Why a sweep cannot begin, or not take an answer.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum SweepError {
    /// There are no labels.
    #[error("there are no labels: give the picture's own and the word's, and others beside them")]
    NoLabels,
    /// There is one label, so nothing can change.
    #[error(
        "\"{label}\" is the only label, and always wins: give at least one other to choose between"
    )]
    OneLabel {
        /// The label.
        label: String,
    },
    /// There are no pictures.
    #[error("there are no pictures to write on: give at least one")]
    NoPictures,
    /// A text to be written is nothing but whitespace.
    #[error("the {what} has no letters to write: give it some")]
    Empty {
        /// Which text: "word" or "synonym".
        what: &'static str,
    },
    /// No label is the word, and no target is named.
    #[error(
        "the word \"{word}\" is not among the labels, so nothing says which label it should pull to: \
         add it to the labels, or name one of them as the target"
    )]
    WordNotAmongLabels {
        /// The word.
        word: String,
    },
    /// The target is not among the labels.
    #[error("the target \"{target}\" is not among the labels: add it to them, or name another")]
    TargetNotAmongLabels {
        /// The target.
        target: String,
    },
    /// The true label is not among the labels.
    #[error("the true label \"{truth}\" is not among the labels: add it to them, or name another")]
    TruthNotAmongLabels {
        /// The true label.
        truth: String,
    },
    /// The picture is already what the word should make of it.
    #[error(
        "\"{truth}\" is both the true label and the target, so nothing could change: \
         write another word, or name another target"
    )]
    TruthIsTarget {
        /// The label.
        truth: String,
    },
    /// There is no height, or no font, to try.
    #[error("the list of {what} is empty: give at least one, or leave the option out")]
    EmptyList {
        /// The option's name.
        what: &'static str,
    },
    /// A number is outside of its range.
    #[error("{what} is {value}; it must be {least} to {most}")]
    OutOfRange {
        /// The option's name.
        what: &'static str,
        /// What was given.
        value: String,
        /// The least that is allowed.
        least: &'static str,
        /// The most that is allowed.
        most: &'static str,
    },
    /// There is no such variant in this sweep.
    #[error(
        "this sweep has no variant \"{key}\": the answer belongs to other options, another seed or other pictures; \
         begin the sweep anew, or give it the options that the answer was made with"
    )]
    UnknownKey {
        /// The variant's key.
        key: String,
    },
    /// An answer does not have one number for each label.
    #[error("the answer to \"{key}\" has {found} {what} for {labels} labels: give one for each")]
    AnswerLength {
        /// The variant's key.
        key: String,
        /// "scores" or "cosines".
        what: &'static str,
        /// How many there are.
        found: usize,
        /// How many labels there are.
        labels: usize,
    },
    /// An answer holds something that is no number of its kind.
    #[error(
        "the answer to \"{key}\" has {value} among its {what}: {what} must be {range}; \
         the model, or the device, computes wrong"
    )]
    AnswerValue {
        /// The variant's key.
        key: String,
        /// "scores", "cosines" or "area".
        what: &'static str,
        /// What was given.
        value: f32,
        /// What is allowed.
        range: &'static str,
    },
}
