//! The text tower: `input_ids` to one vector per prompt.

use std::rc::Rc;

use burn::tensor::{Tensor, TensorData};

use crate::config::{EndOfText, TextConfig};
use crate::encoder::Encoder;
use crate::error::{ForwardError, WeightsError};
use crate::layers::LayerNorm;
use crate::tensors::Tensors;
use crate::token_embedding::TokenEmbedding;

pub(crate) struct TextModel {
    config: TextConfig,
    token_embedding: Rc<TokenEmbedding>,
    position_embedding: Tensor<2>,
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
            position_embedding: tensors.matrix(
                "text_model.embeddings.position_embedding.weight",
                [config.max_position_embeddings, width],
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
        let device = self.position_embedding.device();
        let embedded =
            TensorData::new(self.embed(prompts, tokens)?, [prompts.len(), tokens, width]);
        let positions = self.position_embedding.clone().slice(0..tokens);
        let hidden = Tensor::<3>::from_data(embedded, &device) + positions.unsqueeze::<3>();
        let hidden = self.encoder.forward(hidden, true, depth);
        let ends = prompts
            .iter()
            .enumerate()
            .map(|(row, ids)| {
                let end = self.end_of_text(&ids[..ids.len().min(tokens)]);
                hidden
                    .clone()
                    .slice([row..row + 1, end..end + 1])
                    .reshape([1, width])
            })
            .collect();
        Ok(self.final_layer_norm.forward(Tensor::cat(ends, 0)))
    }

    /// The token embeddings of all prompts, shorter ones filled with zeros: nothing before them attends to those.
    fn embed(&self, prompts: &[Vec<u32>], tokens: usize) -> Result<Vec<f32>, ForwardError> {
        let width = self.config.tower.hidden_size;
        let mut values = vec![0.0; prompts.len() * tokens * width];
        for (prompt, ids) in prompts.iter().enumerate() {
            for (position, &id) in ids.iter().take(tokens).enumerate() {
                let start = (prompt * tokens + position) * width;
                self.token_embedding
                    .copy_row(id, &mut values[start..start + width])?;
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
