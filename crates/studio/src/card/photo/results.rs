//! The part of that card about the exam: figures and how they were measured, probabilities, "none of these", and guesses.

use std::fmt::Write;

use crate::exam::photo::ExamResults;
use crate::exam::photo::figures::{Aim, MEGABYTES, SHARE_OF_CLASSIFIER};
use crate::exam::photo::questions::EVERYDAY;
use crate::exam::photo::report::bar;
use crate::exam::report::Figure;
use crate::exam::stories::Story;

/// Every figure with how it was measured, some wrong answers, and what the model makes of what it was never taught.
pub fn results(exam: &ExamResults) -> String {
    let mut text = measured(exam);
    text +=
        "| exam | | result | bar | teacher | chance | trials |\n|---|---|--:|--:|--:|--:|--:|\n";
    for figure in &exam.figures {
        text += &row(figure);
        if figure.key == "thousand" {
            text += &of_classifier(exam);
        }
    }
    let _ = writeln!(
        text,
        "| size | the weights, MB | {:.1} | <= {MEGABYTES}{} | | | |\n",
        exam.model.megabytes(),
        missed(exam.is_small())
    );
    text += &meant(exam);
    text += &calibration(exam);
    text += &none_of_these(exam);
    text += &wrong_answers(exam);
    text += &strangers(&exam.strangers);
    text + "It must not be used for decisions of any kind.\n\n"
}

/// For the card's first screen: how well it guesses where that was measured, and one guess.
pub fn guesses(exam: &ExamResults) -> String {
    let mut text = String::new();
    if let (Some(figure), Some(twin)) = (exam.figure("held-classes"), &exam.twin) {
        let _ = write!(
            text,
            " A twin that was\n  not shown {} of the classes names {:.1} % of photographs of these among the {}.",
            twin.classes, figure.percent, twin.classes
        );
    }
    if let Some(story) = exam.strangers.iter().find(|story| is_asked(story)) {
        let _ = write!(
            text,
            " An example ({},\n  {}): {}.",
            story.title,
            story.picture,
            story.shares()
        );
    }
    text
}

fn measured(exam: &ExamResults) -> String {
    let photographs = exam.photographs.as_ref().map_or_else(
        || "There were no photographs: only what needs none was asked.".to_owned(),
        |shown| {
            format!(
                "{} photographs (CRC-32 of their `cases.json`: {}) and {} for the\ntutorial's lists; they are not part of the project.",
                shown.cases, shown.crc32, shown.tutorial
            )
        },
    );
    format!(
        "## How good it is\n\n\
         Measured by `cargo xtask exam --model mini-photo` on {} with {} on the CPU, on these weights (CRC-32 {}), on\n\
         {photographs} Labels are given bare unless it says otherwise. \"Teacher\" is what the text tower's targets reach in its place, as\n\
         the project's notes have it; \"chance\" is what guessing would give.\n\n",
        exam.date, exam.engine, exam.model.crc32,
    )
}

fn row(figure: &Figure) -> String {
    let aim = Aim::of(&figure.key);
    let reached = aim.and_then(|aim| aim.is_reached(figure.percent));
    let percent =
        |number: Option<f64>| number.map_or_else(String::new, |number| format!("{number:.1} %"));
    format!(
        "| {} | {} | {:.1} % | {}{} | {} | {} | {} |\n",
        figure.exam,
        figure.what,
        figure.percent,
        aim.map_or_else(String::new, bar),
        missed(reached.unwrap_or(true)),
        percent(aim.and_then(|aim| aim.teacher)),
        percent(aim.and_then(|aim| aim.chance)),
        figure.trials
    )
}

fn of_classifier(exam: &ExamResults) -> String {
    let Some(classifier) = &exam.classifier else {
        return String::new();
    };
    let [bar, teacher] = SHARE_OF_CLASSIFIER;
    format!(
        "| | as a share of the image tower's own classifier ({:.1} %) | {:.3} | {bar}{} | {teacher} | | {} |\n",
        classifier.percent,
        classifier.share,
        missed(classifier.is_reached()),
        classifier.reference.pictures
    )
}

