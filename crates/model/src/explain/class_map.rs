//! A logit taken apart over the places of a convolutional network's last map: the exact class activation map.
//!
//! The embedding e = P m + b is linear in the mean m of N places f, so the logit is a sum over them:
//! logit = s / |e| <e, t> = sum over f of s / (N |e|) <f, P' t> + s / |e| <b, t>, with P' the transposed of P. The length |e| is that of the
//! whole picture's embedding. (Zhou et al., "Learning deep features for discriminative localization", 2016.)

use burn::tensor::Tensor;
use glimpse_kernels::{Weight, average, product, reshape};

use crate::clip::{Clip, read_back, unit_length};
use crate::error::ForwardError;
use crate::explain::attribution::{Attribution, dot};
use crate::explain::trace::{ImageTrace, Workings, length};
use crate::vision::EfficientNet;

impl Clip {
    /// [`Clip::trace_image`] through a network of convolutions.
    pub(crate) async fn trace_places(
        &self,
        network: &EfficientNet,
        pixel_values: &[f32],
    ) -> Result<ImageTrace<'_>, ForwardError> {
        let places = network.places(pixel_values);
        let [_, count, features] = places.dims();
        let pooled = average(places.clone());
        let embeds = read_back(self.visual_projection.forward(pooled)).await?;
        Ok(ImageTrace {
            image_embeds: unit_length(&embeds, "image_embeds")?,
            attention: Vec::new(),
            length: length(&embeds),
            workings: Workings::Places(reshape(places, [count, features])),
        })
    }

    /// [`Clip::attribute`] for a network of convolutions; `scale` is what a product with an embedding that is not of unit length adds to
    /// a logit.
    ///
    /// # Shapes
    /// places: `[places, features]`.
    pub(crate) async fn attribute_to_places(
        &self,
        places: &Tensor<2>,
        scale: f64,
        text_embeds: &[Vec<f32>],
    ) -> Result<Vec<Attribution>, ForwardError> {
        let (count, texts) = (places.dims()[0], text_embeds.len());
        let directions = Weight::Numbers(self.before_projection(text_embeds));
        // `[places, texts]`
        let worth = read_back(product(places.clone(), &directions)).await?;
        let bias = match self.visual_projection.bias() {
            Some(bias) => read_back(bias).await?,
            None => Vec::new(),
        };
        let share = scale / count as f64;
        let of_text = |(text, embedding): (usize, &Vec<f32>)| {
            let worth = worth.iter().skip(text).step_by(texts);
            Attribution {
                patches: worth
                    .map(|&worth| (f64::from(worth) * share) as f32)
                    .collect(),
                class_token: Vec::new(),
                mlp: Vec::new(),
                out_bias: Vec::new(),
                embeddings: 0.0,
                norm_bias: (scale * f64::from(dot(embedding, &bias))) as f32,
            }
        };
        Ok(text_embeds.iter().enumerate().map(of_text).collect())
    }
}
