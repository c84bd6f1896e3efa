//! Draws variants and asks the model about them.

use glimpse::image::RgbImage;
use glimpse::{Classifier, LabelPack, Score};
use glimpse_lettering::{Answer, Fonts, LetteringError, Variant, letter};

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
        let lettered = match &variant.spec {
            Some(spec) => {
                let lettered = letter(&picture.square, spec, &self.fonts);
                Some(lettered.map_err(|error| not_drawn(variant, &error))?)
            }
            None => None,
        };
        let (image, area) = match &lettered {
            Some(lettered) => (&lettered.image, lettered.area),
            None => (&picture.square, 0.0),
        };
        let scores = self.scores(image).await?;
        Ok(Answer {
            scores: scores.iter().map(|score| score.score).collect(),
            cosines: scores.iter().map(|score| score.cosine).collect(),
            area,
        })
    }

    /// The scores in the order of the labels.
    async fn scores(&self, image: &RgbImage) -> Result<Vec<Score>, Failure> {
        let image_embeds = self.classifier.embed_pixels(image).await?;
        let ranked = self
            .classifier
            .classify_with_pack(&image_embeds, &self.labels, None)?;
        // A label that is there twice has the same scores twice.
        let of = |label: &String| ranked.iter().find(|score| score.label == *label).cloned();
        Ok(self.labels.labels.iter().filter_map(of).collect())
    }
}

/// Words from the command line were tried before; those of a report may be anybody's.
fn not_drawn(variant: &Variant, error: &LetteringError) -> Failure {
    Failure::File(format!(
        "the variant {} cannot be drawn: {error}",
        variant.key
    ))
}
