//! A report for people: what became of each picture, then one line for each thing that was written.

use console::{Alignment, measure_text_width, pad_str};
use glimpse_attack::report::{Outcome, PictureFigures};
use glimpse_attack::stats::Quartiles;
use glimpse_attack::{Content, Eligibility, Report};

use crate::attack::pictures::Pictures;
use crate::output::printable;

/// What stands where there is no number.
const NOTHING: &str = "-";
/// The columns after the first.
const COLUMNS: [&str; 5] = [
    "targeted",
    "95 % interval",
    "net of blank",
    "untargeted",
    "best height",
];

/// The summary.
pub fn of(report: &Report, pictures: &Pictures) -> String {
    let from = &report.provenance;
    let mut text = format!(
        "{:?} on pictures, {} labels ({}, {})\n",
        report.options.word,
        report.options.labels.len(),
        from.model,
        from.device
    );
    for input in &pictures.inputs {
        let found = match &input.found {
            Ok(at) => became(report, &report.figures.pictures[*at]),
            Err(error) => error.message.clone(),
        };
        text += &format!("  {}: {found}\n", input.name);
    }
    let counted = report.figures.standing(Eligibility::Counted);
    if counted == 0 {
        text += "\nNo picture was written on: the model must take a picture for what it is first, and not for the target.\n";
        return printable_text(&text);
    }
    text.push('\n');
    text += &table(report);
    text.push('\n');
    if report.options.flip {
        text += &flip_size(&report.figures.flip);
    }
    text += &format!(
        "targeted: taken for {0:?}. untargeted: not taken for what it is. Rates are of all heights and places in {counted} {1};\n\
         net of blank: less the rate of the same paper at the same place without a word, in percentage points.\n",
        report.target,
        if counted == 1 { "picture" } else { "pictures" },
    );
    printable_text(&text)
}

/// Control characters made visible, but for the line ends, all of which are ours once each part was made printable.
fn printable_text(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(printable).collect();
    lines.join("\n") + "\n"
}

/// One picture before anything was written, and whether it was written on.
fn became(report: &Report, picture: &PictureFigures) -> String {
    let best = match &picture.clean {
        Some(best) => format!("{:?}, {}", best.label, per_cent(f64::from(best.score))),
        None => return "not looked at".to_owned(),
    };
    match picture.standing {
        Eligibility::Counted => format!(
            "{best} without a word; {} with the word",
            match picture.word.targeted.rate {
                Some(rate) => format!("taken for {:?} in {}", report.target, per_cent(rate)),
                None => "not looked at".to_owned(),
            }
        ),
        Eligibility::Wrong => format!(
            "{best} without a word, which is not {:?}; left out",
            picture.truth.as_deref().unwrap_or_default()
        ),
        Eligibility::AlreadyTarget => {
            format!("{best} without a word, the target already; left out")
        }
        Eligibility::Unseen => "not looked at".to_owned(),
    }
}

/// One line for each content.
fn table(report: &Report) -> String {
    let mut rows = vec![
        ["written"]
            .into_iter()
            .chain(COLUMNS)
            .map(str::to_owned)
            .collect::<Vec<String>>(),
    ];
    for text in &report.texts {
        let Some(outcome) = report.figures.content(text.content) else {
            continue;
        };
        let name = match (&text.text, text.content) {
            (Some(word), content) if content != Content::Blank => {
                format!("{} {word:?}", content.title())
            }
            (_, content) => content.title().to_owned(),
        };
        let mut row = vec![name];
        row.extend(cells(
            outcome,
            text.content,
            best_height(report, text.content),
        ));
        rows.push(row);
    }
    laid_out(&rows)
}

fn cells(outcome: &Outcome, content: Content, best: Option<(f32, f64)>) -> [String; 5] {
    let nothing = || NOTHING.to_owned();
    let rate = &outcome.targeted;
    [
        rate.rate.map_or_else(nothing, per_cent),
        match rate.rate {
            Some(_) => format!("{:.1} to {:.1} %", 100.0 * rate.low, 100.0 * rate.high),
            None => nothing(),
        },
        match outcome.net.net.filter(|_| content != Content::Blank) {
            Some(net) => format!("{:+.1}", 100.0 * net),
            None => nothing(),
        },
        outcome.untargeted.rate.map_or_else(nothing, per_cent),
        match best {
            Some((height, rate)) => format!("{} ({})", size(height), per_cent(rate)),
            None => nothing(),
        },
    ]
}

/// The height at which a content most often makes it the target, the smallest of equals; none where it never does.
fn best_height(report: &Report, content: Content) -> Option<(f32, f64)> {
    let mut best: Option<(f32, f64)> = None;
    for at in &report.figures.heights {
        let found = at.contents.iter().find(|entry| entry.content == content);
        let rate = found.and_then(|entry| entry.outcome.targeted.rate);
        let least = best.map_or(0.0, |(_, rate)| rate);
        if let Some(rate) = rate.filter(|&rate| rate > least) {
            best = Some((at.height, rate));
        }
    }
    best
}

/// The first column to the left, the others to the right.
fn laid_out(rows: &[Vec<String>]) -> String {
    let width = |column: usize| {
        let cells = rows.iter().map(|row| measure_text_width(&row[column]));
        cells.max().unwrap_or_default()
    };
    let widths: Vec<usize> = (0..=COLUMNS.len()).map(width).collect();
    let mut text = String::new();
    for row in rows {
        let cells = row.iter().zip(&widths).enumerate();
        let cells: Vec<String> = cells
            .map(|(column, (cell, &width))| {
                let side = if column == 0 {
                    Alignment::Left
                } else {
                    Alignment::Right
                };
                pad_str(cell, width, side, None).into_owned()
            })
            .collect();
        text += &format!("{}\n", cells.join("  "));
    }
    text
}

/// From which height on the word wins.
fn flip_size(flip: &Quartiles) -> String {
    let of = flip.of;
    let size = match flip.median {
        _ if of == 0 => return String::new(),
        Some(median) => format!("{} of the side", size(median)),
        None => "none".to_owned(),
    };
    format!(
        "flip size, from which on the word always wins: {size} in the median of {of} places; at {} of them it does not win \
         at its largest.\n",
        flip.never
    )
}

fn per_cent(share: f64) -> String {
    format!("{:.1} %", 100.0 * share)
}

/// A part of the side: `16 %`, `9.4 %`.
fn size(share: f32) -> String {
    let tenths = format!("{:.1}", 100.0 * share);
    format!("{} %", tenths.strip_suffix(".0").unwrap_or(&tenths))
}
