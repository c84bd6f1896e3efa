//! Lets the project's own engine sit the exam: a model's folder on the CPU, as the command line and the page run it.

use std::collections::HashMap;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use glimpse::{Classifier, ClassifyOptions, DevicePreference, Folder, LoadOptions};
use image::RgbImage;
use pollster::block_on;

use super::judge::{Embedding, Judge};

/// How many texts go through the model together, so that little memory is enough.
const TOGETHER: usize = 256;

/// A loaded model.
pub struct Engine {
    classifier: Classifier,
}

impl Engine {
    /// Loads the model in `folder`. It runs on the CPU, so that figures of two machines can be compared.
    ///
    /// # Errors
    /// When there is no such folder, or what it holds cannot be loaded.
    pub fn open(folder: &Path) -> Result<Self> {
        Ok(Self {
            classifier: open(folder)?,
        })
    }
}

/// Loads the model in `folder` onto the CPU.
///
/// # Errors
/// When there is no such folder, or what it holds cannot be loaded.
pub fn open(folder: &Path) -> Result<Classifier> {
    ensure!(
        folder.is_dir(),
        "there is no model in {}: name its folder with --model",
        folder.display()
    );
    let options = LoadOptions {
        device: DevicePreference::Cpu,
        ..LoadOptions::default()
    };
    block_on(Classifier::load(&Folder::new(folder), options))
        .with_context(|| format!("the model in {} cannot be loaded", folder.display()))
}

impl Judge for Engine {
    fn picture(&mut self, picture: &RgbImage) -> Result<Embedding> {
        Ok(block_on(self.classifier.embed_pixels(picture))?)
    }

    fn text(&mut self, text: &str) -> Result<Embedding> {
        Ok(block_on(self.classifier.embed_text(text))?)
    }

    fn texts(&mut self, texts: &[String]) -> Result<Vec<Embedding>> {
        let mut embeddings = Vec::with_capacity(texts.len());
        for some in texts.chunks(TOGETHER) {
            embeddings.extend(block_on(self.classifier.embed_labels(some, &[]))?.embeddings);
        }
        Ok(embeddings)
    }

    fn probabilities(&mut self, picture: &[f32], labels: &[String]) -> Result<Vec<f32>> {
        let options = ClassifyOptions::default();
        let scores = block_on(self.classifier.classify_embedded(picture, labels, &options))?;
        let of: HashMap<&str, f32> = scores
            .iter()
            .map(|score| (score.label.as_str(), score.score))
            .collect();
        labels
            .iter()
            .map(|label| {
                let share = of.get(label.as_str()).copied();
                share.with_context(|| format!("the engine gave no score for {label:?}"))
            })
            .collect()
    }
}

/// A picture file's pixels, decoded as the product decodes it.
///
/// # Errors
/// When the file cannot be read or decoded.
pub fn open_picture(file: &Path) -> Result<RgbImage> {
    let bytes = std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    glimpse::image::decode(&bytes).with_context(|| format!("{} cannot be decoded", file.display()))
}
