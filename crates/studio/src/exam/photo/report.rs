//! The outcome of the exam of photographs, as `exam.json` and as a table.

use std::fmt::Write;

use serde::{Deserialize, Serialize};

use super::super::judge::Examiner;
use super::super::report::{Failure, Figure, Weights, tenths};
use super::super::stories::Story;
use super::calibration::Reliability;
use super::figures::{AIMS, Aim, MEGABYTES, SHARE_OF_CLASSIFIER};
use super::none::NoneOfThese;
use super::twin::Twin;

/// Everything that an exam found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExamResults {
    /// The day, as 2026-11-24.
    pub date: String,
    /// The version of the engine that ran the model.
    pub engine: String,
    /// The model.
    pub model: Weights,
    /// What it was asked about; none where there were no photographs.
    pub photographs: Option<Photographs>,
    /// The figures, in the order of [`AIMS`]; those without a trial are left out.
    pub figures: Vec<Figure>,
    /// What the image tower's own classifier makes of the photographs; none where nobody said.
    pub classifier: Option<Classifier>,
    /// The twin that two of the figures are about, if there was one.
    pub twin: Option<Twin>,
    /// How far probabilities can be believed.
    pub calibration: Vec<Reliability>,
    /// "None of these", for so and so many labels.
    pub none_of_these: Vec<NoneOfThese>,
    /// Photographs of what it was never taught, with what it makes of them.
    pub strangers: Vec<Story>,
    /// Wrong answers to look at, a few of each figure.
    pub failures: Vec<Failure>,
}

/// Which photographs were shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Photographs {
    /// How many have lists of names.
    pub cases: usize,
    /// How many have a list as someone typed it.
    pub tutorial: usize,
    /// The CRC-32 of `cases.json`, in hexadecimal.
    pub crc32: String,
}

/// What `train/photo/reference.py` writes: the image tower's own classifier, which is not in the model, on the same photographs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reference {
    /// timm's name of the tower.
    pub tower: String,
    /// How many photographs it was shown.
    pub pictures: u32,
    /// How many of them it gave their own name first, of 1,000.
    pub right: u32,
    /// The CRC-32 of their `cases.json`, in hexadecimal.
    pub cases_crc32: String,
}

/// The classifier, and how near the model comes to it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Classifier {
    /// What it reaches.
    pub reference: Reference,
    /// Its right answers of all photographs, in per cent.
    pub percent: f64,
    /// The model's right answers among all names, as a share of the classifier's.
    pub share: f64,
}

impl Classifier {
    /// Sets a figure's right answers against the classifier's; none where it has none.
    pub fn beside(reference: Reference, thousand: &Figure) -> Option<Self> {
        (reference.right > 0).then(|| Self {
            percent: tenths(100.0 * f64::from(reference.right) / f64::from(reference.pictures)),
            share: (1000.0 * f64::from(thousand.right) / f64::from(reference.right)).round()
                / 1000.0,
            reference,
        })
    }

    /// Whether the bar is reached.
    pub fn is_reached(&self) -> bool {
        self.share >= SHARE_OF_CLASSIFIER[0]
    }
}

impl ExamResults {
    /// The figure of this key, if it was measured.
    pub fn figure(&self, key: &str) -> Option<&Figure> {
        self.figures.iter().find(|figure| figure.key == key)
    }

    /// Whether the weights are as small as they shall be.
    pub fn is_small(&self) -> bool {
        self.model.megabytes() <= MEGABYTES
    }
}

/// The figures that were tried.
pub fn figures(examiner: &Examiner) -> Vec<Figure> {
    let tried = AIMS
        .iter()
        .filter_map(|aim| Figure::of(aim.key, aim.exam, aim.what, examiner.marks(aim.key)));
    tried.collect()
}

/// The report as text for a terminal.
pub fn table(report: &ExamResults) -> String {
    let mut text = row(
        "",
        ["%", "bar", "", "teacher", "chance", "trials"].map(String::from),
    );
    let mut exam = "";
    for figure in &report.figures {
        if figure.exam != exam {
            exam = &figure.exam;
            let _ = writeln!(text, "{exam}");
        }
        let aim = Aim::of(&figure.key);
        let shown =
            |number: Option<f64>| number.map_or_else(String::new, |number| format!("{number:.1}"));
        text += &row(
            &figure.what,
            [
                format!("{:.1}", figure.percent),
                aim.map_or_else(String::new, bar),
                aim.and_then(|aim| aim.is_reached(figure.percent))
                    .map_or("", yes)
                    .to_owned(),
                shown(aim.and_then(|aim| aim.teacher)),
                shown(aim.and_then(|aim| aim.chance)),
                figure.trials.to_string(),
            ],
        );
        if let (true, Some(classifier)) = (figure.key == "thousand", &report.classifier) {
            text += &row(
                &format!(
                    "  as a share of the classifier's own {:.1} %",
                    classifier.percent
                ),
                [
                    format!("{:.3}", classifier.share),
                    SHARE_OF_CLASSIFIER[0].to_string(),
                    yes(classifier.is_reached()).to_owned(),
                    SHARE_OF_CLASSIFIER[1].to_string(),
                    String::new(),
                    classifier.reference.pictures.to_string(),
                ],
            );
        }
    }
    text += "size\n";
    let size = format!("{:.1}", report.model.megabytes());
    let reached = yes(report.is_small()).to_owned();
    text += &row(
        "the weights, MB",
        [
            size,
            format!("<= {MEGABYTES}"),
            reached,
            String::new(),
            String::new(),
            String::new(),
        ],
    );
    for reliability in &report.calibration {
        let _ = writeln!(
            text,
            "calibration, {}: expected error {:.1} points\n  {:<12}{:>8}{:>14}{:>12}",
            reliability.what, reliability.error, "sure", "answers", "mean sure", "right"
        );
        for bin in &reliability.bins {
            let within = format!("{} to {} %", bin.from, bin.from + 10);
            let _ = writeln!(
                text,
                "  {within:<12}{:>8}{:>14.1}{:>12.1}",
                bin.answers, bin.sure, bin.right
            );
        }
    }
    for none in &report.none_of_these {
        let _ = writeln!(
            text,
            "none of these, {} labels: first on {:.1} % where it should be, on {:.1} % where not; AUROC {:.1} (without fillers {:.1}); \
             {} trials each",
            none.labels,
            none.rightly_first,
            none.wrongly_first,
            none.auroc,
            none.auroc_without,
            none.trials
        );
    }
    for story in &report.strangers {
        let _ = writeln!(
            text,
            "{}, {}\n  {}",
            story.picture,
            story.title,
            story.shares()
        );
    }
    text
}

fn row(what: &str, [value, bar, reached, teacher, chance, trials]: [String; 6]) -> String {
    format!("  {what:<64}{value:>8}{bar:>8} {reached:<4}{teacher:>8}{chance:>8}{trials:>8}\n")
}

/// A figure's bar as a condition.
pub fn bar(aim: &Aim) -> String {
    match aim.bar {
        Some(bar) if aim.at_most => format!("<= {bar}"),
        Some(bar) => bar.to_string(),
        None => String::new(),
    }
}

fn yes(reached: bool) -> &'static str {
    if reached { "yes" } else { "no" }
}
