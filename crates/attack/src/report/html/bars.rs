//! Plots of bars: the contents, one factor at a time, and the number of labels.

use maud::{Markup, html};

use super::frame::{Plot, at, figure, line, table, text};
use super::words::{capital, decimal, hits, interval, percent, points, rate};
use crate::report::{Figures, LevelFigures};
use crate::stats::Rate;

const ROW: f64 = 28.0;
const TOP: f64 = 4.0;
const AXIS: f64 = 24.0;

/// How wide a plot is, in units: alone in its section, or one of two beside each other.
struct Room {
    width: f64,
    /// Where the bars begin; their names are left of it.
    left: f64,
    /// Where a whole bar ends; the rate is right of it.
    right: f64,
}

const ALONE: Room = Room {
    width: 720.0,
    left: 152.0,
    right: 660.0,
};
const PAIRED: Room = Room {
    width: 380.0,
    left: 112.0,
    right: 326.0,
};

/// What a plot is called.
struct Words<'a> {
    id: &'a str,
    heading: Option<&'a str>,
    title: &'a str,
}

/// One bar.
struct Bar {
    name: String,
    /// The colour's class.
    class: &'static str,
    rate: Rate,
    /// The mark of blank paper.
    blank: Option<f64>,
}

/// The word and its controls.
pub(super) fn contents(figures: &Figures) -> Markup {
    let bars: Vec<Bar> = figures
        .contents
        .iter()
        .map(|entry| Bar {
            name: capital(entry.content.title()),
            class: entry.content.key(),
            rate: entry.outcome.targeted,
            blank: None,
        })
        .collect();
    let rows: Vec<Vec<String>> = figures
        .contents
        .iter()
        .map(|entry| {
            let outcome = &entry.outcome;
            let net = if outcome.net.pairs > 0 {
                points(&outcome.net)
            } else {
                super::words::NONE.to_owned()
            };
            vec![
                capital(entry.content.title()),
                rate(&outcome.targeted),
                interval(&outcome.targeted),
                hits(&outcome.targeted),
                net,
                rate(&outcome.untargeted),
                decimal(outcome.margin),
                outcome.area.map_or(super::words::NONE.to_owned(), |area| {
                    format!("{:.1} %", area * 100.0)
                }),
            ]
        })
        .collect();
    let columns = [
        "Written",
        "Target wins",
        "95\u{a0}% interval",
        "Looks",
        "Net, points",
        "Truth loses",
        "Margin",
        "Area changed",
    ];
    let words = Words {
        id: "contents",
        heading: None,
        title: "How often the target wins, by what is written, over all heights and places",
    };
    html! {
        section {
            h2 { "The word and its controls" }
            p class="lead" {
                "What is the word’s own: blank paper hides part of the picture, nonsense is text without the meaning, the scrambled word has \
                 the same letters. The margin is the logit of the true label minus the target’s; below 0 the target is ahead."
            }
            (plot(&words, &ALONE, &bars, table("What is written, over all heights and places", &columns, &rows)))
        }
    }
}

/// One factor at a time around the base, and the number of labels.
pub(super) fn factors(figures: &Figures) -> Markup {
    if figures.factors.is_empty() && figures.label_counts.is_empty() {
        return html! {};
    }
    html! {
        section {
            h2 { "One thing changed at a time" }
            p class="lead" {
                "All else stays as in the base (see “Where the numbers come from”). Bars are the word with its 95\u{a0}% interval; the small \
                 square is blank paper that looks the same."
            }
            div class="pair" {
                @for factor in &figures.factors {
                    (levels(factor.factor.key(), factor.factor.title(), &factor.levels))
                }
            }
            @if !figures.label_counts.is_empty() { (label_counts(figures)) }
        }
    }
}

