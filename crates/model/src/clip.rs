//! The whole network: two towers, their projections and the scale between cosine and logit.

use std::cell::Cell;
use std::rc::Rc;

use burn::tensor::Tensor;
use glimpse_kernels::read;
use web_time::{Duration, Instant};

use crate::config::ClipConfig;
use crate::error::{ForwardError, WeightsError};
use crate::layers::Linear;
use crate::tensors::Tensors;
use crate::text::TextModel;
use crate::text::token_embedding::TokenEmbedding;
use crate::vision::VisionModel;

/// Prompts that go through the text tower at once; bounds the memory of a thousand labels.
const PROMPTS_AT_ONCE: usize = 32;

/// A CLIP network with its weights on a device.
pub struct Clip {
    config: ClipConfig,
    pub(crate) vision_model: VisionModel,
    pub(crate) visual_projection: Linear,
    text: Option<TextSide>,
    logit_scale: f32,
    readback: Cell<Duration>,
}

/// What encodes texts.
struct TextSide {
    text_model: TextModel,
    text_projection: Linear,
}

impl Clip {
    /// Puts tensors into a network whose towers have at most `depth` layers; without a token embedding it has no text
    /// tower.
    pub(crate) fn assemble(
        config: &ClipConfig,
        tensors: &mut Tensors,
        token_embedding: Option<&Rc<TokenEmbedding>>,
        logit_scale: f32,
        depth: usize,
    ) -> Result<Self, WeightsError> {
        let (vision, text) = (&config.vision, &config.text);
        let text_depth = text.tower.num_hidden_layers.min(depth);
        let projection = match vision.projection_bias() {
            true => Linear::load,
            false => Linear::load_without_bias,
        };
        let (width, dim) = (vision.width(), config.projection_dim);
        Ok(Self {
            vision_model: VisionModel::load(tensors, vision, depth)?,
            visual_projection: projection(tensors, "visual_projection", width, dim)?,
            text: match token_embedding {
                None => None,
                Some(token_embedding) => Some(TextSide {
                    text_model: TextModel::load(tensors, token_embedding, text, text_depth)?,
                    text_projection: Linear::load_without_bias(
                        tensors,
                        "text_projection",
                        text.tower.hidden_size,
                        config.projection_dim,
                    )?,
                }),
            },
            logit_scale,
            readback: Cell::default(),
            config: config.clone(),
        })
    }

    /// The network's sizes.
    #[must_use]
    pub fn config(&self) -> &ClipConfig {
        &self.config
    }

    /// Whether it has its text tower.
    #[must_use]
    pub fn has_text_tower(&self) -> bool {
        self.text.is_some()
    }

    /// What cosines are multiplied with to give logits: `exp(logit_scale)`.
    #[must_use]
    pub fn logit_scale(&self) -> f32 {
        self.logit_scale.exp()
    }

    /// How long the last embeddings were waited for, after all of a tower was handed to the device: nearly nothing on the CPU, which
    /// computes at once, and nearly everything on a GPU.
    #[must_use]
    pub fn readback(&self) -> Duration {
        self.readback.get()
    }

    /// The unit-length embedding of a picture.
    ///
    /// # Shapes
    /// `[3, image_size, image_size]`, row-major, to `[projection_dim]`.
    ///
    /// # Errors
    /// [`ForwardError`] when the device fails or the numbers are not finite.
    pub async fn image_embeds(&self, pixel_values: &[f32]) -> Result<Vec<f32>, ForwardError> {
        Ok(self.image_embeds_of_many(pixel_values).await?.concat())
    }

    /// The unit-length embeddings of several pictures, which go through the tower together; through a network of convolutions, whose maps
    /// are large, a few at a time.
    ///
    /// # Shapes
    /// `[batch, 3, image_size, image_size]`, row-major, to `[batch][projection_dim]`.
    ///
    /// # Errors
    /// [`ForwardError`] when the device fails or the numbers are not finite.
    pub async fn image_embeds_of_many(
        &self,
        pixel_values: &[f32],
    ) -> Result<Vec<Vec<f32>>, ForwardError> {
        self.image_embeds_at(pixel_values, usize::MAX).await
    }

