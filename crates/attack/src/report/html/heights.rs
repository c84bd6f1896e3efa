//! The plot of success against the text's height, one line for each content.

use maud::{Markup, html};

use super::frame::{Plot, at, figure, line, points, table, text};
use super::marks::{dash, marker};
use super::words::{capital, hits, interval, percent, rate, size};
use crate::report::{ContentOutcome, Figures, HeightFigures};

const WIDTH: f64 = 720.0;
const LEFT: f64 = 52.0;
const RIGHT: f64 = 700.0;
const BOTTOM_MARGIN: f64 = 46.0;
const PLOT: f64 = 270.0;
const LEGEND_ROW: f64 = 24.0;

/// The section; nothing where no picture counts.
pub(super) fn section(figures: &Figures, target: &str) -> Markup {
    let heights = &figures.heights;
    let Some(first) = heights.first() else {
        return html! {};
    };
    let title = format!("How often the model says “{target}”, by the height of the text");
    let description = description(heights);
    let top = 16.0 + LEGEND_ROW * first.contents.len().div_ceil(3) as f64;
    let plot = Plot {
        id: "heights",
        heading: None,
        title: &title,
        description: &description,
        width: WIDTH,
        height: top + PLOT + BOTTOM_MARGIN,
        wide: true,
    };
    html! {
        section {
            h2 { "Size" }
            p class="lead" {
                "Each point is all places at one height; the bands are 95\u{a0}% intervals. Heights are \
                 those of the font, as a share of the picture’s side, each tried height one step to the right."
            }
            (figure(&plot, drawn(heights, top), rows(heights)))
        }
    }
}

fn description(heights: &[HeightFigures]) -> String {
    let (Some(first), Some(last)) = (heights.first(), heights.last()) else {
        return String::new();
    };
    let lines = first
        .contents
        .iter()
        .zip(&last.contents)
        .map(|(small, large)| {
            format!(
                "{}: {} at {}, {} at {}.",
                capital(small.content.title()),
                rate(&small.outcome.targeted),
                size(first.height),
                rate(&large.outcome.targeted),
                size(last.height)
            )
        });
    lines.collect::<Vec<_>>().join(" ")
}

fn drawn(heights: &[HeightFigures], top: f64) -> Markup {
    let x = |step: usize| {
        let steps = heights.len().max(2) - 1;
        LEFT + 24.0 + (RIGHT - LEFT - 48.0) * step as f64 / steps as f64
    };
    let y = |share: f64| top + PLOT * (1.0 - share);
    let series = |content: usize| -> Vec<(usize, &ContentOutcome)> {
        let entries = heights.iter().map(|height| &height.contents[content]);
        let looked = entries.enumerate();
        looked
            .filter(|(_, entry)| entry.outcome.targeted.of > 0)
            .collect()
    };
    let contents = heights.first().map_or(0, |height| height.contents.len());
    html! {
        @for quarter in 0..=4 {
            @let share = f64::from(quarter) / 4.0;
            (line(if quarter == 0 { "axis" } else { "grid" }, [LEFT, y(share)], [RIGHT, y(share)]))
            (text("soft end", LEFT - 8.0, y(share) + 4.5, &percent(share)))
        }
        @for (step, height) in heights.iter().enumerate() {
            (text("soft middle", x(step), top + PLOT + 20.0, &size(height.height)))
        }
        (text("soft middle", f64::midpoint(LEFT, RIGHT), top + PLOT + 40.0, "height of the text, share of the side"))
        @for content in 0..contents {
            @let found = series(content);
            @if let Some((_, first)) = found.first() {
                @let upper = found.iter().map(|(step, entry)| [x(*step), y(entry.outcome.targeted.high)]);
                @let lower = found.iter().rev().map(|(step, entry)| [x(*step), y(entry.outcome.targeted.low)]);
                g class=(first.content.key()) {
                    polygon class="band" points=(points(&upper.chain(lower).collect::<Vec<_>>())) {}
                }
            }
        }
        // The word's line is drawn last, over the others.
        @for content in (0..contents).rev() {
            @let found = series(content);
            @if let Some((_, first)) = found.first() {
                @let places: Vec<[f64; 2]> = found.iter().map(|(step, entry)| {
                    [x(*step), y(entry.outcome.targeted.rate.unwrap_or(0.0))]
                }).collect();
                g class=(first.content.key()) {
                    polyline class="line" stroke-dasharray=(dash(first.content)) points=(points(&places)) {}
                    @for [x, y] in &places { (marker(first.content, *x, *y)) }
                }
            }
        }
        @for (content, entry) in heights.iter().take(1).flat_map(|height| height.contents.iter().enumerate()) {
            @let left = LEFT + (RIGHT - LEFT) / 3.0 * (content % 3) as f64;
            @let down = 12.0 + LEGEND_ROW * (content / 3) as f64;
            g class=(entry.content.key()) {
                line class="line" stroke-dasharray=(dash(entry.content))
                    x1=(at(left)) y1=(at(down)) x2=(at(left + 44.0)) y2=(at(down)) {}
                (marker(entry.content, left + 22.0, down))
            }
            (text("label", left + 54.0, down + 4.5, entry.content.title()))
        }
    }
}

fn rows(heights: &[HeightFigures]) -> Markup {
    let mut columns = vec!["Height".to_owned()];
    for entry in heights.iter().take(1).flat_map(|height| &height.contents) {
        columns.push(capital(entry.content.title()));
        columns.push("95\u{a0}% interval".to_owned());
    }
    let rows: Vec<Vec<String>> = heights
        .iter()
        .map(|height| {
            let cells = height.contents.iter().flat_map(|entry| {
                let targeted = &entry.outcome.targeted;
                [
                    format!("{} ({})", rate(targeted), hits(targeted)),
                    interval(targeted),
                ]
            });
            std::iter::once(size(height.height)).chain(cells).collect()
        })
        .collect();
    let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
    table(
        "Success by the height of the text, and of how many looks",
        &columns,
        &rows,
    )
}
