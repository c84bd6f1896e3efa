//! The report as one HTML file.

use super::Report;

/// The page.
#[must_use]
pub fn html(report: &Report) -> String {
    report.target.clone()
}
