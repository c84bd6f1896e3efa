//! What was found, in plain words and a few numbers, at the top of a report.

use maud::{Markup, html};

use super::words::{count, counted, flip, interval, percent, points, rate, size};
use crate::report::Report;
use crate::sweep::{Content, Eligibility};

/// The report's title.
pub(super) fn title(report: &Report) -> String {
    let pictures = counted(report.pictures.len(), "picture");
    format!("“{}” written on {pictures}", report.options.word)
}

/// The header.
pub(super) fn header(report: &Report) -> Markup {
    let provenance = &report.provenance;
    html! {
        header {
            p class="eyebrow" { "Typographic attack · " (provenance.model) " · " (provenance.date) }
            h1 { (title(report)) }
            p class="found" { (found(report)) }
            p { (conditions(report)) }
            @if !report.finished {
                p class="cut" {
                    "This sweep was stopped before its end. The figures are of the " (counted(report.variants.len(), "look"))
                    " that were done, and may change when it goes on."
                }
            }
            (numbers(report))
        }
    }
}

/// The most telling numbers as one paragraph.
fn found(report: &Report) -> String {
    let figures = &report.figures;
    let word = &report.options.word;
    let target = &report.target;
    let Some(outcome) = figures
        .content(Content::Word)
        .filter(|word| word.targeted.of > 0)
    else {
        return nothing(report);
    };
    let mut sentences = vec![format!(
        "With “{word}” written on it, the model calls a picture “{target}” in {} of {} (95\u{a0}% interval {}).",
        rate(&outcome.targeted),
        counted(outcome.targeted.of, "look"),
        interval(&outcome.targeted)
    )];
    let of = |content| {
        figures
            .content(content)
            .filter(|other| other.targeted.of > 0)
    };
    if let Some(blank) = of(Content::Blank) {
        let own = outcome.net.net.map_or(0.0, |net| (net * 100.0).round());
        let own = match own {
            own if own >= 1.0 => format!("about {own:.0} points are the word’s own"),
            own if own <= -1.0 => {
                format!("the word does {:.0} points less than its paper", -own)
            }
            _ => "the word adds nothing to its paper".to_owned(),
        };
        sentences.push(format!(
            "The same paper left blank does so in {}, so {own}.",
            rate(&blank.targeted)
        ));
    }
    let controls = [
        (Content::Nonsense, "nonsense of the same length"),
        (Content::Scrambled, "the word’s letters in another order"),
    ];
    let controls: Vec<String> = controls
        .into_iter()
        .filter_map(|(content, name)| Some(format!("{name} in {}", rate(&of(content)?.targeted))))
        .collect();
    if !controls.is_empty() {
        let both = controls.join(", ");
        sentences.push(format!("{}.", super::words::capital(&both)));
    }
    if figures.flip.of > 0 {
        sentences.push(match figures.flip.median {
            Some(median) => format!(
                "At half of the places, text of {} of the picture’s side or less is enough.",
                size(median)
            ),
            None => "At more than half of the places no tried size is enough.".to_owned(),
        });
    }
    sentences.join(" ")
}

/// What is said where no picture was written on.
fn nothing(report: &Report) -> String {
    let figures = &report.figures;
    let (wrong, already) = (
        figures.standing(Eligibility::Wrong),
        figures.standing(Eligibility::AlreadyTarget),
    );
    if wrong + already == 0 {
        return "No picture was looked at with the word on it yet, so there is nothing to count."
            .to_owned();
    }
    format!(
        "No picture counts, so nothing was written on any: before that, the model is wrong about {}, and calls {} “{}” already. \
         Choose pictures that it knows, or other labels.",
        counted(wrong, "picture"),
        counted(already, "picture"),
        report.target
    )
}

/// What the rates depend on.
fn conditions(report: &Report) -> String {
    let templates: Vec<String> = report
        .options
        .templates
        .iter()
        .map(|template| format!("“{template}”"))
        .collect();
    let templates = match templates.as_slice() {
        [] => "no template".to_owned(),
        [one] => format!("the template {one}"),
        [one, ..] => format!("{} templates ({one} the first)", templates.len()),
    };
    format!(
        "These rates belong to {} labels, {templates} and the checkpoint {} ({}). With others they are other rates.",
        count(report.options.labels.len()),
        report.provenance.model,
        report.provenance.fingerprint
    )
}

fn numbers(report: &Report) -> Markup {
    let figures = &report.figures;
    let Some(outcome) = figures
        .content(Content::Word)
        .filter(|word| word.targeted.of > 0)
    else {
        return html! {};
    };
    let net = points(&outcome.net);
    let mut entries = vec![
        (
            rate(&outcome.targeted),
            format!(
                "target wins; 95\u{a0}% interval {}",
                interval(&outcome.targeted)
            ),
        ),
        (net, "points beyond blank paper".to_owned()),
    ];
    if figures.flip.of > 0 {
        entries.push((
            flip(figures.flip.median),
            "median flip size, of the side".to_owned(),
        ));
    }
    if let Some(largest) = figures.heights.last() {
        let word = largest
            .contents
            .iter()
            .find(|entry| entry.content == Content::Word);
        let share = word.and_then(|entry| entry.outcome.targeted.rate);
        if let Some(share) = share {
            entries.push((
                percent(share),
                format!("target wins at {}, the largest text", size(largest.height)),
            ));
        }
    }
    entries.push((
        format!(
            "{} of {}",
            count(figures.standing(Eligibility::Counted)),
            count(report.pictures.len())
        ),
        "pictures count".to_owned(),
    ));
    html! {
        dl class="numbers" {
            @for (number, words) in &entries {
                div { dt { (words) } dd { (number) } }
            }
        }
    }
}