    /// The unit-length embeddings of prompts.
    ///
    /// # Shapes
    /// `[prompts][tokens]` to `[prompts][projection_dim]`.
    ///
    /// # Errors
    /// [`ForwardError`] when there is no text tower, an id is beyond the vocabulary, rows of the token embedding cannot be
    /// fetched, the device fails or the numbers are not finite.
    pub async fn text_embeds(&self, input_ids: &[Vec<u32>]) -> Result<Vec<Vec<f32>>, ForwardError> {
        let mut embeds = Vec::with_capacity(input_ids.len());
        for prompts in input_ids.chunks(PROMPTS_AT_ONCE) {
            embeds.extend(self.text_embeds_at(prompts, usize::MAX).await?);
        }
        Ok(embeds)
    }

    /// [`Clip::image_embeds_of_many`] with only the first `depth` encoder layers, where the tower has such.
    pub(crate) async fn image_embeds_at(
        &self,
        pixel_values: &[f32],
        depth: usize,
    ) -> Result<Vec<Vec<f32>>, ForwardError> {
        let picture = 3 * self.config.vision.image_size.pow(2);
        let at_once = match self.vision_model.pictures_at_once() {
            Some(pictures) => pictures * picture,
            None => pixel_values.len().max(1),
        };
        let mut unit_lengths = Vec::with_capacity(pixel_values.len() / picture);
        for pixel_values in pixel_values.chunks(at_once) {
            let pooled = self.vision_model.forward(pixel_values, depth);
            let embeds = self.visual_projection.forward(pooled);
            for row in self
                .read_back(embeds)
                .await?
                .chunks(self.config.projection_dim)
            {
                unit_lengths.push(unit_length(row, "image_embeds")?);
            }
        }
        Ok(unit_lengths)
    }

    /// [`Clip::text_embeds`] of one batch with only the first `depth` encoder layers.
    pub(crate) async fn text_embeds_at(
        &self,
        prompts: &[Vec<u32>],
        depth: usize,
    ) -> Result<Vec<Vec<f32>>, ForwardError> {
        let text = self.text.as_ref().ok_or(ForwardError::NoTextTower)?;
        let pooled = text.text_model.forward(prompts, depth).await?;
        let embeds = self.read_back(text.text_projection.forward(pooled)).await?;
        embeds
            .chunks(self.config.projection_dim)
            .map(|row| unit_length(row, "text_embeds"))
            .collect()
    }

    /// Hands both towers to the device for an input of zeros, and waits for nothing.
    pub(crate) async fn launch(&self) -> Result<(), ForwardError> {
        let pixels = 3 * self.config.vision.image_size.pow(2);
        let pooled = self.vision_model.forward(&vec![0.0; pixels], usize::MAX);
        self.visual_projection.forward(pooled);
        if let Some(text) = &self.text {
            let pooled = text.text_model.forward(&[vec![0]], usize::MAX).await?;
            text.text_projection.forward(pooled);
        }
        Ok(())
    }

    /// [`read_back`], and how long it took.
    async fn read_back(&self, embeds: Tensor<2>) -> Result<Vec<f32>, ForwardError> {
        let began = Instant::now();
        let numbers = read_back(embeds).await?;
        self.readback.set(began.elapsed());
        Ok(numbers)
    }
}

/// Brings a tensor's numbers to the host.
pub(crate) async fn read_back<const D: usize>(tensor: Tensor<D>) -> Result<Vec<f32>, ForwardError> {
    read(tensor)
        .await
        .map_err(|detail| ForwardError::Device { detail })
}

/// A vector divided by its length, in f64 so that no digit is lost to the sum.
///
/// # Errors
/// [`ForwardError::NotFinite`], naming `output`, when the vector is zero or holds a number that is not finite.
pub fn unit_length(values: &[f32], output: &'static str) -> Result<Vec<f32>, ForwardError> {
    let length = values
        .iter()
        .map(|&value| f64::from(value).powi(2))
        .sum::<f64>()
        .sqrt();
    if !length.is_finite() || length == 0.0 {
        return Err(ForwardError::NotFinite { output });
    }
    Ok(values
        .iter()
        .map(|&value| (f64::from(value) / length) as f32)
        .collect())
}
