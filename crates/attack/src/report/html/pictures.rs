//! The table of pictures: whether each counts, and what the word does to it.

use maud::{Markup, html};

use super::frame::table;
use super::words::{NONE, flip, percent, points, rate};
use crate::report::Report;
use crate::sweep::Eligibility;

/// The section.
pub(super) fn section(report: &Report) -> Markup {
    let columns = [
        "Picture",
        "True label",
        "Best label, clean",
        "Counts",
        "Word wins",
        "Blank wins",
        "Net, points",
        "Median flip size",
    ];
    let rows: Vec<Vec<String>> = report
        .pictures
        .iter()
        .zip(&report.figures.pictures)
        .map(|(picture, figures)| {
            let clean = figures.clean.as_ref();
            let clean =
                clean.map(|best| format!("{}, {}", best.label, percent(f64::from(best.score))));
            vec![
                picture.name.clone(),
                figures.truth.clone().unwrap_or(NONE.to_owned()),
                clean.unwrap_or(NONE.to_owned()),
                counts(figures.standing).to_owned(),
                rate(&figures.word.targeted),
                rate(&figures.blank.targeted),
                points(&figures.word.net),
                if figures.flip.of > 0 {
                    flip(figures.flip.median)
                } else {
                    NONE.to_owned()
                },
            ]
        })
        .collect();
    html! {
        section {
            h2 { "The pictures" }
            p class="lead" {
                "A picture counts where the model’s best label, before anything is written, is the true one and not the target. \
                 The others are looked at once and left alone."
            }
            figure { (table("Each picture, over all heights and places", &columns, &rows)) }
        }
    }
}

fn counts(standing: Eligibility) -> &'static str {
    match standing {
        Eligibility::Counted => "yes",
        Eligibility::Wrong => "no: wrong when clean",
        Eligibility::AlreadyTarget => "no: the target when clean",
        Eligibility::Unseen => "not looked at yet",
    }
}
