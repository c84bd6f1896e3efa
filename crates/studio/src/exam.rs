//! Evaluates a model on pictures and words that training never saw, the same ones every time.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};
use serde::Serialize;

use crate::concepts::{concepts, taught};
use crate::split::{split, taught_words};

pub mod attack;
pub mod composition;
pub mod engine;
mod failures;
pub mod figures;
pub mod gallery;
pub mod judge;
pub mod photo;
mod photographs;
pub mod reading;
pub mod report;
pub mod stories;
pub mod style;

pub use report::{ExamResults, table};

use engine::Engine;
use gallery::Gallery;
use judge::{Examiner, Failed, Judge};
use report::{Extent, Weights};

/// The report's name in a model's folder.
pub const FILE: &str = "exam.json";

/// What `glimpse-studio exam` can be told.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The folder with node_modules, where crates/studio/art/package.json was installed
    #[arg(long, value_name = "DIR", default_value = "target/studio/art")]
    pub art: PathBuf,
    /// The model's folder; one in open_clip's layout, as mini-photo has it, is asked about photographs
    #[arg(long, value_name = "DIR", default_value = "web/models/mini")]
    pub model: PathBuf,
    /// The page, whose examples are shown with its labels; left out where it is not there
    #[arg(long, value_name = "DIR", default_value = "www")]
    pub page: PathBuf,
    /// For mini-photo: pictures with a cases.json [default: ../shared/assets/photos-dev]
    #[arg(long, value_name = "DIR")]
    pub photos: Option<PathBuf>,
    /// For mini-photo: ask only what needs no photograph
    #[arg(long, conflicts_with = "photos")]
    pub without_photos: bool,
    /// Photographs of what the model was not taught; left out where they are not there
    #[arg(long, value_name = "DIR", default_value = "../shared/assets/photos")]
    pub others: PathBuf,
    /// For mini-photo: the folder of its twin, which was trained with --hold-out
    #[arg(long, value_name = "DIR")]
    pub twin: Option<PathBuf>,
    /// For mini-photo: what the image tower's own classifier makes of the photographs, as train/photo/reference.py writes it
    #[arg(long, value_name = "JSON")]
    pub reference: Option<PathBuf>,
    /// Write the outcome to exam.json in the model's folder
    #[arg(long)]
    pub write: bool,
    /// Write a contact sheet of wrong answers to this picture
    #[arg(long, value_name = "PNG")]
    pub sheet: Option<PathBuf>,
}

/// Examines the model that `args` name, and prints and writes what they ask for.
///
/// # Errors
/// When the model or the art cannot be read, the model cannot be run, or an outcome cannot be written.
pub fn run(args: Args) -> Result<()> {
    if is_of_photographs(&args.model) {
        return photo::run(&args);
    }
    let mut engine = Engine::open(&args.model)?;
    let weights = weigh(&args.model.join("model.safetensors"))?;
    eprintln!("drawing what was held out");
    let gallery = Gallery::open(&args.art)?;
    let shown = Shown {
        gallery: &gallery,
        page: &args.page,
        photos: &args.others,
    };
    let (report, failed) = examine(&mut engine, &shown, weights, |exam| {
        eprintln!("asking: {exam}")
    })?;
    print!("{}", table(&report));
    if args.write {
        keep(&args.model, &report)?;
    }
    if let Some(file) = &args.sheet {
        show(file, &failed, &gallery)?;
    }
    Ok(())
}

/// Whether a folder holds a model like mini-photo, and no drawings' one: it is laid out as open_clip does.
pub fn is_of_photographs(model: &Path) -> bool {
    model.join("open_clip_config.json").is_file()
}

/// Writes a report to `exam.json` in the model's folder.
fn keep(model: &Path, report: &impl Serialize) -> Result<()> {
    let file = model.join(FILE);
    let json = serde_json::to_string_pretty(report).context("the report has no JSON form")?;
    fs::write(&file, json + "\n").with_context(|| format!("cannot write {}", file.display()))?;
    eprintln!("written: {}", file.display());
    Ok(())
}

/// Writes the contact sheet of wrong answers.
fn show(file: &Path, failed: &[Failed], gallery: &Gallery) -> Result<()> {
    let font = gallery
        .fonts
        .first()
        .context("the exam has no held-out font")?;
    failures::write(file, failed, font)?;
    eprintln!("written: {}", file.display());
    Ok(())
}

