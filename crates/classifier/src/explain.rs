//! Which patches, heads and layers a picture's logits come from: exact parts that add up to each logit.

use std::borrow::Cow;

use glimpse_image::{PixelValues, RgbImage};
use glimpse_model::{Ablation, Attribution, ImageTrace};
use serde::Serialize;

use crate::classifier::{Classifier, check_request};
use crate::error::Error;

/// Where each label's logit comes from.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Explanation {
    /// Patches along one side of the picture; patches are counted row by row.
    pub side: usize,
    /// Layers of the image tower.
    pub layers: usize,
    /// Heads of each layer.
    pub heads: usize,
    /// How much the class token looked at each patch, `[layers * heads * patches]` in that order, 0 to 1.
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
    /// What each patch added through each head, `[layers * heads * patches]` in that order.
    pub patches: Vec<f32>,
    /// What the class token added to itself through each head, `[layers * heads]`.
    pub class_token: Vec<f32>,
    /// What each layer's MLP added, `[layers]`.
    pub mlp: Vec<f32>,
    /// What the bias behind each layer's heads added, `[layers]`.
    pub out_bias: Vec<f32>,
    /// What was there before the first layer.
    pub embeddings: f32,
    /// What the shift of the last layer norm added.
    pub norm_bias: f32,
}

impl LabelParts {
    fn new(label: &str, logit: f32, parts: Attribution) -> Self {
        let sum = parts.sum();
        Self {
            label: label.to_owned(),
            logit,
            sum,
            error: sum - f64::from(logit),
            patches: parts.patches,
            class_token: parts.class_token,
            mlp: parts.mlp,
            out_bias: parts.out_bias,
            embeddings: parts.embeddings,
            norm_bias: parts.norm_bias,
        }
    }

    /// What each patch added through all heads of all layers, `[patches]`.
    #[must_use]
    pub fn heat(&self, patches: usize) -> Vec<f32> {
        let mut heat = vec![0.0; patches];
        for head in self.patches.chunks_exact(patches.max(1)) {
            for (sum, part) in heat.iter_mut().zip(head) {
                *sum += part;
            }
        }
        heat
    }
}

impl Classifier {
    /// Takes each label's logit apart. What patches did indirectly, by changing other patches that the class token looked at
    /// later, is counted where the class token saw it: [`crate::Occlusion`] is the cross-check. An image of exactly the size that
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
        Ok(Explanation {
            side: vision.patches_per_side(),
            layers: vision.tower.num_hidden_layers,
            heads: vision.tower.num_attention_heads,
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
    ) -> Result<ImageTrace, Error> {
        let pixel_values = self.preprocessor.normalised(&self.square(image));
        let trace = self.clip.trace_image(&pixel_values.data, ablation).await?;
        self.count(|runs| runs.image_tower += 1);
        Ok(trace)
    }

    /// What the model sees of an image; one that has exactly the size that it sees is taken to be just that.
    pub(crate) fn square<'image>(&self, image: &'image RgbImage) -> Cow<'image, RgbImage> {
        if self.is_square(image) {
            Cow::Borrowed(image)
        } else {
            Cow::Owned(self.preprocess_pixels(image))
        }
    }

    /// A square's normalised values.
    pub(crate) fn square_values(&self, square: &RgbImage) -> Result<PixelValues, Error> {
        if self.is_square(square) {
            return Ok(self.preprocessor.normalised(square));
        }
        Err(Error::Square {
            found: square.dimensions(),
            expected: self.info().image_size,
        })
    }

    fn is_square(&self, image: &RgbImage) -> bool {
        let side = self.info().image_size;
        (image.width() as usize, image.height() as usize) == (side, side)
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
pub(crate) fn patches_of(trace: &ImageTrace, patches: usize) -> Vec<f32> {
    let rows = trace.attention.chunks_exact(patches + 1);
    rows.flat_map(|row| &row[1..]).copied().collect()
}
