//! The exam's outcome: the figures with the bars set for them, as `exam.json` and as a table.

use std::fmt::Write;

use serde::{Deserialize, Serialize};

use super::figures::{FIGURES, Known, SIZE_BARS};
use super::judge::{Examiner, Marks};
use super::stories::Story;

/// Everything that an exam found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExamResults {
    /// The day, as 2026-11-24.
    pub date: String,
    /// The version of the engine that ran the model.
    pub engine: String,
    /// The model.
    pub model: Weights,
    /// What training may see, and what it does not.
    pub split: Extent,
    /// The figures, in the order of [`FIGURES`]; those without a trial are left out.
    pub figures: Vec<Figure>,
    /// The tutorial's stories.
    pub stories: Vec<Story>,
    /// The page's examples.
    pub examples: Vec<Story>,
    /// Photographs with their best labels.
    pub photographs: Vec<Story>,
    /// Wrong answers to look at, a few of each figure.
    pub failures: Vec<Failure>,
}

/// A model's weights.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Weights {
    /// The size of their file in bytes.
    pub bytes: u64,
    /// Its CRC-32, in hexadecimal: which weights these figures are about.
    pub crc32: String,
}

/// How much training may see, and how much it does not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extent {
    /// Things with pictures in training.
    pub taught_concepts: usize,
    /// Things without.
    pub held_out_concepts: usize,
    /// Words rendered in training.
    pub taught_words: usize,
    /// Words that are only in the exam.
    pub held_out_words: usize,
    /// Pairs of colour and shape that are only in the exam.
    pub held_out_shapes: usize,
    /// Art sets that are only in the exam.
    pub held_out_art: Vec<String>,
    /// Fonts that are only in the exam.
    pub held_out_fonts: Vec<String>,
}

/// One figure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    /// Its key: see [`FIGURES`].
    pub key: String,
    /// The exam that it belongs to.
    pub exam: String,
    /// What is counted.
    pub what: String,
    /// How often it was so, in per cent of the trials, to a tenth.
    pub percent: f64,
    /// How often it was so.
    pub right: u32,
    /// How often it was tried.
    pub trials: u32,
}

/// One wrong answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// The key of the figure that it counts against.
    pub figure: String,
    /// The label that should have won.
    pub asked: String,
    /// The label that did.
    pub answered: String,
}

impl Figure {
    /// The figure's bars, chance and place, if this version of the exam knows it.
    pub fn known(&self) -> Option<&'static Known> {
        Known::of(&self.key)
    }
}

impl Weights {
    /// The size in megabytes of a million bytes, to a tenth.
    pub fn megabytes(&self) -> f64 {
        (self.bytes as f64 / 1e5).round() / 10.0
    }
}

impl Figure {
    /// What `marks` say, unless nothing was tried.
    pub(super) fn of(key: &str, exam: &str, what: &str, marks: Marks) -> Option<Self> {
        (marks.trials > 0).then(|| Self {
            key: key.to_owned(),
            exam: exam.to_owned(),
            what: what.to_owned(),
            percent: tenths(100.0 * f64::from(marks.right) / f64::from(marks.trials)),
            right: marks.right,
            trials: marks.trials,
        })
    }
}

/// A number to one decimal.
pub(super) fn tenths(number: f64) -> f64 {
    (number * 10.0).round() / 10.0
}

/// The figures that were tried.
pub(super) fn figures(examiner: &Examiner) -> Vec<Figure> {
    let tried = FIGURES.iter().filter_map(|known| {
        Figure::of(known.key, known.exam, known.what, examiner.marks(known.key))
    });
    tried.collect()
}

/// The wrong answers that were kept.
pub(super) fn failures(examiner: &Examiner) -> Vec<Failure> {
    let kept = examiner.failed().iter().map(|failed| Failure {
        figure: failed.key.to_owned(),
        asked: failed.asked.clone(),
        answered: failed.answered.clone(),
    });
    kept.collect()
}

/// The report as text for a terminal.
pub fn table(report: &ExamResults) -> String {
    let mut text = format!(
        "{:<66}{:>8}  {:<12}{:<12}{:>7}{:>8}\n",
        "", "%", "two cores", "large GPU", "chance", "trials"
    );
    let mut exam = "";
    for figure in &report.figures {
        if figure.exam != exam {
            exam = &figure.exam;
            let _ = writeln!(text, "{exam}");
        }
        let bars = figure.known().and_then(|known| known.bars);
        let held = |bar: Option<f64>| {
            bar.map_or_else(String::new, |bar| against(bar, figure.percent >= bar))
        };
        let chance = figure.known().and_then(|known| known.chance);
        let _ = writeln!(
            text,
            "  {:<64}{:>8.1}  {:<12}{:<12}{:>7}{:>8}",
            figure.what,
            figure.percent,
            held(bars.and_then(|bars| bars.two_cores)),
            held(bars.map(|bars| bars.large_gpu)),
            chance.map_or_else(String::new, |chance| format!("{chance:.1}")),
            figure.trials
        );
    }
    let size = report.model.megabytes();
    let [two_cores, large_gpu] = SIZE_BARS.map(|bar| against(bar, size <= bar));
    let _ = writeln!(
        text,
        "size\n  {:<64}{size:>8.1}  {two_cores:<12}{large_gpu}",
        "model.safetensors, MB"
    );
    for story in report
        .stories
        .iter()
        .chain(&report.examples)
        .chain(&report.photographs)
    {
        let _ = writeln!(
            text,
            "{} ({})\n  {}",
            story.title,
            story.picture,
            story.shares()
        );
    }
    text
}

/// A bar and whether it is reached.
fn against(bar: f64, reached: bool) -> String {
    format!("{bar} {}", if reached { "yes" } else { "no" })
}
