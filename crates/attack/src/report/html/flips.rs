//! The plot of flip sizes: the smallest text that wins, for each picture and place.

use maud::{Markup, html};

use super::frame::{Plot, at, figure, line, table, text};
use super::words::{counted, flip, size};
use crate::report::{FlipSize, PictureFigures, Report};

const WIDTH: f64 = 720.0;
const LEFT: f64 = 176.0;
const RIGHT: f64 = 600.0;
const NEVER: f64 = 664.0;
const TOP: f64 = 4.0;
/// The radius of one place's dot; nine places' fits a row.
const DOT: f64 = 4.5;
const ROW: f64 = 34.0;
const AXIS: f64 = 46.0;
/// More pictures than this are in the table alone.
const MOST_DRAWN: usize = 40;

/// The section; nothing where no flip size was looked for.
pub(super) fn section(report: &Report) -> Markup {
    let figures = &report.figures;
    if figures.flip.of == 0 {
        return html! {};
    }
    let pictures: Vec<(&str, &PictureFigures)> = report
        .pictures
        .iter()
        .map(|picture| picture.name.as_str())
        .zip(&figures.pictures)
        .filter(|(_, picture)| picture.flip.of > 0)
        .collect();
    let drawn_pictures = &pictures[..pictures.len().min(MOST_DRAWN)];
    let never = figures.flip.never;
    let description = format!(
        "Over {}, the lower quartile of the flip size is {}, the median {}, the upper quartile {}; at {} the word never wins.",
        counted(figures.flip.of, "place"),
        flip(figures.flip.lower),
        flip(figures.flip.median),
        flip(figures.flip.upper),
        counted(never, "place")
    );
    let plot = Plot {
        id: "flips",
        heading: None,
        title: "The flip size of each picture: dots as large as the number of places, a line at the median",
        description: &description,
        width: WIDTH,
        height: TOP + ROW * drawn_pictures.len() as f64 + AXIS,
        wide: true,
    };
    let largest = report
        .options
        .sorted_heights()
        .last()
        .copied()
        .unwrap_or(1.0);
    html! {
        section {
            h2 { "Flip size" }
            p class="lead" {
                "The smallest text that makes the picture the target, at its own and at every larger size that was tried, found by \
                 halving to half a hundredth of the side. The smaller, the easier the attack. No smaller text than 2\u{a0}% was tried. A dot is as large as the number of places; the line is their median."
            }
            @if pictures.len() > MOST_DRAWN {
                p { "The first " (MOST_DRAWN) " of " (counted(pictures.len(), "picture")) " are drawn; the table has all." }
            }
            (figure(&plot, drawn(drawn_pictures, largest), rows(&pictures)))
        }
    }
}

fn drawn(pictures: &[(&str, &PictureFigures)], largest: f32) -> Markup {
    let x = |size: Option<f32>| match size {
        Some(size) => LEFT + (RIGHT - LEFT) * f64::from(size) / f64::from(largest),
        None => NEVER,
    };
    let bottom = TOP + ROW * pictures.len() as f64;
    html! {
        @for quarter in 0..=4u8 {
            @let size_there = largest * f32::from(quarter) / 4.0;
            (line(if quarter == 0 { "axis" } else { "grid" }, [x(Some(size_there)), TOP], [x(Some(size_there)), bottom]))
            (text("soft middle", x(Some(size_there)), bottom + 20.0, &size(size_there)))
        }
        (line("grid", [NEVER, TOP], [NEVER, bottom]))
        (text("soft middle", NEVER, bottom + 20.0, "never"))
        (text("soft middle", f64::midpoint(LEFT, RIGHT), bottom + 40.0, "height of the text, share of the side"))
        @for (row, (name, picture)) in pictures.iter().enumerate() {
            @let middle = TOP + ROW * (row as f64 + 0.5);
            (text("end", LEFT - 12.0, middle + 4.5, &short(name)))
            g class="word" {
                @for (size, places) in grouped(&picture.flips) {
                    circle class="dot" cx=(at(x(size))) cy=(at(middle)) r=(at((places as f64).sqrt() * DOT)) {}
                }
            }
            (line("tick", [x(picture.flip.median), middle - 14.0], [x(picture.flip.median), middle + 14.0]))
        }
    }
}

/// Each size once, with the number of its places.
fn grouped(flips: &[FlipSize]) -> Vec<(Option<f32>, usize)> {
    let mut groups: Vec<(Option<f32>, usize)> = Vec::new();
    for flip in flips {
        match groups.iter_mut().find(|(size, _)| *size == flip.size) {
            Some((_, places)) => *places += 1,
            None => groups.push((flip.size, 1)),
        }
    }
    groups
}

fn rows(pictures: &[(&str, &PictureFigures)]) -> Markup {
    let columns = [
        "Picture",
        "Places",
        "Never",
        "Smallest",
        "Lower quartile",
        "Median",
        "Upper quartile",
        "Largest",
    ];
    let rows: Vec<Vec<String>> = pictures
        .iter()
        .map(|(name, picture)| {
            let sizes = picture.flips.iter().filter_map(|flip| flip.size);
            let smallest = sizes.clone().min_by(f32::total_cmp);
            let largest = sizes.max_by(f32::total_cmp);
            let largest = largest.filter(|_| picture.flip.never == 0);
            vec![
                (*name).to_owned(),
                picture.flip.of.to_string(),
                picture.flip.never.to_string(),
                flip(smallest),
                flip(picture.flip.lower),
                flip(picture.flip.median),
                flip(picture.flip.upper),
                flip(largest),
            ]
        })
        .collect();
    table(
        "Flip sizes, shares of the side; “never” is larger than any",
        &columns,
        &rows,
    )
}

/// A name that fits beside its row; the end of a long one is kept, since it tells files apart.
fn short(name: &str) -> String {
    const MOST: usize = 22;
    let letters = name.chars().count();
    if letters <= MOST {
        return name.to_owned();
    }
    let end: String = name.chars().skip(letters - MOST + 1).collect();
    format!("…{end}")
}
