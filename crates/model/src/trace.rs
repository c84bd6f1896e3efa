//! The image tower run once more with its workings kept: who looked where, what each layer added, and heads held back.

use burn::tensor::{Tensor, TensorData};

use crate::attention::Looks;
use crate::clip::{Clip, read_back, unit_length};
use crate::error::ForwardError;
use crate::vision_model::class_token;

/// Heads whose class token is made to look at itself instead of at the patches (Dyslexify's ablation).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ablation {
    /// `(layer, head)`, both counted from 0.
    pub heads: Vec<(usize, usize)>,
    /// How much of the class token's attention goes to itself, 0 to 1; the patches share the rest in their old proportions.
    pub alpha: f32,
}

/// What the tower did with one picture.
pub struct ImageTrace {
    /// The picture's embedding, `[projection_dim]`, unit length.
    pub image_embeds: Vec<f32>,
    /// Where the class token looked, `[layers, heads, tokens]`, itself first; each row sums to 1.
    pub attention: Vec<f32>,
    /// The class token before the first layer, `[1, width]`.
    pub(crate) start: Tensor<2>,
    /// The same behind the last layer, on the host.
    pub(crate) end: Vec<f32>,
    /// The embedding's length before it was brought to 1.
    pub(crate) length: f64,
    pub(crate) layers: Vec<LayerTrace>,
}

/// What one layer did for the class token.
pub(crate) struct LayerTrace {
    /// `[1, heads, 1, tokens]`.
    pub attention: Tensor<4>,
    /// `[1, heads, tokens, head_dim]`.
    pub value: Tensor<4>,
    /// What the MLP added, `[1, width]`.
    pub mlp: Tensor<2>,
}

impl Clip {
    /// Encodes a picture and keeps what [`Clip::attribute`] needs.
    ///
    /// # Shapes
    /// pixel_values: `[3, image_size, image_size]`, row-major.
    ///
    /// # Errors
    /// [`ForwardError`] when the device fails or the numbers are not finite.
    pub async fn trace_image(
        &self,
        pixel_values: &[f32],
        ablation: &Ablation,
    ) -> Result<ImageTrace, ForwardError> {
        let vision = &self.vision_model;
        let mut hidden = vision.embed(pixel_values);
        let start = class_token(hidden.clone());
        let mut layers = Vec::with_capacity(vision.layers().len());
        for (number, layer) in vision.layers().iter().enumerate() {
            let held: Vec<usize> = ablation
                .heads
                .iter()
                .filter(|(of, _)| *of == number)
                .map(|&(_, head)| head)
                .collect();
            let Looks { weights, value } = layer
                .self_attn
                .looks(layer.layer_norm1.forward(hidden.clone()));
            let weights = hold_back(weights, &held, ablation.alpha);
            let [_, heads, _, tokens] = weights.dims();
            let attention = weights.clone().slice([0..1, 0..heads, 0..1, 0..tokens]);
            let attended = layer.self_attn.join(weights.matmul(value.clone()));
            hidden = hidden + attended;
            let thought = layer.thought(hidden.clone());
            layers.push(LayerTrace {
                attention,
                value,
                mlp: class_token(thought.clone()),
            });
            hidden = hidden + thought;
        }
        let end = class_token(hidden);
        let pooled = vision.post_layernorm().forward(end.clone());
        let embeds = read_back(self.visual_projection.forward(pooled)).await?;
        let looks = layers.iter().map(|layer| layer.attention.clone()).collect();
        Ok(ImageTrace {
            image_embeds: unit_length(&embeds, "image_embeds")?,
            attention: read_back(Tensor::cat(looks, 0)).await?,
            start,
            end: read_back(end).await?,
            length: embeds
                .iter()
                .map(|&value| f64::from(value).powi(2))
                .sum::<f64>()
                .sqrt(),
            layers,
        })
    }
}

/// Sets the class token's row of the heads `held` to `alpha` for itself and `1 - alpha` for all else.
fn hold_back(weights: Tensor<4>, held: &[usize], alpha: f32) -> Tensor<4> {
    let [_, heads, tokens, _] = weights.dims();
    if held.is_empty() || tokens < 2 {
        return weights;
    }
    let device = weights.device();
    let chosen: Vec<f32> = (0..heads)
        .map(|head| f32::from(u8::from(held.contains(&head))))
        .collect();
    let chosen = Tensor::<4>::from_data(TensorData::new(chosen, [1, heads, 1, 1]), &device);
    let row = weights.clone().slice([0..1, 0..heads, 0..1, 0..tokens]);
    let rest = row.clone().slice([0..1, 0..heads, 0..1, 1..tokens]);
    let shared = rest.clone() / rest.sum_dim(3) * (1.0 - alpha);
    let own = Tensor::<4>::full([1, heads, 1, 1], alpha, &device);
    let instead = Tensor::cat(vec![own, shared], 3);
    let row = row * (chosen.clone() * -1.0 + 1.0) + instead * chosen;
    let others = weights.slice([0..1, 0..heads, 1..tokens, 0..tokens]);
    Tensor::cat(vec![row, others], 2)
}
