//! Words drawn onto pictures: the typographic attack, its sweeps and its report.
//!
//! Everything works on the square that a model sees after resize and crop. The same picture and the same [`Spec`] give the
//! same bytes on every machine, natively and in a browser.

pub mod report;
mod spec;
pub mod stats;
mod sweep;

pub use report::{Provenance, Report, ReportError};
pub use spec::{Colour, Paper, Spec};
pub use sweep::{
    Answer, Content, Factor, PictureId, Progress, Standing, Sweep, SweepError, SweepOptions, Text,
    Variant,
};
