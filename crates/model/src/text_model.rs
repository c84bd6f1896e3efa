//! The text tower: `input_ids` to one vector per prompt.

use std::rc::Rc;

use burn::tensor::{Tensor, TensorData};
use glimpse_kernels::rows;

use crate::config::{EndOfText, TextConfig};
use crate::encoder::Encoder;
use crate::error::{ForwardError, WeightsError};
use crate::layers::LayerNorm;
use crate::tensors::Tensors;
use crate::token_embedding::TokenEmbedding;

pub(crate) struct TextModel {
    config: TextConfig,
    token_embedding: Rc<TokenEmbedding>,
    position_embedding: Vec<f32>,
    encoder: Encoder,
    final_layer_norm: LayerNorm,
}

impl TextModel {
    pub fn load(
        tensors: &mut Tensors,
        token_embedding: &Rc<TokenEmbedding>,
        config: &TextConfig,
        depth: usize,
    ) -> Result<Self, WeightsError> {
        let (width, eps) = (config.tower.hidden_size, config.tower.layer_norm_eps);
        Ok(Self {
            config: config.clone(),
            token_embedding: Rc::clone(token_embedding),
            position_embedding: tensors.host(
                "text_model.embeddings.position_embedding.weight",
                &[config.max_position_embeddings, width],
            )?,
            encoder: Encoder::load(tensors, "text_model.encoder", &config.tower, depth)?,
            final_layer_norm: LayerNorm::load(tensors, "text_model.final_layer_norm", width, eps)?,
        })
    }

    /// Runs at the longest prompt's length; the attention is causal, so what stands behind a prompt's end is not seen.
    ///
    /// # Shapes
    /// - prompts: `[batch][1..=max_position_embeddings]`
    /// - output: `[batch, width]`, each prompt's end-of-text token behind `final_layer_norm`
    pub async fn forward(
        &self,
        prompts: &[Vec<u32>],
        depth: usize,
    ) -> Result<Tensor<2>, ForwardError> {
        self.token_embedding.fetch(prompts).await?;
        let width = self.config.tower.hidden_size;
        let tokens = prompts
            .iter()
            .map(Vec::len)
            .max()
            .unwrap_or(1)
            .min(self.config.max_position_embeddings);
        let embedded =
            TensorData::new(self.embed(prompts, tokens)?, [prompts.len(), tokens, width]);
        let device = self.final_layer_norm.weight().device();
        let hidden = Tensor::<3>::from_data(embedded, &device);
        let hidden = self.encoder.forward(hidden, true, depth);
        let ends: Vec<usize> = prompts
            .iter()
            .enumerate()
            .map(|(prompt, ids)| prompt * tokens + self.end_of_text(&ids[..ids.len().min(tokens)]))
            .collect();
        Ok(self.final_layer_norm.forward(rows(hidden, &ends)))
    }

    /// The token embeddings of all prompts at their places, shorter ones filled with zeros: nothing before them attends to those.
    fn embed(&self, prompts: &[Vec<u32>], tokens: usize) -> Result<Vec<f32>, ForwardError> {
        let width = self.config.tower.hidden_size;
        let mut values = vec![0.0; prompts.len() * tokens * width];
        for (prompt, ids) in prompts.iter().enumerate() {
            for (position, &id) in ids.iter().take(tokens).enumerate() {
                let start = (prompt * tokens + position) * width;
                let values = &mut values[start..start + width];
                self.token_embedding.copy_row(id, values)?;
                let place = &self.position_embedding[position * width..][..width];
                for (value, place) in values.iter_mut().zip(place) {
                    *value += place;
                }
            }
        }
        Ok(values)
    }

    /// The position whose vector stands for the prompt; 0 where the end token is not there, as `argmax` gives it.
    fn end_of_text(&self, ids: &[u32]) -> usize {
        let end = match self.config.end_of_text {
            EndOfText::LargestId => ids.iter().copied().max().unwrap_or(0),
            EndOfText::Id(id) => id,
        };
        ids.iter().position(|&id| id == end).unwrap_or(0)
    }
}
