//! Measures what the typographic attack does to a model, and what each defence gives and costs, on pictures that it never saw.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use glimpse::Classifier;

use crate::exam::engine;
use crate::exam::gallery::Gallery;

mod calibration;
mod cases;
mod figures;
mod flip;
mod measure;
mod table;

pub use figures::{Count, Defended, Figures};

use calibration::Calibration;
use cases::Cases;

/// The figures' name in a model's folder; the page shows them beside its own trials.
pub const FILE: &str = "defences.json";
/// The same as a table for people.
pub const TABLE: &str = "ATTACK.md";

/// What `glimpse-studio attack` can be told.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The folder with node_modules, where crates/studio/art/package.json was installed
    #[arg(long, value_name = "DIR", default_value = "target/studio/art")]
    pub art: PathBuf,
    /// The model's folder, in Hugging Face's layout
    #[arg(long, value_name = "DIR", default_value = "web/models/mini")]
    pub model: PathBuf,
    /// How many drawings are attacked, each with one word
    #[arg(long, value_name = "N", default_value_t = 300)]
    pub cases: usize,
    /// Write the figures to defences.json and ATTACK.md in the model's folder
    #[arg(long)]
    pub write: bool,
}

/// Attacks the model that `args` name, and prints and writes what came of it.
///
/// # Errors
/// When the model or the art cannot be read, the model cannot be run, or the figures cannot be written.
pub fn run(args: Args) -> Result<()> {
    let classifier = engine::open(&args.model)?;
    eprintln!("drawing what was held out");
    let gallery = Gallery::open(&args.art)?;
    let figures = measure(&classifier, &gallery, args.cases)?;
    let table = table::table(&figures);
    print!("{table}");
    if args.write {
        let json = serde_json::to_string_pretty(&figures).context("figures have no JSON form")?;
        for (name, text) in [(FILE, json + "\n"), (TABLE, table)] {
            let file = args.model.join(name);
            fs::write(&file, text).with_context(|| format!("cannot write {}", file.display()))?;
            eprintln!("written: {}", file.display());
        }
    }
    Ok(())
}

/// Calibrates the defences on cases of their own, then measures all on `count` others.
fn measure(classifier: &Classifier, gallery: &Gallery, count: usize) -> Result<Figures> {
    let cases = Cases::new(classifier, gallery);
    eprintln!("calibrating the defences on {} cases", calibration::CASES);
    let calibration = Calibration::of(&cases)?;
    measure::figures(&cases, calibration, count, |done| {
        if done % 50 == 0 || done == count {
            eprintln!("attacked {done} of {count}");
        }
    })
}
