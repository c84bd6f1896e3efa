//! Runs a checkpoint through every stage and measures how far each one is from PyTorch's numbers.

use glimpse::{Classifier, ClassifyOptions, DevicePreference, Folder, LoadOptions};
use serde::{Deserialize, Serialize};

use crate::fixture::Fixture;

/// The largest absolute difference from PyTorch at each stage, over all pictures and labels.
#[derive(Debug, Serialize, Deserialize)]
pub struct Differences {
    /// What the numbers were computed on.
    pub device: String,
    /// Why that was taken.
    pub reason: String,
    /// Of `pixel_values`; none where the fixture has no reference for them.
    pub pixel_values: Option<f32>,
    /// Labels whose token ids are not equal.
    pub wrong_input_ids: Vec<String>,
    /// Of the unit-length picture embeddings, over all components.
    pub image_embeds: f32,
    /// Of the unit-length label embeddings, over all components.
    pub text_embeds: f32,
    /// Of the cosines.
    pub cosines: f32,
    /// Of `logits_per_image`.
    pub logits: f32,
    /// Of the probabilities.
    pub probabilities: f32,
}

/// Loads the fixture's checkpoint on `device` and compares every stage.
///
/// # Errors
/// Whatever [`Classifier`] says when it cannot load or run the checkpoint.
pub fn differences(
    fixture: &Fixture,
    device: DevicePreference,
) -> Result<Differences, glimpse::Error> {
    pollster::block_on(async {
        let source = Folder::new(&fixture.folder);
        let expected = &fixture.expected;
        let classifier = Classifier::load(
            &source,
            LoadOptions {
                device,
                ..LoadOptions::default()
            },
        )
        .await?;
        let info = classifier.info();
        let mut found = Differences {
            device: info.device.to_string(),
            reason: info.reason.clone(),
            pixel_values: None,
            wrong_input_ids: Vec::new(),
            image_embeds: 0.0,
            text_embeds: 0.0,
            cosines: 0.0,
            logits: 0.0,
            probabilities: 0.0,
        };

        let preprocessor = glimpse::load_preprocessor(&source).await?;
        for (name, reference) in expected
            .images
            .iter()
            .zip(fixture.pixel_values().unwrap_or_default())
        {
            let picture =
                glimpse::image::decode(&fixture.picture_bytes(name)).expect("a good picture");
            let difference =
                largest_difference(&preprocessor.pixel_values(&picture).data, &reference);
            found.pixel_values = Some(found.pixel_values.unwrap_or(0.0).max(difference));
        }

        for (row, label) in expected.labels.iter().enumerate() {
            if classifier.tokenize(label)? != expected.input_ids[row] {
                found.wrong_input_ids.push(label.clone());
            }
            let embedding = classifier.embed_text(label).await?;
            let difference = largest_difference(&embedding, &expected.text_embeds[row]);
            found.text_embeds = found.text_embeds.max(difference);
        }

        for (row, name) in expected.images.iter().enumerate() {
            let bytes = fixture.picture_bytes(name);
            let embedding = classifier.embed_image(&bytes).await?;
            let difference = largest_difference(&embedding, &expected.image_embeds[row]);
            found.image_embeds = found.image_embeds.max(difference);

            let scores = classifier
                .classify(&bytes, &expected.labels, &ClassifyOptions::default())
                .await?;
            for (column, label) in expected.labels.iter().enumerate() {
                let score = scores
                    .iter()
                    .find(|score| &score.label == label)
                    .expect("every label");
                let cosine = dot(&expected.image_embeds[row], &expected.text_embeds[column]);
                let logit = expected.logits_per_image[row][column];
                let probability = expected.probabilities[row][column];
                found.cosines = larger(found.cosines, score.cosine - cosine);
                found.logits = larger(found.logits, score.logit - logit);
                found.probabilities = larger(found.probabilities, score.score - probability);
            }
        }
        Ok(found)
    })
}

/// The inner product: of unit-length embeddings, their cosine.
pub fn dot(left: &[f32], right: &[f32]) -> f32 {
    left.iter()
        .zip(right)
        .map(|(left, right)| left * right)
        .sum()
}

/// The largest absolute difference of two arrays; infinite where their lengths or a value are wrong.
pub fn largest_difference(found: &[f32], expected: &[f32]) -> f32 {
    if found.len() != expected.len() {
        return f32::INFINITY;
    }
    found
        .iter()
        .zip(expected)
        .fold(0.0, |largest, (found, expected)| {
            larger(largest, found - expected)
        })
}

/// The larger of `largest` and the size of `difference`; a NaN counts as infinite.
fn larger(largest: f32, difference: f32) -> f32 {
    if difference.is_nan() {
        f32::INFINITY
    } else {
        largest.max(difference.abs())
    }
}
