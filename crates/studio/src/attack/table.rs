//! Puts an attack's figures into a table for people, in Markdown.

use std::fmt::Write;

use super::figures::{Count, Figures};

/// The table, with what was measured and how.
#[must_use]
pub fn table(figures: &Figures) -> String {
    let attack = &figures.attack;
    let mut text = format!(
        "# What a word on paper does to mini, and what helps\n\n\
         Made by `cargo xtask attack --write` on {} with glimpse {} on the CPU. {} drawings of the held-out style (OpenMoji), each with one \
         word on a paper note that names another taught thing, in one of glimpse's fonts; {} labels (the thing, the word, {} others), \
         no template. Rates depend on all of these. Intervals are Wilson's, 95 %.\n\n\
         | without a defence | |\n|---|---|\n",
        figures.date,
        figures.glimpse,
        figures.cases,
        figures.labels,
        figures.labels - 2,
    );
    for (what, count) in [
        ("clean drawings that are right", attack.clean),
        ("with a blank paper still right", attack.blank),
        ("with the word: the word wins", attack.word),
        (
            "with the blank paper: the same label wins",
            attack.blank_target,
        ),
        ("with the word: no longer right", attack.untargeted),
        (
            "with the word in mirror writing: the word wins",
            attack.mirrored,
        ),
    ] {
        let _ = writeln!(text, "| {what} | {} |", rate(count));
    }
    let _ = writeln!(
        text,
        "| net of the blank paper | {:.1} points |",
        100.0 * attack.net_of_blank
    );
    let size = |size: Option<f32>| size.map_or("never".to_owned(), |size| percent(size.into()));
    let flip = attack.flip;
    let _ = writeln!(
        text,
        "| smallest text that flips the answer: a quarter, half, three quarters of the drawings | {}, {}, {} of the side; \
         {} of {} never flip |\n",
        size(flip.lower),
        size(flip.median),
        size(flip.upper),
        flip.never,
        flip.of
    );
    text.push_str(
        "The last five rows of the first table count drawings that are right when clean; the second table counts all.\n\n\
         | defence | passes | clean: right | attacked: right | attacked: word wins | mirror writing: right |\n\
         |---|---|---|---|---|---|\n",
    );
    for defence in &figures.defences {
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {} | {} |",
            name(defence.key),
            defence.passes,
            rate(defence.clean.right),
            rate(defence.attacked.right),
            rate(defence.attacked.target),
            rate(defence.mirrored.right),
        );
    }
    let calibration = &figures.calibration;
    let _ = write!(
        text,
        "\nSettings were found on {} other cases: {} of the image tower's heads are ablated (those that look at text hardest, for as long \
         as clean pictures stay right within 2 points; alpha {}), the gate lets the eraser work below a cosine of {:.3} between a picture \
         and its mirror image (one clean picture in twenty is below it), {} directions are projected out. Explaining away takes the labels \
         themselves for the words that may be written; it costs prompts ({} a picture's labels), which are remembered, and no pass.\n",
        super::calibration::CASES,
        calibration.heads.len(),
        calibration.alpha,
        calibration.gate,
        calibration.basis.len(),
        figures.labels * figures.labels,
    );
    text
}

fn name(key: &str) -> &str {
    match key {
        "none" => "none",
        "erase" => "localise and erase, always",
        "erase-gated" => "localise and erase, behind the mirror's alarm",
        "oracle" => "erase the true box (oracle)",
        "mirror" => "mirror (MirrorCLIP)",
        "heads" => "heads ablated (Dyslexify)",
        "explain-away" => "explaining away",
        "project" => "text directions projected out",
        other => other,
    }
}

fn rate(count: Count) -> String {
    format!(
        "{} ({} of {}; {} to {})",
        percent(count.rate),
        count.count,
        count.of,
        percent(count.low),
        percent(count.high)
    )
}

fn percent(share: f64) -> String {
    format!("{:.1} %", 100.0 * share)
}
