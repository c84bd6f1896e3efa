//! From the command line to what a sweep is asked for, checked before a model is loaded.

use clap::ArgMatches;
use glimpse::image::RgbImage;
use glimpse_lettering::{Fonts, PictureId, Spec, Sweep, SweepOptions, letter};

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
    let options = SweepOptions {
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
    check(&options)?;
    Ok(options)
}

/// Draws what will be written once, and plans a sweep, so that a mistake is said now.
fn check(options: &SweepOptions) -> Result<(), Failure> {
    let fonts = Fonts::bundled();
    let square = RgbImage::new(8, 8);
    // Without --truth, each label may turn out to be the right one, and the right one is written too.
    let truths = match &options.truth {
        Some(truth) => std::slice::from_ref(truth),
        None => &options.labels[..],
    };
    let written = [&options.word].into_iter();
    for word in written.chain(&options.synonym).chain(truths) {
        let spec = Spec {
            word: word.clone(),
            ..options.spec.clone()
        };
        letter(&square, &spec, &fonts).map_err(|error| Failure::Usage(error.to_string()))?;
    }
    let nobody = PictureId {
        name: String::new(),
        sha256: String::new(),
    };
    Sweep::new(options.clone(), vec![nobody]).map_err(|error| Failure::Usage(error.to_string()))?;
    Ok(())
}
