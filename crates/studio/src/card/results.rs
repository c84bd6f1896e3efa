//! The card's part about the exam: all figures, bars, wrong answers, stories, photographs, and what follows from them.

use std::fmt::Write;

use super::credits;
use crate::exam::figures::SIZE_BARS;
use crate::exam::report::{ExamResults, Figure};
use crate::exam::stories::Story;

/// From here on the model counts as good at something, and below this as bad, in per cent.
const GOOD: f64 = 85.0;
const BAD: f64 = 70.0;

/// Every figure, with its bars and some of the wrong answers.
pub fn results(exam: &ExamResults) -> String {
    let split = &exam.split;
    let art: Vec<String> = split.held_out_art.iter().map(|set| titled(set)).collect();
    let mut text = format!(
        "## How good it is\n\n\
         Measured by `cargo xtask exam` on {} with {} on the CPU, on these weights (CRC-32 {}). Held out, that is never in\n\
         training: the art of {}; the pictures of {} things; the fonts {};\n\
         {} words; {} pairs of colour and shape. \"Chance\" is what guessing would give. Bars are the project's own aims for a\n\
         model that was trained on two cores, and for one from a large GPU.\n\n\
         | exam | | result | bar, two cores | bar, large GPU | chance | trials |\n|---|---|--:|--:|--:|--:|--:|\n",
        exam.date,
        exam.engine,
        exam.model.crc32,
        art.join(", "),
        split.held_out_concepts,
        split.held_out_fonts.join(", "),
        split.held_out_words,
        split.held_out_shapes,
    );
    for figure in &exam.figures {
        text += &row(figure);
    }
    let size = exam.model.megabytes();
    let [two_cores, large_gpu] = SIZE_BARS.map(|bar| set_against(bar, size <= bar));
    let _ = writeln!(
        text,
        "| size | f16, MB | {size:.1} | {two_cores} | {large_gpu} | | |\n"
    );
    text += &missed(exam);
    text += &wrong_answers(exam);
    text += &stories(
        "The tutorial's stories in this world, with the labels' shares in per cent:",
        &exam.stories,
    );
    text += &stories(
        "The page's examples with the page's labels, as typed:",
        &exam.examples,
    );
    text += &stories(
        "Photographs among 100 labels, if it is asked all the same; the best ones, which mean nothing:",
        &exam.photographs,
    );
    text
}

/// What it is good and bad at, as far as the exam says.
pub fn limits(exam: &ExamResults) -> String {
    let guessed: Vec<&Figure> = exam
        .figures
        .iter()
        .filter(|figure| figure.known().is_some_and(|known| known.chance.is_some()))
        .collect();
    let named = |wanted: &dyn Fn(f64) -> bool| -> String {
        let lines = guessed.iter().filter(|figure| wanted(figure.percent));
        let lines = lines.map(|figure| {
            format!(
                "  - {}, {}: {:.1} %\n",
                figure.exam, figure.what, figure.percent
            )
        });
        lines.collect()
    };
    let mut text = "## Good at, bad at\n\n".to_owned();
    let (good, bad) = (
        named(&|percent| percent >= GOOD),
        named(&|percent| percent < BAD),
    );
    if !good.is_empty() {
        let _ = write!(text, "- Good ({GOOD} % and more):\n{good}");
    }
    if !bad.is_empty() {
        let _ = write!(text, "- Bad (less than {BAD} %):\n{bad}");
    }
    if let Some(word) = exam
        .figures
        .iter()
        .find(|figure| figure.key == "attack-word")
    {
        let _ = writeln!(
            text,
            "- A word on paper beats the drawing {:.1} % of the time. That is wanted here: it shows the typographic attack. It is\n  \
             no measure of how other CLIP models behave.",
            word.percent
        );
    }
    text + "- It has never seen a photograph (`mini-photo` beside it has), and knows nothing beyond what `labels.json` lists. Its\n  \
            probabilities are shares among the labels given, so one of them is always high: give it labels that it knows.\n\
            - It must not be used for decisions of any kind.\n\n"
}

fn row(figure: &Figure) -> String {
    let known = figure.known();
    let bars = known.and_then(|known| known.bars);
    let held = |bar: Option<f64>| {
        bar.map_or_else(String::new, |bar| set_against(bar, figure.percent >= bar))
    };
    let chance = known.and_then(|known| known.chance);
    format!(
        "| {} | {} | {:.1} % | {} | {} | {} | {} |\n",
        figure.exam,
        figure.what,
        figure.percent,
        held(bars.and_then(|bars| bars.two_cores)),
        held(bars.map(|bars| bars.large_gpu)),
        chance.map_or_else(String::new, |chance| format!("{chance:.1} %")),
        figure.trials
    )
}

fn set_against(bar: f64, reached: bool) -> String {
    format!("{bar}{}", if reached { "" } else { " (missed)" })
}

/// Which of the bars for two cores are missed, and by how much.
fn missed(exam: &ExamResults) -> String {
    let short = |figure: &Figure| {
        let bar = figure.known()?.bars?.two_cores?;
        let missing = bar - figure.percent;
        (missing > 0.0).then(|| format!("{} ({}) by {missing:.1}", figure.exam, figure.what))
    };
    let missed: Vec<String> = exam.figures.iter().filter_map(short).collect();
    if missed.is_empty() {
        "Every bar for two cores is reached.\n\n".to_owned()
    } else {
        format!(
            "Missed bars for two cores, in points: {}.\n\n",
            missed.join("; ")
        )
    }
}

fn wrong_answers(exam: &ExamResults) -> String {
    let mut text = String::new();
    for figure in &exam.figures {
        let failures = exam
            .failures
            .iter()
            .filter(|failure| failure.figure == figure.key);
        let failures: Vec<String> = failures
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

fn stories(title: &str, stories: &[Story]) -> String {
    if stories.is_empty() {
        return String::new();
    }
    let mut text = format!("{title}\n\n");
    for story in stories {
        let _ = writeln!(
            text,
            "- {} ({}): {}",
            story.title,
            story.picture,
            story.shares()
        );
    }
    text + "\n"
}

/// An art set's title with its licence, where it is known.
fn titled(set: &str) -> String {
    credits::of_art(set).map_or_else(
        || set.to_owned(),
        |credit| format!("{} ({})", credit.title, credit.licence),
    )
}
