//! Takes logits apart and measures how far each part is from PyTorch's numbers.

use std::path::Path;

use glimpse::{Classifier, Defence, DevicePreference, Error, Folder, LoadOptions};
use safetensors::SafeTensors;
use serde::{Deserialize, Serialize};

use crate::fixture::{Fixture, fixtures, numbers};
use crate::parity::{dot, largest_difference};

/// The largest absolute difference from PyTorch, over all labels.
#[derive(Debug, Serialize, Deserialize)]
pub struct AttributionDifferences {
    /// What the numbers were computed on.
    pub device: String,
    /// Why that was taken.
    pub reason: String,
    /// Of the parts' sum from the logit that the classifier gives.
    pub sum: f64,
    /// Of what each patch adds through each head.
    pub patches: f32,
    /// Of every other part.
    pub other_parts: f32,
    /// Of where the class token looks.
    pub attention: f32,
    /// Of the cosines with some heads held back.
    pub ablated: f32,
    /// The largest part of a patch, which says what the differences mean.
    pub largest: f32,
}

/// `attribution.safetensors` of a fixture, which `tests/fixtures/attribution.py` writes.
struct Golden {
    bytes: Vec<u8>,
    labels: Vec<String>,
    heads: Vec<[usize; 2]>,
    alpha: f32,
    picture: String,
}

impl Golden {
    fn of(fixture: &Fixture) -> Self {
        let built_in = fixtures().join("mini-attribution.safetensors");
        let own = fixture.folder.join("attribution.safetensors");
        let file: &Path = if own.is_file() { &own } else { &built_in };
        let bytes = std::fs::read(file).expect("a fixture's attribution");
        let (_, header) = SafeTensors::read_metadata(&bytes).expect("a readable attribution");
        let told = header.metadata().clone().expect("metadata");
        let pair = |pair: &str| -> [usize; 2] {
            let (layer, head) = pair.split_once(',').expect("layer,head");
            [layer, head].map(|number| number.parse().expect("a number"))
        };
        Self {
            labels: serde_json::from_str(&told["labels"]).expect("labels"),
            heads: told["heads"].split(';').map(pair).collect(),
            alpha: told["alpha"].parse().expect("a number"),
            picture: told["picture"].clone(),
            bytes,
        }
    }

    fn tensor(&self, name: &str) -> Vec<f32> {
        let file = SafeTensors::deserialize(&self.bytes).expect("a readable attribution");
        numbers(&file.tensor(name).expect("a tensor of the attribution"))
    }
}

/// Loads the fixture's checkpoint on `device` and compares every part.
///
/// # Errors
/// Whatever [`Classifier`] says when it cannot load or run the checkpoint.
pub fn differences(
    fixture: &Fixture,
    device: DevicePreference,
) -> Result<AttributionDifferences, Error> {
    let golden = Golden::of(fixture);
    pollster::block_on(async {
        let options = LoadOptions {
            device,
            ..LoadOptions::default()
        };
        let classifier = Classifier::load(&Folder::new(&fixture.folder), options).await?;
        let picture = glimpse::image::decode(&fixture.picture_bytes(&golden.picture))?;
        let explanation = classifier.explain(&picture, &golden.labels, &[]).await?;
        let defence = Defence::Heads {
            heads: golden.heads.clone(),
            alpha: golden.alpha,
        };
        let ablated = classifier
            .defend(&defence, &picture, &golden.labels, &[])
            .await?;

        let labels = &explanation.labels;
        let all = |part: fn(&glimpse::Attribution) -> &[f32]| -> Vec<f32> {
            let parts = labels.iter().map(|label| &label.parts);
            parts.flat_map(part).copied().collect()
        };
        let patches = all(|parts| &parts.patches);
        let embeddings: Vec<f32> = labels.iter().map(|label| label.parts.embeddings).collect();
        let norm_bias: Vec<f32> = labels.iter().map(|label| label.parts.norm_bias).collect();
        let logits: Vec<f32> = labels.iter().map(|label| label.logit).collect();
        let other_parts = [
            ("class_token", all(|parts| &parts.class_token)),
            ("mlp", all(|parts| &parts.mlp)),
            ("out_bias", all(|parts| &parts.out_bias)),
            ("embeddings", embeddings),
            ("norm_bias", norm_bias),
            ("logits", logits),
        ];
        // The golden rows have the class token's look at itself before those at the patches.
        let tokens = explanation.side * explanation.side + 1;
        let attention = golden.tensor("attention");
        let looks = attention.chunks_exact(tokens).flat_map(|row| &row[1..]);
        let looks: Vec<f32> = looks.copied().collect();
        let held_back = golden.tensor("ablated_embeds");
        let texts = golden.tensor("text_embeds");
        let cosine = |label: &String| {
            let row = golden.labels.iter().position(|golden| golden == label);
            let row = row.expect("a label that was asked for");
            dot(
                &held_back,
                &texts[row * held_back.len()..][..held_back.len()],
            )
        };
        let info = classifier.info();
        Ok(AttributionDifferences {
            device: info.device.to_string(),
            reason: info.reason.clone(),
            sum: labels
                .iter()
                .map(|parts| parts.error.abs())
                .fold(0.0, f64::max),
            patches: largest_difference(&patches, &golden.tensor("patches")),
            other_parts: other_parts
                .iter()
                .map(|(name, found)| largest_difference(found, &golden.tensor(name)))
                .fold(0.0, f32::max),
            attention: largest_difference(&explanation.attention, &looks),
            ablated: ablated
                .scores
                .iter()
                .map(|score| (score.cosine - cosine(&score.label)).abs())
                .fold(0.0, f32::max),
            largest: patches.iter().copied().map(f32::abs).fold(0.0, f32::max),
        })
    })
}
