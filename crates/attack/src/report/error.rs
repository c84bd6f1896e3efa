//! Why a report cannot be read, and what to do about it.

use thiserror::Error;

use super::FORMAT;

/// Why a report cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ReportError {
    /// The text is not a report's JSON.
    #[error(
        "this is not the JSON of an attack's report: {detail}; give the .json file that `glimpse attack` wrote, \
         not the .html beside it"
    )]
    NoReport {
        /// What is wrong with it.
        detail: String,
    },
    /// The report is of another version.
    #[error(
        "the report's format is \"{found}\", and this version of Glimpse reads \"{FORMAT}\": \
         read it with the version that it names under \"provenance\", or sweep again"
    )]
    OtherVersion {
        /// The report's format.
        found: String,
    },
    /// The report does not hold together.
    #[error("the report is damaged: {detail}; take an unchanged copy of it, or sweep again")]
    Damaged {
        /// What is wrong with it.
        detail: String,
    },
}
