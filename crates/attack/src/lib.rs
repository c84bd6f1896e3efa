//! The typographic attack: sweeps of words over pictures, what they add up to, and their report.
//!
//! A sweep says what to draw and counts the answers; `glimpse-lettering` draws, and a door classifies. Pictures are the square
//! that a model sees after resize and crop.

pub mod report;
pub mod stats;
mod sweep;

pub use report::{Provenance, Report, ReportError};
pub use sweep::{
    Answer, Content, Eligibility, Factor, PictureId, Progress, Sweep, SweepError, SweepOptions,
    Text, Variant,
};
