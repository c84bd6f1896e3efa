//! Draws variants and asks the model about them.

use glimpse::{Classifier, LabelPack};
use glimpse_attack::{Answer, Variant};
use glimpse_lettering::{Fonts, LetteringError};

use crate::attack::pictures::Picture;
use crate::failure::Failure;

/// A model that was told the labels once.
pub struct Model<'a> {
    classifier: &'a Classifier,
    labels: LabelPack,
    fonts: Fonts,
}

impl<'a> Model<'a> {
    /// Encodes the labels.
    pub async fn with_labels(
        classifier: &'a Classifier,
        labels: &[String],
        templates: &[String],
    ) -> Result<Self, Failure> {
        Ok(Self {
            classifier,
            labels: classifier.embed_labels(labels, templates).await?,
            fonts: Fonts::bundled(),
        })
    }

    /// What it makes of one variant of a picture.
    pub async fn ask(&self, variant: &Variant, picture: &Picture) -> Result<Answer, Failure> {
        let (square, area) = variant
            .drawn(&picture.square, &self.fonts)
            .map_err(|error| not_drawn(variant, &error))?;
        let scores = self.classifier.classify_square(&square, &self.labels);
        let scores = scores.await?;
        Ok(Answer {
            scores: scores.iter().map(|score| score.score).collect(),
            cosines: scores.iter().map(|score| score.cosine).collect(),
            area,
        })
    }
}

/// Words from the command line were tried before; those of a report may be anybody's.
fn not_drawn(variant: &Variant, error: &LetteringError) -> Failure {
    Failure::File(format!(
        "the variant {} cannot be drawn: {error}",
        variant.key
    ))
}
