//! A model's numbers beside those of another implementation, from a file in the form of `tests/fixtures/*/expected.json`.

use std::path::{Path, PathBuf};

use glimpse::{Classifier, ClassifyOptions};
use serde::Deserialize;

use crate::failure::Failure;
use crate::probe::largest_difference;
use crate::verify::check_list::CheckList;

/// What the project promises on the CPU, of embeddings and probabilities.
pub const CPU: f32 = 1e-4;
/// What it promises on a GPU.
pub const GPU: f32 = 1e-3;

/// The reference numbers, and where the pictures are.
pub struct Golden {
    expected: Expected,
    pictures: PathBuf,
}

#[derive(Deserialize)]
struct Expected {
    /// Used as they stand.
    labels: Vec<String>,
    /// Of each label, start and end tokens included, cut, not padded.
    input_ids: Vec<Vec<u32>>,
    /// File names.
    images: Vec<String>,
    /// Of unit length.
    image_embeds: Vec<Vec<f32>>,
    text_embeds: Vec<Vec<f32>>,
    /// One row a picture, one column a label.
    logits_per_image: Vec<Vec<f32>>,
    probabilities: Vec<Vec<f32>>,
}

impl Golden {
    /// Reads the file; its pictures are in `pictures`, else beside it.
    pub fn read(file: &Path, pictures: Option<&Path>) -> Result<Self, Failure> {
        let unusable = |detail: String| {
            Failure::File(format!(
                "--golden {} cannot be used: {detail}",
                file.display()
            ))
        };
        let bytes = std::fs::read(file).map_err(|error| unusable(error.to_string()))?;
        let expected: Expected =
            serde_json::from_slice(&bytes).map_err(|error| unusable(error.to_string()))?;
        let (labels, images) = (expected.labels.len(), expected.images.len());
        let of_labels = [expected.input_ids.len(), expected.text_embeds.len()];
        let of_images = [
            expected.image_embeds.len(),
            expected.logits_per_image.len(),
            expected.probabilities.len(),
        ];
        if of_labels != [labels; 2] || of_images != [images; 3] || labels == 0 {
            return Err(unusable(
                "its arrays do not have one entry for each label and each image".to_owned(),
            ));
        }
        let beside = file.parent().unwrap_or(Path::new(""));
        Ok(Self {
            expected,
            pictures: pictures.unwrap_or(beside).to_path_buf(),
        })
    }

    /// Adds the checks of token ids, embeddings, logits and probabilities on one device.
    pub async fn compare(
        &self,
        classifier: &Classifier,
        device: &str,
        allowed: f32,
        report: &mut CheckList,
    ) {
        report.add(&format!("golden ids, {device}"), self.ids(classifier));
        let texts = self.texts(classifier).await;
        report.add(
            &format!("golden texts, {device}"),
            texts.and_then(|difference| within(difference, allowed)),
        );
        match self.images(classifier).await {
            Ok(found) => {
                for (what, difference, allowed) in [
                    ("images", found.embeds, allowed),
                    ("probabilities", found.probabilities, allowed),
                    // A logit is a cosine times up to 100.
                    ("logits", found.logits, 100.0 * allowed),
                ] {
                    report.add(
                        &format!("golden {what}, {device}"),
                        within(difference, allowed),
                    );
                }
            }
            Err(error) => report.failed(&format!("golden images, {device}"), error),
        }
    }

    fn ids(&self, classifier: &Classifier) -> Result<String, String> {
        for (label, expected) in self.expected.labels.iter().zip(&self.expected.input_ids) {
            let found = classifier
                .tokenize(label)
                .map_err(|error| error.to_string())?;
            if found != *expected {
                return Err(format!("{label:?} is {found:?}, expected {expected:?}"));
            }
        }
        Ok(format!(
            "{} labels have the expected token ids",
            self.expected.labels.len()
        ))
    }

    async fn texts(&self, classifier: &Classifier) -> Result<f32, String> {
        let mut largest = 0.0_f32;
        for (label, expected) in self.expected.labels.iter().zip(&self.expected.text_embeds) {
            let found = classifier.embed_text(label).await;
            let found = found.map_err(|error| error.to_string())?;
            largest = largest.max(largest_difference(&found, expected));
        }
        Ok(largest)
    }

    async fn images(&self, classifier: &Classifier) -> Result<Differences, String> {
        let mut largest = Differences::default();
        let options = ClassifyOptions::default();
        for (row, name) in self.expected.images.iter().enumerate() {
            let path = self.pictures.join(name);
            let picture = std::fs::read(&path).map_err(|error| {
                format!(
                    "{} cannot be read: {error}; --pictures names their folder",
                    path.display()
                )
            })?;
            let of_picture = async {
                let embedding = classifier.embed_image(&picture).await?;
                let labels = &self.expected.labels;
                let scores = classifier.classify(&picture, labels, &options).await?;
                Ok((embedding, scores))
            };
            let (embedding, scores) = of_picture
                .await
                .map_err(|error: glimpse::Error| format!("{name}: {error}"))?;
            // Back from best first to the order of the labels; a label that stands twice has the same score twice.
            let scores: Vec<_> = self
                .expected
                .labels
                .iter()
                .filter_map(|label| scores.iter().find(|score| score.label == *label))
                .collect();
            let logits: Vec<f32> = scores.iter().map(|score| score.logit).collect();
            let probabilities: Vec<f32> = scores.iter().map(|score| score.score).collect();
            let expected = &self.expected;
            let embeds = largest_difference(&embedding, &expected.image_embeds[row]);
            let of_logits = largest_difference(&logits, &expected.logits_per_image[row]);
            let of_probabilities = largest_difference(&probabilities, &expected.probabilities[row]);
            largest.embeds = largest.embeds.max(embeds);
            largest.logits = largest.logits.max(of_logits);
            largest.probabilities = largest.probabilities.max(of_probabilities);
        }
        Ok(largest)
    }
}

/// The largest absolute differences over all pictures.
#[derive(Default)]
struct Differences {
    embeds: f32,
    logits: f32,
    probabilities: f32,
}

fn within(difference: f32, allowed: f32) -> Result<String, String> {
    let found = format!("the largest difference is {difference:.1e}, allowed is {allowed:.0e}");
    if difference <= allowed {
        Ok(found)
    } else {
        Err(found)
    }
}
