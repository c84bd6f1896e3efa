//! What every plot and table of a report has around it: names for those who do not see it, and a box that scrolls.

use maud::{Markup, html};

/// A plot and what it says in words.
pub(super) struct Plot<'a> {
    /// A name for the page's own use, without spaces.
    pub id: &'a str,
    /// A heading over it, where the section has several plots.
    pub heading: Option<&'a str>,
    /// What it shows.
    pub title: &'a str,
    /// What it says, for those who do not see it.
    pub description: &'a str,
    /// Units across.
    pub width: f64,
    /// Units down.
    pub height: f64,
    /// Whether a phone is too narrow for it, so that it scrolls.
    pub wide: bool,
}

/// A plot with its table under it.
pub(super) fn figure(plot: &Plot<'_>, drawn: Markup, table: Markup) -> Markup {
    html! {
        figure {
            @if let Some(heading) = plot.heading { h3 { (heading) } }
            @if plot.wide {
                (scroll(&format!("Plot: {}", plot.title), svg(plot, drawn)))
            } @else {
                (svg(plot, drawn))
            }
            (table)
        }
    }
}

fn svg(plot: &Plot<'_>, drawn: Markup) -> Markup {
    let (title, description) = (format!("{}-title", plot.id), format!("{}-desc", plot.id));
    html! {
        svg class=(if plot.wide { "wide" } else { "narrow" }) role="img"
            viewBox=(format!("0 0 {:.0} {:.0}", plot.width, plot.height))
            aria-labelledby=(title) aria-describedby=(description) {
            title id=(title) { (plot.title) }
            desc id=(description) { (plot.description) }
            (drawn)
        }
    }
}

/// A table in a box of its own that scrolls, with what it is and what its columns are.
pub(super) fn table(caption: &str, columns: &[&str], rows: &[Vec<String>]) -> Markup {
    let body = html! {
        table {
            caption { span { (caption) } }
            thead { tr { @for column in columns { th scope="col" { (column) } } } }
            tbody {
                @for row in rows {
                    tr {
                        @for (at, cell) in row.iter().enumerate() {
                            @if at == 0 { th scope="row" { (cell) } } @else { td { (cell) } }
                        }
                    }
                }
            }
        }
    };
    scroll(&format!("Table: {caption}"), body)
}

/// A box that scrolls sideways, by keyboard, too.
pub(super) fn scroll(label: &str, inside: Markup) -> Markup {
    html! { div class="scroll" role="region" tabindex="0" aria-label=(label) { (inside) } }
}

/// A text at a place; `class` says how it is aligned.
pub(super) fn text(class: &str, x: f64, y: f64, words: &str) -> Markup {
    html! { text class=(class) x=(at(x)) y=(at(y)) { (words) } }
}

/// A straight line.
pub(super) fn line(class: &str, [x1, y1]: [f64; 2], [x2, y2]: [f64; 2]) -> Markup {
    html! { line class=(class) x1=(at(x1)) y1=(at(y1)) x2=(at(x2)) y2=(at(y2)) {} }
}

/// A coordinate to a tenth of a unit.
pub(super) fn at(value: f64) -> String {
    format!("{value:.1}")
}

/// Places as a polyline's points.
pub(super) fn points(places: &[[f64; 2]]) -> String {
    let each = places.iter().map(|[x, y]| format!("{x:.1},{y:.1}"));
    each.collect::<Vec<_>>().join(" ")
}
