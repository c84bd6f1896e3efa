//! Which patches, heads and layers a picture's logits come from: exact parts that add up to each logit.

use glimpse_image::RgbImage;
use glimpse_model::{Ablation, Attribution, ImageTrace};
use serde::Serialize;

use crate::classifier::{Classifier, check_request};
use crate::error::Error;

/// Where each label's logit comes from.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Explanation {
    /// Patches along one side of the picture, or places of a convolutional network's last map; they are counted row by row.
    pub side: usize,
    /// Layers of the image tower that have heads: none where it is a network of convolutions.
    pub layers: usize,
    /// Heads of each of those layers.
    pub heads: usize,
    /// How much the class token looked at each patch, `[layers * heads * patches]` in that order, 0 to 1; empty without heads.
    pub attention: Vec<f32>,
    /// The labels in the order they were given.
    pub labels: Vec<LabelParts>,
}

/// One label's logit and its parts, all in logits.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LabelParts {
    /// The label.
    pub label: String,
    /// Its logit, as [`Classifier::classify`] gives it.
    pub logit: f32,
    /// The sum of all parts below.
    pub sum: f64,
    /// `sum - logit`: what rounding cost.
    pub error: f64,
    /// The parts.
    #[serde(flatten)]
    pub parts: Attribution,
}

impl LabelParts {
    fn new(label: &str, logit: f32, parts: Attribution) -> Self {
        let sum = parts.sum();
        Self {
            label: label.to_owned(),
            logit,
            sum,
            error: sum - f64::from(logit),
            parts,
        }
    }
}

impl Classifier {
    /// Takes each label's logit apart. What patches did indirectly, by changing other patches that the class token looked at
    /// later, is counted where the class token saw it: [`crate::Occlusion`] is the cross-check. Of a network of convolutions, the parts are
    /// those of the places whose mean is the picture's vector: the exact class activation map. An image of exactly the size that
    /// the model sees is taken as [`Classifier::preprocess`]'s own.
    ///
    /// # Errors
    /// [`Error`] when labels or templates cannot be used, or the device fails.
    pub async fn explain(
        &self,
        image: &RgbImage,
        labels: &[String],
        templates: &[String],
    ) -> Result<Explanation, Error> {
        check_request(labels, templates)?;
        let text_embeds = self.encode_labels(labels, templates).await?;
        let trace = self.trace(image, &Ablation::default()).await?;
        let parts = self.clip.attribute(&trace, &text_embeds).await?;
        let logits = self.logits(&trace.image_embeds, &text_embeds);
        let vision = &self.clip.config().vision;
        let transformer = vision.transformer();
        Ok(Explanation {
            side: vision.patches_per_side(),
            layers: transformer.map_or(0, |tower| tower.num_hidden_layers),
            heads: transformer.map_or(0, |tower| tower.num_attention_heads),
            attention: patches_of(&trace, vision.patches_per_side().pow(2)),
            labels: labels
                .iter()
                .zip(logits)
                .zip(parts)
                .map(|((label, logit), parts)| LabelParts::new(label, logit, parts))
                .collect(),
        })
    }

    /// Runs the image tower with its workings kept, and some heads held back.
    pub(crate) async fn trace(
        &self,
        image: &RgbImage,
        ablation: &Ablation,
    ) -> Result<ImageTrace<'_>, Error> {
        let pixel_values = self.preprocessor.normalised(&self.square(image));
        let trace = self.clip.trace_image(&pixel_values.data, ablation).await?;
        self.metrics.count(|runs| runs.image_tower += 1);
        Ok(trace)
    }

    /// The texts' logits in the order of the texts.
    pub(crate) fn logits(&self, image_embeds: &[f32], text_embeds: &[Vec<f32>]) -> Vec<f32> {
        crate::scores::cosines(image_embeds, text_embeds)
            .into_iter()
            .map(|cosine| cosine * self.clip.logit_scale())
            .collect()
    }
}

/// The trace's attention without the class token's look at itself.
pub(crate) fn patches_of(trace: &ImageTrace<'_>, patches: usize) -> Vec<f32> {
    let rows = trace.attention.chunks_exact(patches + 1);
    rows.flat_map(|row| &row[1..]).copied().collect()
}