/// How each figure was measured.
fn meant(exam: &ExamResults) -> String {
    let mut text = format!(
        "How: the right name stands once among the others of `cases.json`; look-alikes are the nearest classes there. \"All 1,000\" are the names in\n\
         `labels.json`. Another name replaces its class's, the rest stay. Everyday words are {}; a photograph counts\n\
         where its class is in exactly one of these groups. Texts alone: the phrase's embedding against all names', no photograph.\n",
        EVERYDAY.join(", ")
    );
    if let Some(twin) = &exam.twin {
        let _ = writeln!(
            text,
            "The twin's figures are the twin's, not this model's: the same training for {:.0} minutes (CRC-32 {}) without the rows of {} classes and\n\
             without {} names of others, asked about just those.",
            twin.minutes, twin.model.crc32, twin.classes, twin.names
        );
    }
    if exam.figure("photo-to-mini").is_some() || exam.figure("drawing-to-photo").is_some() {
        text += "Which model `auto` takes does not depend on these weights: it was asked about every picture of mini's exam and about these\n\
                 photographs. Where they are those that the rule was fitted to, its figure is too good;\n\
                 `crates/classifier/src/photograph.rs` says what it was fitted to, and what it reaches on others.\n";
    }
    text + "\n"
}

fn calibration(exam: &ExamResults) -> String {
    let mut text = String::new();
    for table in &exam.calibration {
        let _ = write!(
            text,
            "How far probabilities can be believed, {}: expected calibration error {:.1} points.\n\n\
             | best label's probability | answers | mean probability | right |\n|---|--:|--:|--:|\n",
            table.what, table.error
        );
        for bin in &table.bins {
            let _ = writeln!(
                text,
                "| {} to {} % | {} | {:.1} % | {:.1} % |",
                bin.from,
                bin.from + 10,
                bin.answers,
                bin.sure,
                bin.right
            );
        }
        text += "\n";
    }
    text
}

fn none_of_these(exam: &ExamResults) -> String {
    if exam.none_of_these.is_empty() {
        return String::new();
    }
    let mut text = "\"None of these\", with the fillers that `labels.json` lists, less those that share a class with a label:\n\n\
                    | labels | first, where the thing is not among them | first, where it is | AUROC | AUROC of the best probability alone | trials \
                    of each |\n|--:|--:|--:|--:|--:|--:|\n"
        .to_owned();
    for none in &exam.none_of_these {
        let _ = writeln!(
            text,
            "| {} | {:.1} % | {:.1} % | {:.1} | {:.1} | {} |",
            none.labels,
            none.rightly_first,
            none.wrongly_first,
            none.auroc,
            none.auroc_without,
            none.trials
        );
    }
    text + "\n"
}

fn wrong_answers(exam: &ExamResults) -> String {
    let mut text = String::new();
    for figure in &exam.figures {
        let failures: Vec<String> = exam
            .failures
            .iter()
            .filter(|failure| failure.figure == figure.key)
            .map(|failure| format!("{} (answered: {})", failure.asked, failure.answered))
            .collect();
        if !failures.is_empty() {
            let _ = writeln!(
                text,
                "- {}, {}: {}",
                figure.exam,
                figure.what,
                failures.join("; ")
            );
        }
    }
    if text.is_empty() {
        return text;
    }
    format!("Some of the wrong answers, evenly chosen from all of them:\n\n{text}\n")
}

fn strangers(stories: &[Story]) -> String {
    if stories.is_empty() {
        return String::new();
    }
    let mut text = "## What it makes of things it was never taught\n\n\
                    Photographs that are none of ImageNet's, some of them of things among the thousand, with the labels' shares in per cent. Where a\n\
                    question is asked (a mood, an action, how many), no answer was taught.\n\n"
        .to_owned();
    for story in stories {
        let _ = writeln!(
            text,
            "- {}, {}: {}",
            story.picture,
            story.title,
            story.shares()
        );
    }
    text + "\n"
}

/// Whether a story asks something, and does not only tell the best of all names.
fn is_asked(story: &Story) -> bool {
    story.title != crate::exam::photo::AMONG_ALL
}

fn missed(reached: bool) -> &'static str {
    if reached { "" } else { " (missed)" }
}
