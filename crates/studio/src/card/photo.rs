//! Writes the card of the model for photographs, from what its exam, its training's log and its lists hold.

use std::fmt::Write;
use std::path::Path;

use anyhow::Result;
use serde::{Deserialize, Serialize};

use super::{grouped, read};
use crate::exam::photo::ExamResults;
use crate::exam::photo::taught::Labels;

pub mod notices;
mod results;

/// What the training wrote about itself, `training.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrainingLog {
    /// The day that it ended, as 2026-11-24.
    pub date: String,
    /// What it ran on.
    pub machine: String,
    /// How long it learned.
    pub minutes: f64,
    /// How many batches it saw.
    pub steps: u64,
    /// How many phrases.
    pub phrases: u64,
    /// timm's name of the image tower.
    pub image_tower: String,
    /// How many numbers the text tower learned.
    pub text_parameters: u64,
    /// The share of classes whose own row of the classifier is nearest to their name.
    pub own_row_nearest: f64,
    /// What else is to be known of it, a sentence each.
    #[serde(default)]
    pub notes: Vec<String>,
}

/// The parts of an `open_clip_config.json` that the card names.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Config {
    model_cfg: Model,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
struct Model {
    embed_dim: u32,
    vision_cfg: Vision,
    text_cfg: Text,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
struct Vision {
    image_size: u32,
    timm_model_name: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
struct Text {
    context_length: u32,
    vocab_size: u32,
    width: u32,
    layers: u32,
}

/// The card of the model in the folder `model`.
///
/// # Errors
/// When a file that it is made of cannot be read or understood.
pub(super) fn of_folder(model: &Path) -> Result<String> {
    let again = "`cargo xtask exam --model mini-photo --write` writes it";
    let training = "the training writes it";
    let exam: ExamResults = read(model, crate::exam::FILE, again)?;
    let log: TrainingLog = read(model, "training.json", training)?;
    let config: Config = read(model, "open_clip_config.json", training)?;
    let labels: Labels = read(model, "labels.json", training)?;
    Ok(card(&exam, &log, &config, &labels))
}

/// The card in Markdown. It states nothing that the exam, the log, the configuration or the lists do not hold.
pub fn card(exam: &ExamResults, log: &TrainingLog, config: &Config, labels: &Labels) -> String {
    let mut card = about(exam, log, config, labels);
    card += &licences(log);
    card += &taught(log, labels);
    card += &results::results(exam);
    card += &again(log);
    card += notices::NOTICES;
    card
}

fn about(exam: &ExamResults, log: &TrainingLog, config: &Config, labels: &Labels) -> String {
    let Model {
        embed_dim,
        vision_cfg: vision,
        text_cfg: text,
    } = &config.model_cfg;
    let mut card = format!(
        "# mini-photo: the model for photographs that is built into Glimpse\n\n\
         It knows **photographs of a thousand kinds of things**: {} names, {} other names for them, {} words for groups of them. It travels\n\
         with the page ({:.1} MB) and answers at once. Drawings, icons and written words are for its neighbour, `mini`; under `auto`, the\n\
         default, each picture goes to the one that fits it. Three things to know first:\n\n\
         - **Names of these classes are no zero-shot.** The image tower learned ImageNet's thousand classes with labels. What this project\n  \
           added is a text tower that speaks its language, so that names can be typed freely.\n\
         - **The measured photographs may be among those that the image tower was trained on.** They are ImageNet's; figures on your own\n  \
           photographs may be lower.\n\
         - **Of things that it was never taught it guesses**, and gives probabilities all the same: who people are and how they look, what\n  \
           they do, colours, numbers of things, scenes, places, brands, art, written words.",
        grouped(labels.concepts.len() as u64),
        grouped(labels.names.len() as u64),
        grouped(labels.groups.len() as u64),
        exam.model.megabytes(),
    );
    card += &results::guesses(exam);
    let _ = write!(
        card,
        "\n\nLayout: open_clip's (`open_clip` loads the folder). Image tower `{}`, {side} x {side} pixels; text tower of {:.1} million numbers,\n\
         width {}, {} layers, an own BPE of {} pieces, {} tokens; embeddings of {embed_dim}. Weights in f16.\n\n",
        vision.timm_model_name,
        log.text_parameters as f64 / 1e6,
        text.width,
        text.layers,
        grouped(text.vocab_size.into()),
        text.context_length,
        side = vision.image_size,
    );
    card
}

fn licences(log: &TrainingLog) -> String {
    let mut text = format!(
        "## Licences\n\n\
         | part | from | licence |\n|---|---|---|\n\
         | image tower, changed only in form (f16; its classifier's rows made into a projection) | Google's EfficientNet-Lite, `{}` \
         in timm | Apache-2.0 |\n",
        log.image_tower
    );
    for source in &notices::SOURCES {
        let _ = writeln!(
            text,
            "| {} | {} | {} |",
            source.part, source.from, source.licence
        );
    }
    text + "| text tower, training, the rest | this project | MIT OR Apache-2.0 |\n\n\
            No photograph was used to train the text tower, and none is in this folder.\n\n"
}

fn taught(log: &TrainingLog, labels: &Labels) -> String {
    format!(
        "## What it was taught\n\n\
         The image tower is locked, as it was published. With `W` the rows of its classifier without their mean, and `W = U S Vᵀ` cut at the\n\
         width of the embeddings, a photograph is embedded by `S^½ Vᵀ` and a class by `S^-½ Vᵀ`, so that their product is what the classifier\n\
         computes. The text tower learned to embed phrases there (locked-image tuning, Zhai et al. 2022), without seeing a picture:\n\n\
         - names of the {} classes, as CLIP's notebook has them, and WordNet's other names for them: at their class;\n\
         - words for groups ({} of them): at the direction that tells a group's classes best from all others;\n\
         - all other nouns of WordNet that a photograph may show, and common ones that it may not: where a sentence encoder\n  \
           (all-MiniLM-L6-v2) finds known names near them. These are guesses;\n\
         - bare, with articles, in CLIP's templates and other sentences, in the plural, with adjectives, with places, in British and American\n  \
           spelling, sometimes misspelt.\n\n\
         {} phrases in {} steps: {:.0} minutes on {}, done on {}. In a plain sentence, {:.1} % of the classes' names are nearest to their\n\
         own row. `labels.json` lists what was taught.\n{}\n",
        grouped(labels.concepts.len() as u64),
        grouped(labels.groups.len() as u64),
        grouped(log.phrases),
        grouped(log.steps),
        log.minutes,
        log.machine,
        log.date,
        100.0 * log.own_row_nearest,
        log.notes
            .iter()
            .map(|note| format!("{note}\n"))
            .collect::<String>(),
    )
}

fn again(log: &TrainingLog) -> String {
    format!(
        "## Making it again\n\n\
         In a checkout of the project, with Rust, Node.js and Python:\n\n\
         ```sh\n\
         cargo xtask studio --model mini-photo --minutes {:.0} --out web/models/mini-photo   # packages, training, twin, exam and this card\n\
         cargo xtask exam --model mini-photo --photos DIR                               # the exam alone\n\
         ```\n\n\
         What is learned differs a little from machine to machine. `crates/studio/train/README.md` says how it works.\n\n",
        log.minutes,
    )
}
