//! Direct logit attribution: what each patch contributed through each head, and what everything else contributed.
//!
//! The class token behind the last layer, x, is a plain sum of what the layers wrote into it, and the logit is linear in x once
//! sigma = sqrt(var(x) + eps) and the embedding's length |e| are known:
//! logit = s / (sigma |e|) <C(x), gamma P t> + s / |e| <beta P, t>, where C takes the mean away. With w = s / (sigma |e|) C(gamma P t),
//! each summand of x has its own part <summand, w>. (For heads and patches after Gandelsman,
//! Efros and Steinhardt, "Interpreting CLIP's image representation via text-based decomposition", 2024.) So it is for a ViT; for a network
//! of convolutions see `class_map.rs`.

use burn::tensor::{Tensor, TensorData};
use futures_util::future::try_join_all;
use glimpse_kernels::{linear_vjp, product};
use serde::Serialize;

use crate::clip::{Clip, read_back};
use crate::error::ForwardError;
use crate::explain::trace::{ImageTrace, VitTrace, Workings};
use crate::transformer::attention::of_heads;

/// The parts of one text's logit; they sum to it but for rounding.
///
/// In all of them the picture's embedding has the length that the whole of it has: a part is what it adds to the logit of this picture, not
/// what would be left of it alone. Of a network of convolutions there are `patches`, one for each place of its last map, and `norm_bias`;
/// the other lists are empty, as there are no layers with heads.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Attribution {
    /// What each patch added through each head, `[layers, heads, patches]`; `[patches]` where there are no heads.
    pub patches: Vec<f32>,
    /// What the class token added to itself through each head, `[layers, heads]`.
    pub class_token: Vec<f32>,
    /// What each layer's MLP added, `[layers]`.
    pub mlp: Vec<f32>,
    /// What the bias behind each layer's heads added, `[layers]`.
    pub out_bias: Vec<f32>,
    /// What was there before the first layer; 0 where there is no class token.
    pub embeddings: f32,
    /// What the last layer norm's shift added; of a network of convolutions, what the projection's bias did.
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
        trace: &ImageTrace<'_>,
        text_embeds: &[Vec<f32>],
    ) -> Result<Vec<Attribution>, ForwardError> {
        let scale = f64::from(self.logit_scale()) / trace.length;
        match &trace.workings {
            Workings::Vit(vit) => self.attribute_to_patches(vit, scale, text_embeds).await,
            Workings::Places(places) => self.attribute_to_places(places, scale, text_embeds).await,
        }
    }

    /// [`Clip::attribute`] for CLIP's own tower; `scale` is what a product with an embedding that is not of unit length adds to a logit.
    async fn attribute_to_patches(
        &self,
        trace: &VitTrace<'_>,
        scale: f64,
        text_embeds: &[Vec<f32>],
    ) -> Result<Vec<Attribution>, ForwardError> {
        let texts = text_embeds.len();
        let directions = self.directions(trace, scale, text_embeds).await?;
        let width = trace.end.len();
        let device = self.visual_projection.weight().device();
        let rows: Vec<f32> = directions
            .iter()
            .flat_map(|direction| &direction.weights)
            .copied()
            .collect();
        let rows = Tensor::<2>::from_data(TensorData::new(rows, [texts, width]), &device);
        let layers = trace.vit.layers().iter().zip(&trace.layers);
        let layers = layers.map(|(layer, traced)| {
            let attention = &layer.self_attn;
            let (heads, out_proj) = (attention.heads(), attention.out_proj());
            // The gradient of each text's cosine with respect to the heads' outputs.
            let gradient = linear_vjp(rows.clone(), out_proj.weight());
            async move {
                let gradient = read_back(gradient).await?;
                let gradient: Vec<&[f32]> = gradient.chunks_exact(width.max(1)).collect();
                let apart = of_heads(&gradient, heads, &traced.value.device());
                let bias = match out_proj.bias() {
                    Some(bias) => read_back(bias).await?,
                    None => vec![0.0; width],
                };
                let worth = read_back(product(traced.value.clone(), &apart)).await?;
                Ok::<_, ForwardError>(Through {
                    worth,
                    attention: &traced.attention,
                    mlp: &traced.mlp,
                    bias,
                    heads,
                })
            }
        });
        let layers = try_join_all(layers).await?;
        Ok(directions
            .iter()
            .enumerate()
            .map(|(text, direction)| {
                let part = |summand: &[f32]| dot(summand, &direction.weights);
                let (mut patches, mut class_token) = (Vec::new(), Vec::new());
                for layer in &layers {
                    for head in 0..layer.heads {
                        let mut parts = layer.parts(head, text, texts);
                        class_token.extend(parts.next());
                        patches.extend(parts);
                    }
                }
                Attribution {
                    patches,
                    class_token,
                    embeddings: part(&trace.start),
                    mlp: layers.iter().map(|layer| part(layer.mlp)).collect(),
                    out_bias: layers.iter().map(|layer| part(&layer.bias)).collect(),
                    norm_bias: direction.norm_bias,
                }
            })
            .collect())
    }

    /// For each text what the class token is multiplied with, computed in f64.
    async fn directions(
        &self,
        trace: &VitTrace<'_>,
        scale: f64,
        text_embeds: &[Vec<f32>],
    ) -> Result<Vec<Direction>, ForwardError> {
        let norm = trace.vit.post_layernorm();
        let projected = read_back(self.before_projection(text_embeds)).await?;
        let gamma = read_back(norm.weight()).await?;
        let beta = read_back(norm.bias()).await?;
        let width = trace.end.len() as f64;
        let mean = trace.end.iter().map(|&x| f64::from(x)).sum::<f64>() / width;
        let squares = trace.end.iter().map(|&x| (f64::from(x) - mean).powi(2));
        let sigma = (squares.sum::<f64>() / width + norm.eps()).sqrt();
        Ok(projected
            .chunks_exact(trace.end.len().max(1))
            .map(|projected| {
                let scaled: Vec<f64> = projected
                    .iter()
                    .zip(&gamma)
                    .map(|(p, g)| f64::from(*p) * f64::from(*g) * scale / sigma)
                    .collect();
                let mean = scaled.iter().sum::<f64>() / width;
                Direction {
                    weights: scaled.iter().map(|value| (value - mean) as f32).collect(),
                    norm_bias: (scale * f64::from(dot(projected, &beta))) as f32,
                }
            })
            .collect())
    }
}

