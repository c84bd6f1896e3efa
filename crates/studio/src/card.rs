//! Writes a model's card, its README.md, from what its exam and its training's log hold.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::exam::{ExamResults, is_of_photographs};
use crate::split::split;

pub mod credits;
pub mod photo;
mod results;

/// What `glimpse-studio card` can be told.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The model's folder, with its exam.json, training.json and configuration; README.md is written there
    #[arg(long, value_name = "DIR", default_value = "web/models/mini")]
    pub model: PathBuf,
}

/// What the training wrote about itself, `training.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrainingLog {
    /// The day that it ended, as 2026-11-24.
    pub date: String,
    /// What it ran on.
    pub machine: String,
    /// How long it learned.
    pub minutes: f64,
    /// How many captioned pictures it saw.
    pub pairs: u64,
    /// How many in a second.
    pub pairs_per_second: f64,
    /// How many numbers it learned.
    pub parameters: u64,
    /// Each loss over its last steps.
    pub final_losses: BTreeMap<String, f64>,
    /// What else is to be known of it, a sentence each; written by hand where a training was not of one piece.
    #[serde(default)]
    pub notes: Vec<String>,
}

/// The parts of a `config.json` that the card names.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Config {
    projection_dim: u32,
    text_config: Text,
    vision_config: Vision,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