fn levels(id: &str, title: &str, levels: &[LevelFigures]) -> Markup {
    let bars: Vec<Bar> = levels
        .iter()
        .map(|level| Bar {
            name: spoken(&level.name),
            class: "word",
            rate: level.word.targeted,
            blank: level.blank.targeted.rate,
        })
        .collect();
    let rows: Vec<Vec<String>> = levels
        .iter()
        .map(|level| {
            vec![
                spoken(&level.name),
                rate(&level.word.targeted),
                interval(&level.word.targeted),
                rate(&level.blank.targeted),
                points(&level.word.net),
            ]
        })
        .collect();
    let columns = ["Value", "Word", "95\u{a0}% interval", "Blank", "Net"];
    let words = Words {
        id,
        heading: Some(title),
        title: &format!("How often the target wins, by this factor: {title}"),
    };
    let caption = format!("{title}: the word and blank paper");
    plot(&words, &PAIRED, &bars, table(&caption, &columns, &rows))
}

fn label_counts(figures: &Figures) -> Markup {
    let counts = &figures.label_counts;
    let bars: Vec<Bar> = counts
        .iter()
        .map(|count| Bar {
            name: count.labels.to_string(),
            class: "word",
            rate: count.word,
            blank: count.blank.rate,
        })
        .collect();
    let rows: Vec<Vec<String>> = counts
        .iter()
        .map(|count| {
            vec![
                count.labels.to_string(),
                rate(&count.word),
                interval(&count.word),
                hits(&count.word),
                rate(&count.blank),
                points(&count.net),
            ]
        })
        .collect();
    let columns = [
        "Labels",
        "Word",
        "95\u{a0}% interval",
        "Looks",
        "Blank",
        "Net, points",
    ];
    let caption =
        "The core scored again with fewer labels: the true one, the target, and others by lot";
    let words = Words {
        id: "labels",
        heading: Some("Number of labels"),
        title: "How often the target wins with fewer labels",
    };
    plot(&words, &ALONE, &bars, table(caption, &columns, &rows))
}

/// "-45" with a sign that is not a hyphen, "white-on-black" as words.
fn spoken(name: &str) -> String {
    match name.strip_prefix('-') {
        Some(number) => format!("−{number}"),
        None => name.replace("-on-", " on "),
    }
}

fn plot(words: &Words<'_>, room: &Room, bars: &[Bar], table: Markup) -> Markup {
    let rates = bars
        .iter()
        .map(|bar| format!("{}: {}", bar.name, rate(&bar.rate)));
    let description = rates.collect::<Vec<_>>().join("; ");
    let bottom = TOP + ROW * bars.len() as f64;
    let plot = Plot {
        id: words.id,
        heading: words.heading,
        title: words.title,
        description: &description,
        width: room.width,
        height: bottom + AXIS,
        wide: room.width > PAIRED.width,
    };
    let x = |share: f64| room.left + (room.right - room.left) * share;
    let drawn = html! {
        @for half in 0..=2 {
            @let share = f64::from(half) / 2.0;
            (line(if half == 0 { "axis" } else { "grid" }, [x(share), TOP], [x(share), bottom]))
            (text("soft middle", x(share), bottom + 17.0, &percent(share)))
        }
        @for (row, bar) in bars.iter().enumerate() {
            @let middle = TOP + ROW * (row as f64 + 0.5);
            (text("end", room.left - 10.0, middle + 4.5, &short(&bar.name)))
            (text("end", room.width, middle + 4.5, &rate(&bar.rate)))
            g class=(bar.class) {
                @if let Some(share) = bar.rate.rate {
                    rect class="bar" x=(at(room.left)) y=(at(middle - 6.5)) width=(at(x(share) - room.left)) height="13" rx="2" {}
                    (line("whisker", [x(bar.rate.low), middle], [x(bar.rate.high), middle]))
                    @for end in [bar.rate.low, bar.rate.high] {
                        (line("whisker", [x(end), middle - 3.5], [x(end), middle + 3.5]))
                    }
                }
            }
            @if let Some(share) = bar.blank {
                g class="blank" {
                    rect class="hollow" x=(at(x(share) - 4.0)) y=(at(middle - 4.0)) width="8" height="8" {}
                }
            }
        }
    };
    figure(&plot, drawn, table)
}

/// A name that fits beside its bar; the table has all of it.
fn short(name: &str) -> String {
    const MOST: usize = 18;
    if name.chars().count() <= MOST {
        return name.to_owned();
    }
    let start: String = name.chars().take(MOST - 1).collect();
    format!("{start}…")
}
