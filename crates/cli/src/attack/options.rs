//! From the command line to what a sweep is asked for, checked before a model is loaded.

use clap::ArgMatches;
use glimpse::image::RgbImage;
use glimpse_attack::{PictureId, Sweep, SweepOptions};
use glimpse_lettering::{Fonts, LetteringError, Spec, letter, styles_for};

use crate::args::AttackArgs;
use crate::failure::Failure;
use crate::labels;

/// The heights of `--quick`, as parts of the side: small, usual, large.
const QUICK_HEIGHTS: [f32; 3] = [0.06, 0.16, 0.32];

/// What the command line asks for.
///
/// # Errors
/// [`Failure::Usage`] when a word, label or option cannot be used.
pub fn of(args: &AttackArgs, matches: &ArgMatches) -> Result<SweepOptions, Failure> {
    let defaults = SweepOptions::default();
    let mut options = SweepOptions {
        word: args.word.clone().unwrap_or_default(),
        labels: labels::labels(matches)?,
        target: args.target.clone(),
        synonym: args.synonym.clone(),
        truth: args.truth.clone(),
        templates: labels::templates(&args.templates)?,
        spec: Spec {
            font: args.font.clone(),
            paper: args.paper.into(),
            ..defaults.spec
        },
        heights: match (&args.heights[..], args.quick) {
            ([], true) => QUICK_HEIGHTS.to_vec(),
            ([], false) => defaults.heights,
            (given, _) => given.to_vec(),
        },
        factors: !args.quick,
        flip: !args.quick,
        seed: args.seed,
        limit: args.limit,
        ..defaults
    };
    check_words(&options, &Pen::new())?;
    let nobody = PictureId {
        name: String::new(),
        sha256: String::new(),
    };
    Sweep::new(options.clone(), vec![nobody]).map_err(|error| Failure::Usage(error.to_string()))?;
    options.fonts = styles_for(&options.word);
    Ok(options)
}

/// Draws each text once, so that one that cannot be drawn is told of before a model is loaded.
fn check_words(options: &SweepOptions, pen: &Pen) -> Result<(), Failure> {
    let font = &options.spec.font;
    for (what, word) in [
        ("--word", Some(&options.word)),
        ("--synonym", options.synonym.as_ref()),
    ] {
        if let Some(word) = word {
            pen.write(word, font)
                .map_err(|error| Failure::Usage(format!("{what} cannot be written: {error}")))?;
        }
    }
    for label in truths(options) {
        pen.write(label, font).map_err(|error| {
            Failure::Usage(format!(
                "the label {label:?} cannot be written: {error}\n\n\
                 A picture's right label is written onto it too, to compare with. Which one is right can be said with --truth."
            ))
        })?;
    }
    Ok(())
}

/// The labels that may be right: without --truth, any but the target.
fn truths(options: &SweepOptions) -> impl Iterator<Item = &String> {
    let all = match &options.truth {
        Some(truth) => std::slice::from_ref(truth),
        None => &options.labels,
    };
    let target = options.target.as_ref();
    all.iter().filter(move |&label| Some(label) != target)
}

/// Writes to see whether it can.
struct Pen {
    fonts: Fonts,
    square: RgbImage,
}

impl Pen {
    fn new() -> Self {
        Self {
            fonts: Fonts::bundled(),
            square: RgbImage::new(8, 8),
        }
    }

    fn write(&self, word: &str, font: &str) -> Result<(), LetteringError> {
        let spec = Spec {
            word: word.to_owned(),
            font: font.to_owned(),
            ..Spec::default()
        };
        letter(&self.square, &spec, &self.fonts)?;
        Ok(())
    }
}
