//! The report as one HTML file: plots with a table under each, no script, no outside address.

mod bars;
mod flips;
mod frame;
mod heights;
mod marks;
mod origin;
mod pictures;
mod places;
mod summary;
mod words;

#[cfg(test)]
mod tests;

use maud::{DOCTYPE, Markup, PreEscaped, html as markup};

use super::{GENERATOR, Report};
use crate::sweep::Eligibility;

/// The plots first: what is printed, at the end of the other, overrules them.
const STYLE: &str = concat!(include_str!("plots.css"), include_str!("style.css"));

/// The whole page. It is read without a network, in light and dark, on paper, and by a screen reader.
#[must_use]
pub fn html(report: &Report) -> String {
    let page = markup! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                (PreEscaped(GENERATOR))
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (summary::title(report)) " · Glimpse" }
                style { (PreEscaped(STYLE)) }
            }
            body {
                main {
                    (summary::header(report))
                    @if report.figures.standing(Eligibility::Counted) > 0 { (plots(report)) }
                    (pictures::section(report))
                    (origin::sections(report))
                }
                footer { "Made by Glimpse " (report.provenance.glimpse) ", " (report.provenance.date) "." }
            }
        }
    };
    page.into_string()
}

fn plots(report: &Report) -> Markup {
    let figures = &report.figures;
    markup! {
        (bars::contents(figures))
        (heights::section(figures, &report.target))
        (places::section(figures))
        (flips::section(report))
        (bars::factors(figures))
    }
}
