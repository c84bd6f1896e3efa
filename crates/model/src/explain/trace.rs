//! The image tower with its intermediate activations kept: attention weights, what each layer wrote into the residual stream, and heads ablated.

use burn::tensor::{Tensor, TensorData};
use futures_util::future::try_join_all;
use glimpse_kernels::first_row;

use crate::clip::{Clip, read_back, unit_length};
use crate::error::ForwardError;
use crate::transformer::attention::Looks;
use crate::vision::{VisionModel, Vit};

/// Heads whose class token is made to look at itself instead of at the patches (Dyslexify's ablation).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ablation {
    /// `(layer, head)`, both counted from 0.
    pub heads: Vec<(usize, usize)>,
    /// How much of the class token's attention goes to itself, 0 to 1; the patches share the rest in their old proportions.
    pub alpha: f32,
}

/// What the tower did with one picture.
pub struct ImageTrace<'tower> {
    /// The picture's embedding, `[projection_dim]`, unit length.
    pub image_embeds: Vec<f32>,
    /// Where the class token looked, `[layers, heads, tokens]`, itself first; each row sums to 1. Empty where the tower has no heads.
    pub attention: Vec<f32>,
    /// The embedding's length before it was brought to 1.
    pub(crate) length: f64,
    pub(crate) workings: Workings<'tower>,
}

/// What is kept of a tower's work, by its family.
#[expect(
    clippy::large_enum_variant,
    reason = "there is one at a time, and a box would be one more hop to it"
)]
pub(crate) enum Workings<'tower> {
    Vit(VitTrace<'tower>),
    /// The last map of a network of convolutions, `[places, features]`.
    Places(Tensor<2>),
}

/// What a ViT did for the class token.
pub(crate) struct VitTrace<'tower> {
    pub vit: &'tower Vit,
    /// The class token before the first layer, `[width]`.
    pub start: Vec<f32>,
    /// The same behind the last layer.
    pub end: Vec<f32>,
    pub layers: Vec<LayerTrace>,
}

/// What one layer did for the class token.
pub(crate) struct LayerTrace {
    /// Where the class token looked, `[heads, tokens]`.
    pub attention: Vec<f32>,
    /// What there was to see, `[1, tokens, width]`, the heads side by side.
    pub value: Tensor<3>,
    /// What the MLP added, `[width]`.
    pub mlp: Vec<f32>,
}

impl Clip {
    /// Encodes a picture and keeps what [`Clip::attribute`] needs.
    ///
    /// # Shapes
    /// pixel_values: `[3, image_size, image_size]`, row-major.
    ///
    /// # Errors
    /// [`ForwardError`] when heads are to be held back and the tower has none, the device fails or the numbers are not finite.
    pub async fn trace_image(
        &self,
        pixel_values: &[f32],
        ablation: &Ablation,
    ) -> Result<ImageTrace<'_>, ForwardError> {
        match &self.vision_model {
            VisionModel::Vit(vit) => self.trace_vit(vit, pixel_values, ablation).await,
            VisionModel::EfficientNet(network) => match ablation.heads.is_empty() {
                true => self.trace_places(network, pixel_values).await,
                false => Err(ForwardError::NoHeads),
            },
        }
    }

    /// [`Clip::trace_image`] through CLIP's own tower.
    async fn trace_vit<'tower>(
        &self,
        vision: &'tower Vit,
        pixel_values: &[f32],
        ablation: &Ablation,
    ) -> Result<ImageTrace<'tower>, ForwardError> {
        let mut hidden = vision.embed(pixel_values);
        let start = first_row(hidden.clone());
        let mut layers = Vec::with_capacity(vision.layers().len());
        for (number, layer) in vision.layers().iter().enumerate() {
            let attention = &layer.self_attn;
            let mut looks = attention.looks(layer.layer_norm1.forward(hidden.clone()));
            let held = ablation.of_layer(number);
            let mut held_back = None;
            if !held.is_empty() {
                let shares = looks.of_class_token(attention.heads()).await?;
                let shares = hold_back(shares, attention.heads(), &held, ablation.alpha);
                looks.context = seen_with(&looks, &shares, &held).await?;
                held_back = Some(shares);
            }
            hidden = attention
                .out_proj()
                .forward_onto(looks.context.clone(), hidden);
            let (mlp, residual) = layer.mlp_residual(hidden);
            hidden = residual;
            let heads = attention.heads();
            layers.push(async move {
                Ok::<_, ForwardError>(LayerTrace {
                    attention: match held_back {
                        Some(shares) => shares,
                        None => looks.of_class_token(heads).await?,
                    },
                    value: looks.value,
                    mlp: read_back(mlp).await?,
                })
            });
        }
        let end = first_row(hidden);
        let pooled = vision.post_layernorm().forward(end.clone());
        let embeds = read_back(self.visual_projection.forward(pooled)).await?;
        // All layers at once: a device answers many questions as soon as one.
        let layers = try_join_all(layers).await?;
        Ok(ImageTrace {
            image_embeds: unit_length(&embeds, "image_embeds")?,
            attention: layers
                .iter()
                .flat_map(|layer| &layer.attention)
                .copied()
                .collect(),
            length: length(&embeds),
            workings: Workings::Vit(VitTrace {
                vit: vision,
                start: read_back(start).await?,
                end: read_back(end).await?,
                layers,
            }),
        })
    }
}

/// A vector's length, in f64.
pub(crate) fn length(values: &[f32]) -> f64 {
    let squares = values.iter().map(|&value| f64::from(value).powi(2));
    squares.sum::<f64>().sqrt()
}

impl Ablation {
    /// The heads of one layer.
    fn of_layer(&self, number: usize) -> Vec<usize> {
        let of = self.heads.iter().filter(|(layer, _)| *layer == number);
        of.map(|&(_, head)| head).collect()
    }
}

/// Sets the shares of the heads `held` to `alpha` for the class token itself and `1 - alpha` for all else; a class token that is alone
/// keeps what it has.
fn hold_back(mut shares: Vec<f32>, heads: usize, held: &[usize], alpha: f32) -> Vec<f32> {
    let tokens = shares.len() / heads;
    for &head in held {
        let [own, rest @ ..] = &mut shares[head * tokens..][..tokens] else {
            continue;
        };
        if rest.is_empty() {
            continue;
        }
        *own = alpha;
        let whole: f32 = rest.iter().sum();
        for share in rest {
            *share = *share / whole * (1.0 - alpha);
        }
    }
    shares
}

/// What is seen, `[1, tokens, width]`, where the class token's heads `held` look by these shares.
async fn seen_with(
    looks: &Looks,
    shares: &[f32],
    held: &[usize],
) -> Result<Tensor<3>, ForwardError> {
    let [_, tokens, width] = looks.value.dims();
    let head_dim = width / (shares.len() / tokens);
    let mut context = read_back(looks.context.clone()).await?;
    let value = read_back(looks.value.clone()).await?;
    for &head in held {
        let lane = head * head_dim..(head + 1) * head_dim;
        context[lane.clone()].fill(0.0);
        for (token, share) in shares[head * tokens..][..tokens].iter().enumerate() {
            let value = &value[token * width..][lane.clone()];
            for (sum, value) in context[lane.clone()].iter_mut().zip(value) {
                *sum += share * value;
            }
        }
    }
    let context = TensorData::new(context, [1, tokens, width]);
    Ok(Tensor::from_data(context, &looks.value.device()))
}
