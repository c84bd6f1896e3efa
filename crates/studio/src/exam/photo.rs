//! Examines the built-in model for photographs: on photographs of what it was taught, on others, and on texts alone.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use image::imageops;

use super::engine::{Engine, open_picture};
use super::gallery::Gallery;
use super::judge::{Examiner, Failed, Judge, Seen};
use super::report::Weights;
use super::{Args, report as of_drawings, show, today, weigh};
use crate::card::read;

pub mod calibration;
pub mod cases;
pub mod figures;
pub mod none;
pub mod questions;
pub mod report;
pub mod routes;
mod strangers;
pub mod taught;
pub mod twin;

pub use report::{ExamResults, table};

use cases::{Case, Cases};
use report::{Classifier, Photographs, Reference};
use taught::Taught;

/// The weights' file in a model's folder.
pub const WEIGHTS: &str = "open_clip_model.safetensors";
/// Where the photographs are looked for unless they are named.
const PHOTOS: &str = "../shared/assets/photos-dev";
/// The title of stories that ask nothing, but tell the best of all names.
pub const AMONG_ALL: &str = "among all names";
/// Of each photograph so much is kept, in pixels of its longer side, to be shown where it was answered wrongly.
const KEPT: u32 = 192;

/// A photograph that was looked at.
pub struct Shown<'a> {
    /// Its lists.
    pub case: &'a Case,
    /// What the model made of it.
    pub seen: Seen,
}

/// What a model is shown beside its photographs; each may be missing.
#[derive(Default)]
pub struct Beside<'a> {
    /// Photographs of what it was never taught.
    pub strangers: Option<&'a Path>,
    /// The folder of its twin.
    pub twin: Option<&'a Path>,
    /// What the image tower's own classifier makes of the photographs.
    pub reference: Option<Reference>,
    /// Drawings, which belong to the other built-in model.
    pub gallery: Option<&'a Gallery>,
}

/// Examines the model that `args` name, and prints and writes what they ask for.
///
/// # Errors
/// When the model cannot be read or run, an outcome cannot be written, or there are no photographs; what needs none is printed all the
/// same.
pub fn run(args: &Args) -> Result<()> {
    let photos = args.photos.clone().unwrap_or_else(|| PathBuf::from(PHOTOS));
    let cases = (!args.without_photos).then(|| cases::read(&photos));
    let (cases, missing) = match cases {
        Some(Ok(cases)) => (Some(cases), None),
        Some(Err(error)) => (None, Some(error)),
        None => (None, None),
    };
    let reference = match &cases {
        Some(cases) => reference(args, cases)?,
        None => None,
    };
    let taught = Taught::read(&args.model)?;
    let mut engine = Engine::open(&args.model)?;
    let weights = weigh(&args.model.join(WEIGHTS))?;
    let gallery = if args.art.join("node_modules").is_dir() {
        Some(Gallery::open(&args.art)?)
    } else {
        None
    };
    let beside = Beside {
        strangers: Some(&args.others),
        twin: args.twin.as_deref(),
        reference,
        gallery: gallery.as_ref(),
    };
    let (report, failed) = examine(
        &mut engine,
        &taught,
        cases.as_ref(),
        &beside,
        weights,
        |exam| eprintln!("asking: {exam}"),
    )?;
    print!("{}", table(&report));
    if let Some(missing) = missing {
        // What was measured on photographs before is not written over by less.
        bail!("the rest of the exam needs photographs: {missing:#}");
    }
    if args.write {
        super::keep(&args.model, &report)?;
    }
    if let (Some(file), Some(gallery)) = (&args.sheet, &gallery) {
        show(file, &failed, gallery)?;
    }
    Ok(())
}