struct Text {
    hidden_size: u32,
    num_hidden_layers: u32,
    max_position_embeddings: u32,
    vocab_size: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
struct Vision {
    hidden_size: u32,
    image_size: u32,
    num_hidden_layers: u32,
    patch_size: u32,
}

/// Writes the card of the model that `args` name.
///
/// # Errors
/// When a file that it is made of cannot be read or understood, or the card cannot be written.
pub fn run(args: Args) -> Result<()> {
    let card = if is_of_photographs(&args.model) {
        photo::of_folder(&args.model)?
    } else {
        of_folder(&args.model)?
    };
    let file = args.model.join("README.md");
    fs::write(&file, card).with_context(|| format!("cannot write {}", file.display()))?;
    eprintln!("written: {}", file.display());
    Ok(())
}

/// The card of the model for drawings in the folder `model`.
fn of_folder(model: &Path) -> Result<String> {
    let exam: ExamResults = read(
        model,
        crate::exam::FILE,
        "`cargo xtask exam --write` writes it",
    )?;
    let log: TrainingLog = read(model, "training.json", "the training writes it")?;
    let config: Config = read(model, "config.json", "the training writes it")?;
    Ok(card(&exam, &log, &config))
}

/// Reads one of a model's files; `origin` says who writes it.
pub(crate) fn read<T: DeserializeOwned>(folder: &Path, name: &str, origin: &str) -> Result<T> {
    let file = folder.join(name);
    let text = fs::read_to_string(&file)
        .with_context(|| format!("cannot read {}: {origin}", file.display()))?;
    serde_json::from_str(&text).with_context(|| {
        format!(
            "{} is not what the card is made of: {origin}",
            file.display()
        )
    })
}

/// The card in Markdown. It states nothing that the exam, the log, the configuration or the split do not hold.
pub fn card(exam: &ExamResults, log: &TrainingLog, config: &Config) -> String {
    let mut card = about(exam, log, config);
    card += &trained_on(exam, log);
    card += &results::results(exam);
    card += &results::limits(exam);
    card += &again(log);
    card
}

fn about(exam: &ExamResults, log: &TrainingLog, config: &Config) -> String {
    let (text, vision) = (&config.text_config, &config.vision_config);
    format!(
        "# mini: the model that is built into Glimpse\n\n\
         A small CLIP ({:.1} million parameters, {:.1} MB in f16) that knows **drawings, icons, emoji and written words**. It was\n\
         trained from scratch on pictures that we draw ourselves, so it can travel with the page and start at once. It has\n\
         never seen a photograph: under `auto`, the default, those go to its neighbour `mini-photo`.\n\n\
         Layout: Hugging Face's `CLIPModel` (`transformers` reads the folder). Images {side} x {side}, patches of {}, width {}, {}\n\
         layers; text width {}, {} layers, an own BPE of {} pieces, {} tokens; embeddings of {}.\n\n\
         Licence: MIT OR Apache-2.0, as the rest of the project.\n\n",
        log.parameters as f64 / 1e6,
        exam.model.megabytes(),
        vision.patch_size,
        vision.hidden_size,
        vision.num_hidden_layers,
        text.hidden_size,
        text.num_hidden_layers,
        grouped(text.vocab_size.into()),
        text.max_position_embeddings,
        config.projection_dim,
        side = vision.image_size,
    )
}

fn trained_on(exam: &ExamResults, log: &TrainingLog) -> String {
    let extent = &exam.split;
    let losses: Vec<String> = log
        .final_losses
        .iter()
        .map(|(name, loss)| format!("{name} {loss:.3}"))
        .collect();
    let mut text = format!(
        "## What it was trained on\n\n\
         {} captioned pictures, each drawn once by `glimpse-studio`: {:.0} minutes on {}, {:.0} pairs a second, done on\n\
         {}. They show {} things, {} words on paper, over things and alone, coloured shapes, several things, so and so\n\
         many of one, and one thing beside another. `labels.json` lists what it was taught. The losses of the last steps: {}.\n{}\n\
         | art | by | licence |\n|---|---|---|\n",
        grouped(log.pairs),
        log.minutes,
        log.machine,
        log.pairs_per_second,
        log.date,
        extent.taught_concepts,
        extent.taught_words,
        losses.join(", "),
        log.notes
            .iter()
            .map(|note| format!("{note}\n"))
            .collect::<String>(),
    );
    let taught = &split().art.taught;
    let is_taught = |credit: &&credits::Credit| {
        let sets = [&taught.emoji, &taught.coloured, &taught.icons];
        sets.into_iter()
            .flatten()
            .any(|set| credit.sets.contains(&set.as_str()))
    };
    for credit in credits::ART.iter().filter(is_taught) {
        let _ = writeln!(
            text,
            "| [{}]({}) | {} | {} |",
            credit.title, credit.from, credit.by, credit.licence
        );
    }
    text += "| the page's own drawings (`www/drawings`) | this project | MIT OR Apache-2.0 |\n\n\
             The art was rasterised, recoloured, turned and combined; none of it is in this folder.\n\n\
             | fonts | from | licence |\n|---|---|---|\n";
    let fonts = &split().fonts;
    for group in &credits::FONTS {
        let shown = |family: &&&str| {
            fonts
                .easy
                .iter()
                .chain(&fonts.taught)
                .any(|font| credits::family(font) == **family)
        };
        let families: Vec<&str> = group.families.iter().filter(shown).copied().collect();
        if !families.is_empty() {
            let _ = writeln!(
                text,
                "| {} | {} | {} |",
                families.join(", "),
                group.from,
                group.licence
            );
        }
    }
    text + "\nNames of things that are never drawn, which training teaches the model to score low, come from Unicode's CLDR\n\
            (Unicode License V3).\n\n"
}

fn again(log: &TrainingLog) -> String {
    format!(
        "## Making it again\n\n\
         In a checkout of the project, with Rust, Node.js and Python:\n\n\
         ```sh\n\
         cargo xtask studio --minutes {:.0} --out web/models/mini   # art, training, exam and this card\n\
         cargo xtask exam                                       # the exam alone\n\
         ```\n\n\
         The pictures are the same every time; what is learned from them differs a little from machine to machine.\n\
         `crates/studio/train/README.md` says how it works.\n",
        log.minutes,
    )
}

/// 273600 as "273,600".
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_set_apart() {
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(999), "999");
        assert_eq!(grouped(273_600), "273,600");
        assert_eq!(grouped(1_273_600), "1,273,600");
    }
}