impl Clip {
    /// What texts' embeddings are before the projection of pictures: their products with what is projected are those behind it.
    ///
    /// # Shapes
    /// `[texts][projection_dim]` to `[texts, width]`.
    pub(crate) fn before_projection(&self, text_embeds: &[Vec<f32>]) -> Tensor<2> {
        let flat: Vec<f32> = text_embeds.iter().flatten().copied().collect();
        let shape = [text_embeds.len(), self.config().projection_dim];
        let weight = self.visual_projection.weight();
        let embeds = Tensor::from_data(TensorData::new(flat, shape), &weight.device());
        linear_vjp(embeds, weight)
    }
}

struct Direction {
    /// `[width]`.
    weights: Vec<f32>,
    norm_bias: f32,
}

/// What one layer wrote into the class token.
struct Through<'a> {
    /// What each token's value is worth, through each head, for each text: `[tokens, heads, texts]`.
    worth: Vec<f32>,
    /// `[heads, tokens]`.
    attention: &'a [f32],
    /// `[width]`.
    mlp: &'a [f32],
    /// `[width]`.
    bias: Vec<f32>,
    heads: usize,
}

impl Through<'_> {
    /// What each token added through one head to one text's logit, the class token first.
    fn parts(&self, head: usize, text: usize, texts: usize) -> impl Iterator<Item = f32> {
        let tokens = self.attention.len() / self.heads;
        let worth = self.worth.iter().skip(head * texts + text);
        let worth = worth.step_by(self.heads * texts);
        let looked = &self.attention[head * tokens..][..tokens];
        looked.iter().zip(worth).map(|(share, worth)| share * worth)
    }
}

/// The dot product, summed in f64.
pub(crate) fn dot(one: &[f32], other: &[f32]) -> f32 {
    let products = one.iter().zip(other);
    products
        .map(|(one, other)| f64::from(*one) * f64::from(*other))
        .sum::<f64>() as f32
}