/// What a model is shown.
pub struct Shown<'a> {
    /// Drawings and fonts that were held out.
    pub gallery: &'a Gallery,
    /// The page's folder; it need not be there.
    pub page: &'a Path,
    /// A folder of photographs; it need not be there.
    pub photos: &'a Path,
}

/// Asks `judge` everything; `on_exam` is told each exam as it begins. Gives the report, and the pictures of its failures.
///
/// # Errors
/// When there is too little art, or the model cannot be run.
pub fn examine(
    judge: &mut dyn Judge,
    shown: &Shown,
    weights: Weights,
    mut on_exam: impl FnMut(&str),
) -> Result<(ExamResults, Vec<Failed>)> {
    let examiner = &mut Examiner::new(judge);
    ask_of_drawings(examiner, shown.gallery, &mut on_exam)?;
    on_exam("stories and photographs");
    let stories = stories::stories(examiner, shown.gallery)?;
    let examples = stories::examples(examiner, shown.page)?;
    let photographs = photographs::photographs(examiner, shown.photos)?;
    examiner.thin();
    let report = ExamResults {
        date: today(),
        engine: format!("glimpse {}", env!("CARGO_PKG_VERSION")),
        model: weights,
        split: extent(),
        figures: report::figures(examiner),
        stories,
        examples,
        photographs,
        failures: report::failures(examiner),
    };
    Ok((report, examiner.failed().to_vec()))
}

type Exam = fn(&mut Examiner, &Gallery) -> Result<()>;

/// What is asked about drawings.
const EXAMS: [(&str, Exam); 10] = [
    ("things in the held-out style", style::held_out_style),
    (
        "things whose pictures were held out",
        style::held_out_concepts,
    ),
    ("names of things on drawings", attack::names_on_things),
    ("iPod on drawings", attack::ipod_on_things),
    ("words never rendered in training", reading::unseen_words),
    ("words rendered in training", reading::taught),
    ("coloured shapes", |examiner, _| {
        composition::coloured_shapes(examiner)
    }),
    ("which colour is whose", |examiner, _| {
        composition::binding(examiner)
    }),
    ("how many", composition::counting),
    ("what is left of what", composition::sides),
];

/// Shows every drawing of the exam, with its questions; `on_exam` is told each exam as it begins.
fn ask_of_drawings(
    examiner: &mut Examiner,
    gallery: &Gallery,
    on_exam: &mut dyn FnMut(&str),
) -> Result<()> {
    for (name, exam) in EXAMS {
        on_exam(name);
        exam(examiner, gallery)?;
        examiner.thin();
    }
    Ok(())
}

/// Which weights a file holds.
fn weigh(file: &Path) -> Result<Weights> {
    let bytes = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    Ok(Weights {
        bytes: bytes.len() as u64,
        crc32: format!("{:08x}", crc32fast::hash(&bytes)),
    })
}

/// How much this version of the split teaches and holds out.
fn extent() -> Extent {
    let taught = taught().len();
    let split = split();
    Extent {
        taught_concepts: taught,
        held_out_concepts: concepts().len() - taught,
        taught_words: taught_words().len(),
        held_out_words: split.held_out_words.len(),
        held_out_shapes: split.held_out_shapes.len(),
        held_out_art: split.art.held_out.clone(),
        held_out_fonts: split.fonts.held_out.clone(),
    }
}

/// The day by UTC, as 2026-11-24.
pub(crate) fn today() -> String {
    let passed = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    date(passed.as_secs() / 86_400)
}

/// The date so many days after 1970-01-01 (Howard Hinnant's `civil_from_days`: years that begin in March).
fn date(days: u64) -> String {
    let days = days + 719_468;
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let (day, month) = (
        day - (153 * month + 2) / 5 + 1,
        if month < 10 { month + 3 } else { month - 9 },
    );
    let year = era * 400 + year + u64::from(month <= 2);
    format!("{year}-{month:02}-{day:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_have_dates() {
        assert_eq!(date(0), "1970-01-01");
        assert_eq!(date(11_016), "2000-02-29");
        assert_eq!(date(20_781), "2026-11-24");
    }
}