/// Asks `judge` everything there is something for; `on_exam` is told each part as it begins. Gives the report, and the pictures of its
/// failures.
///
/// # Errors
/// When a photograph cannot be read, or the model or its twin cannot be run.
pub fn examine(
    judge: &mut dyn Judge,
    taught: &Taught,
    cases: Option<&Cases>,
    beside: &Beside,
    weights: Weights,
    mut on_exam: impl FnMut(&str),
) -> Result<(ExamResults, Vec<Failed>)> {
    let examiner = &mut Examiner::new(judge);
    on_exam("texts alone");
    questions::texts(examiner, taught)?;
    if let Some(gallery) = beside.gallery {
        on_exam("which model drawings go to");
        routes::drawings(examiner, gallery)?;
    }
    let (mut calibration, mut none_of_these, mut strangers) = (Vec::new(), Vec::new(), Vec::new());
    let mut examined = None;
    if let Some(cases) = cases {
        on_exam("looking at the photographs");
        let mut shown = Vec::new();
        for case in &cases.cases {
            let seen = look(examiner, &case.path(&cases.folder))?;
            shown.push(Shown { case, seen });
        }
        let mut typed = Vec::new();
        for case in &cases.tutorial {
            typed.push((
                case,
                look(examiner, &cases.folder.join("tutorial").join(&case.file))?,
            ));
        }
        on_exam("names");
        calibration = questions::names(examiner, &shown, taught)?;
        questions::synonyms(examiner, &shown, taught)?;
        questions::everyday(examiner, &shown, taught)?;
        on_exam("names said otherwise");
        questions::said_otherwise(examiner, &shown)?;
        questions::tutorial(examiner, &typed)?;
        on_exam("none of these");
        none_of_these = none::none_of_these(examiner, &shown, taught)?;
        examiner.thin();
        if let Some(folder) = beside.twin {
            on_exam("the twin");
            examined = Some(twin::twin(examiner, folder, cases)?);
        }
    }
    if let Some(folder) = beside.strangers {
        on_exam("what it was never taught");
        strangers = strangers::strangers(examiner, folder, &taught.distinct)?;
    }
    let mut report = ExamResults {
        date: today(),
        engine: format!("glimpse {}", env!("CARGO_PKG_VERSION")),
        model: weights,
        photographs: cases.map(|cases| Photographs {
            cases: cases.cases.len(),
            tutorial: cases.tutorial.len(),
            crc32: cases.crc32.clone(),
        }),
        figures: report::figures(examiner),
        classifier: None,
        twin: examined,
        calibration,
        none_of_these,
        strangers,
        failures: of_drawings::failures(examiner),
    };
    report.classifier = beside.reference.clone().and_then(|reference| {
        let thousand = report.figure("thousand")?;
        Classifier::beside(reference, thousand)
    });
    Ok((report, examiner.failed().to_vec()))
}

/// Shows a photograph, marks which model it would go to, and keeps a small copy.
fn look(examiner: &mut Examiner, file: &Path) -> Result<Seen> {
    let picture = open_picture(file)?;
    examiner.mark("photo-to-mini", !routes::goes_to_photo(&picture));
    let small = imageops::thumbnail(&picture, KEPT, KEPT);
    let seen = examiner.show(picture)?;
    Ok(Seen {
        picture: small.into(),
        ..seen
    })
}

/// What the classifier makes of the photographs: from the file that is named, from the training's log, or from the exam before.
fn reference(args: &Args, cases: &Cases) -> Result<Option<Reference>> {
    let is_of_these = |reference: &Reference| reference.cases_crc32 == cases.crc32;
    if let Some(file) = &args.reference {
        let text = std::fs::read_to_string(file)
            .with_context(|| format!("cannot read {}", file.display()))?;
        let reference: Reference = serde_json::from_str(&text)
            .with_context(|| format!("{} is not what reference.py writes", file.display()))?;
        ensure!(
            is_of_these(&reference),
            "{} was made with other photographs than {}: make it again with reference.py",
            file.display(),
            cases.folder.display()
        );
        return Ok(Some(reference));
    }
    #[derive(serde::Deserialize)]
    struct Log {
        reference: Option<Reference>,
    }
    let logged = read::<Log>(&args.model, "training.json", "").ok();
    let before = read::<ExamResults>(&args.model, super::FILE, "").ok();
    let known = [
        logged.and_then(|log| log.reference),
        before.and_then(|report| Some(report.classifier?.reference)),
    ];
    Ok(known.into_iter().flatten().find(is_of_these))
}
