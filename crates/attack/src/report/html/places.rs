//! The maps of success against the label's place, one for each height.

use maud::{Markup, html};

use super::frame::{Plot, at, figure, table, text};
use super::words::{percent, rate, size};
use crate::report::Figures;
use crate::stats::Rate;

const WIDTH: f64 = 720.0;
const IN_A_ROW: usize = 4;
const STEP: f64 = 180.0;
const SIDE: f64 = 138.0;
const HEAD: f64 = 26.0;
const ROW: f64 = SIDE + HEAD + 20.0;
/// More places in a row than this leave no room for numbers.
const MOST_NUMBERED: usize = 4;

/// The section; nothing where there is only one place.
pub(super) fn section(figures: &Figures) -> Markup {
    let places = figures.places.len();
    if places < 2 {
        return html! {};
    }
    let description = description(figures);
    let maps = figures.heights.len();
    let down = maps.div_ceil(IN_A_ROW) as f64 * ROW;
    let plot = Plot {
        id: "places",
        heading: None,
        title: "How often the word wins, by the place of its centre, one square for each height of the text",
        description: &description,
        width: WIDTH,
        height: down + 30.0,
        wide: true,
    };
    let drawn = html! {
        @for (map, height) in figures.heights.iter().enumerate() {
            @let left = (map % IN_A_ROW) as f64 * STEP + (STEP - SIDE) / 2.0;
            @let top = (map / IN_A_ROW) as f64 * ROW;
            (text("soft", left, top + 16.0, &size(height.height)))
            (grid(figures, map, [left, top + HEAD]))
        }
        (legend(down))
    };
    html! {
        section {
            h2 { "Place" }
            p class="lead" {
                "Where on the picture the word lies. Each square is the picture, each field the rate with the label’s centre there, in per cent."
            }
            (figure(&plot, drawn, rows(figures)))
        }
    }
}

fn description(figures: &Figures) -> String {
    let rated = figures.places.iter().filter_map(|place| {
        let share = place.all.targeted.rate?;
        Some((share, place))
    });
    let order = |one: &(f64, _), other: &(f64, _)| one.0.total_cmp(&other.0);
    let named = |(share, place): (f64, &crate::report::PlaceFigures)| {
        format!(
            "{} from the left and {} from the top ({})",
            size(place.x),
            size(place.y),
            percent(share)
        )
    };
    let (best, worst) = (rated.clone().max_by(order), rated.min_by(order));
    match (best, worst) {
        (Some(best), Some(worst)) => format!(
            "Over all heights the word wins most often {}, and least often {}.",
            named(best),
            named(worst)
        ),
        _ => "No place was looked at.".to_owned(),
    }
}

fn grid(figures: &Figures, map: usize, [left, top]: [f64; 2]) -> Markup {
    // Places are a square, row by row.
    let across = (1..=figures.places.len())
        .find(|side| side * side >= figures.places.len())
        .unwrap_or(1);
    let cell = SIDE / across as f64;
    html! {
        @for (place, entry) in figures.places.iter().enumerate() {
            @let x = left + (place % across) as f64 * cell;
            @let y = top + (place / across) as f64 * cell;
            @let targeted = entry.heights[map].targeted;
            (field([x, y], cell, step(&targeted)))
            @if across <= MOST_NUMBERED {
                (text(&format!("middle {}", ink(step(&targeted))), x + cell / 2.0, y + cell / 2.0 + 4.5, &number(&targeted)))
            }
        }
    }
}

fn field([x, y]: [f64; 2], side: f64, step: usize) -> Markup {
    html! {
        rect class=(format!("s{step}")) x=(at(x + 1.0)) y=(at(y + 1.0)) width=(at(side - 2.0)) height=(at(side - 2.0)) rx="3" {}
    }
}

fn legend(top: f64) -> Markup {
    let steps = [
        "0\u{a0}%",
        "to 25\u{a0}%",
        "to 50\u{a0}%",
        "to 75\u{a0}%",
        "to 100\u{a0}%",
    ];
    html! {
        @for (step, words) in steps.iter().enumerate() {
            @let left = 21.0 + step as f64 * 104.0;
            (field([left, top + 4.0], 20.0, step))
            (text("soft", left + 27.0, top + 18.5, words))
        }
    }
}

fn number(rate: &Rate) -> String {
    rate.rate
        .map_or("–".to_owned(), |share| format!("{:.0}", share * 100.0))
}

/// 0 for no success, then a step for each quarter.
fn step(rate: &Rate) -> usize {
    match rate.rate.unwrap_or(0.0) {
        share if share <= 0.0 => 0,
        share if share <= 0.25 => 1,
        share if share <= 0.5 => 2,
        share if share <= 0.75 => 3,
        _ => 4,
    }
}

fn ink(step: usize) -> &'static str {
    if step < 3 { "on-light" } else { "on-dark" }
}

fn rows(figures: &Figures) -> Markup {
    let heights = figures.heights.iter().map(|height| size(height.height));
    let columns: Vec<String> = ["From left, from top".to_owned(), "All heights".to_owned()]
        .into_iter()
        .chain(heights)
        .collect();
    let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
    let rows: Vec<Vec<String>> = figures
        .places
        .iter()
        .map(|place| {
            let name = format!("{}, {}", size(place.x), size(place.y));
            let heights = place.heights.iter().map(|outcome| rate(&outcome.targeted));
            [name, rate(&place.all.targeted)]
                .into_iter()
                .chain(heights)
                .collect()
        })
        .collect();
    table(
        "Success by the place of the label’s centre, and by the height of the text",
        &columns,
        &rows,
    )
}
