//! A logit taken apart: what each patch added through each head, and what everything else added.
//!
//! The class token behind the last layer, x, is a plain sum of what the layers wrote into it, and the logit is linear in x once
//! sigma = sqrt(var(x) + eps) and the embedding's length |e| are known:
//! logit = s / (sigma |e|) <C(x), gamma P t> + s / |e| <beta P, t>, where C takes the mean away. With w = s / (sigma |e|) C(gamma P t),
//! each summand of x has its own part <summand, w>. (The design's notes, "Who pulled it"; for heads and patches after Gandelsman,
//! Efros and Steinhardt, "Interpreting CLIP's image representation via text-based decomposition", 2024.)

use burn::tensor::{Tensor, TensorData};
use serde::Serialize;

use crate::clip::{Clip, read_back};
use crate::error::ForwardError;
use crate::trace::ImageTrace;

/// The parts of one text's logit; they sum to it but for rounding.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Attribution {
    /// What each patch added through each head, `[layers, heads, patches]`.
    pub patches: Vec<f32>,
    /// What the class token added to itself through each head, `[layers, heads]`.
    pub class_token: Vec<f32>,
    /// What each layer's MLP added, `[layers]`.
    pub mlp: Vec<f32>,
    /// What the bias behind each layer's heads added, `[layers]`.
    pub out_bias: Vec<f32>,
    /// What was there before the first layer.
    pub embeddings: f32,
    /// What the last layer norm's shift added.
    pub norm_bias: f32,
}

impl Attribution {
    /// All parts together.
    #[must_use]
    pub fn sum(&self) -> f64 {
        let parts = [&self.patches, &self.class_token, &self.mlp, &self.out_bias];
        let sum: f64 = parts
            .into_iter()
            .flatten()
            .map(|&part| f64::from(part))
            .sum();
        sum + f64::from(self.embeddings) + f64::from(self.norm_bias)
    }

    /// What each of `patches` patches added through all heads of all layers.
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

impl Clip {
    /// Takes the logit of each text apart.
    ///
    /// # Shapes
    /// text_embeds: `[texts][projection_dim]`, unit length.
    ///
    /// # Errors
    /// [`ForwardError`] when the device fails.
    pub async fn attribute(
        &self,
        trace: &ImageTrace,
        text_embeds: &[Vec<f32>],
    ) -> Result<Vec<Attribution>, ForwardError> {
        let texts = text_embeds.len();
        let directions = self.directions(trace, text_embeds).await?;
        let width = trace.end.len();
        let device = trace.start.device();
        let rows = directions.iter().flat_map(|direction| &direction.weights);
        let rows: Vec<f32> = rows.copied().collect();
        // [width, texts]
        let directions_of = Tensor::<2>::from_data(TensorData::new(rows, [texts, width]), &device);
        let directions_of = directions_of.transpose();

        let mut through_heads = Vec::with_capacity(trace.layers.len());
        let mut summands = vec![trace.start.clone()];
        for (layer, traced) in self.vision_model.layers().iter().zip(&trace.layers) {
            let [_, heads, tokens, head_dim] = traced.value.dims();
            let out_proj = layer.self_attn.out_proj();
            let behind = out_proj.weight().matmul(directions_of.clone());
            let behind = behind.reshape([1, heads, head_dim, texts]);
            let looked = traced.attention.clone().reshape([1, heads, tokens, 1]);
            through_heads.push(traced.value.clone().matmul(behind) * looked);
            summands.push(traced.mlp.clone());
            summands.push(match out_proj.bias() {
                Some(bias) => bias.reshape([1, width]),
                None => Tensor::zeros([1, width], &device),
            });
        }
        let through_heads = read_back(Tensor::cat(through_heads, 0)).await?;
        let summands = read_back(Tensor::cat(summands, 0).matmul(directions_of)).await?;
        let tokens = trace
            .layers
            .first()
            .map_or(1, |layer| layer.value.dims()[2]);
        let of_text = |text: usize| Parts {
            values: &summands,
            text,
            texts,
        };
        Ok(directions
            .iter()
            .enumerate()
            .map(|(text, direction)| {
                let heads = through_heads.chunks_exact(tokens * texts);
                let part = of_text(text);
                Attribution {
                    patches: heads
                        .clone()
                        .flat_map(|head| head[texts..].iter().skip(text).step_by(texts))
                        .copied()
                        .collect(),
                    class_token: heads.map(|head| head[text]).collect(),
                    embeddings: part.row(0),
                    mlp: part.every_other(1),
                    out_bias: part.every_other(2),
                    norm_bias: direction.norm_bias,
                }
            })
            .collect())
    }

    /// For each text what the class token is multiplied with, computed in f64.
    async fn directions(
        &self,
        trace: &ImageTrace,
        text_embeds: &[Vec<f32>],
    ) -> Result<Vec<Direction>, ForwardError> {
        let norm = self.vision_model.post_layernorm();
        let texts = text_embeds.len();
        let flat: Vec<f32> = text_embeds.iter().flatten().copied().collect();
        let dim = self.config().projection_dim;
        let embeds =
            Tensor::<2>::from_data(TensorData::new(flat, [texts, dim]), &trace.start.device());
        // [width, texts]
        let projected = self.visual_projection.weight().matmul(embeds.transpose());
        let projected = read_back(projected).await?;
        let gamma = read_back(norm.weight()).await?;
        let beta = read_back(norm.bias()).await?;
        let width = trace.end.len() as f64;
        let mean = trace.end.iter().map(|&x| f64::from(x)).sum::<f64>() / width;
        let squares = trace.end.iter().map(|&x| (f64::from(x) - mean).powi(2));
        let sigma = (squares.sum::<f64>() / width + norm.eps()).sqrt();
        let scale = f64::from(self.logit_scale()) / trace.length;
        Ok((0..texts)
            .map(|text| {
                let column = projected.iter().skip(text).step_by(texts);
                let scaled: Vec<f64> = column
                    .clone()
                    .zip(&gamma)
                    .map(|(p, g)| f64::from(*p) * f64::from(*g) * scale / sigma)
                    .collect();
                let mean = scaled.iter().sum::<f64>() / width;
                let shift = column
                    .zip(&beta)
                    .map(|(p, b)| f64::from(*p) * f64::from(*b));
                Direction {
                    weights: scaled.iter().map(|value| (value - mean) as f32).collect(),
                    norm_bias: (scale * shift.sum::<f64>()) as f32,
                }
            })
            .collect())
    }
}

struct Direction {
    /// `[width]`.
    weights: Vec<f32>,
    norm_bias: f32,
}

/// One text's column of the parts that no patch has: the start, then each layer's MLP and bias.
struct Parts<'a> {
    values: &'a [f32],
    text: usize,
    texts: usize,
}

impl Parts<'_> {
    fn row(&self, row: usize) -> f32 {
        self.values[row * self.texts + self.text]
    }

    fn every_other(&self, from: usize) -> Vec<f32> {
        let rows = self.values.len() / self.texts;
        (from..rows).step_by(2).map(|row| self.row(row)).collect()
    }
}
