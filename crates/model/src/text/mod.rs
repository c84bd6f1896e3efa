//! The text tower: `input_ids` to one vector per prompt.

pub(crate) mod token_embedding;

use std::rc::Rc;

use burn::tensor::{Tensor, TensorData};

use crate::config::{EndOfText, TextConfig};
use crate::error::{ForwardError, WeightsError};
use crate::layers::LayerNorm;
use crate::tensors::Tensors;
use crate::text::token_embedding::TokenEmbedding;
use crate::transformer::encoder::Encoder;
use crate::transformer::sequences::{Prompts, Sequences};

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
        // What is behind the end of text is seen by nothing before it.
        let prompts: Vec<&[u32]> = prompts
            .iter()
            .map(|ids| {
                let ids = &ids[..ids.len().min(self.config.max_position_embeddings)];
                &ids[..ids.len().min(self.end_of_text(ids) + 1)]
            })
            .collect();
        let prompts = Prompts::of(&prompts);
        let tokens = &prompts.unique;
        let embedded = TensorData::new(self.embed(tokens)?, [tokens.len(), width]);
        let device = self.final_layer_norm.weight().device();
        let sequences = Sequences::of_prompts(&prompts, &device);
        let hidden = Tensor::<2>::from_data(embedded, &device);
        let hidden = self.encoder.forward(hidden, &sequences, depth);
        Ok(self.final_layer_norm.forward(hidden))
    }

    /// The embeddings of tokens at their places, `[tokens, width]`.
    fn embed(&self, tokens: &[(u32, usize)]) -> Result<Vec<f32>, ForwardError> {
        let width = self.config.tower.hidden_size;
        let mut values = vec![0.0; tokens.len() * width];
        for (values, &(id, place)) in values.chunks_exact_mut(width).zip(tokens) {
            self.token_embedding.copy_row(id, values)?;
            let place = &self.position_embedding[place * width..][..width];
            for (value, place) in values.iter_mut().zip(place) {
                *value += place;
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
