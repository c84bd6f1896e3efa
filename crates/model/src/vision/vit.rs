//! CLIP's own image tower: a transformer over the picture's patches, with a class token.

use burn::tensor::{Tensor, TensorData};
use glimpse_kernels::reshape;

use crate::error::WeightsError;
use crate::layers::{LayerNorm, Linear};
use crate::tensors::Tensors;
use crate::transformer::encoder::{Encoder, EncoderLayer};
use crate::transformer::sequences::Sequences;
use crate::vision::VitConfig;

#[derive(Clone, Debug)]
pub(crate) struct Vit {
    /// Side of the picture, in pixels.
    image_size: usize,
    patch_size: usize,
    patch_embedding: Linear,
    /// Added to the tokens, `[tokens, width]`; the class token is folded into its first row.
    position_embedding: Tensor<2>,
    pre_layernorm: LayerNorm,
    encoder: Encoder,
    post_layernorm: LayerNorm,
}

impl Vit {
    /// Takes its tensors, of its layers the first `depth`.
    pub fn load(
        tensors: &mut Tensors,
        config: &VitConfig,
        image_size: usize,
        depth: usize,
    ) -> Result<Self, WeightsError> {
        let (width, eps) = (config.tower.hidden_size, config.tower.layer_norm_eps);
        let depth = config.tower.num_hidden_layers.min(depth);
        let patches = (image_size / config.patch_size).pow(2);
        let patch_values = 3 * config.patch_size.pow(2);
        let embeddings = "vision_model.embeddings";
        let class = tensors.host(&format!("{embeddings}.class_embedding"), &[width])?;
        let shape = [patches + 1, width];
        let mut position_embedding =
            tensors.host(&format!("{embeddings}.position_embedding.weight"), &shape)?;
        for (position, class) in position_embedding.iter_mut().zip(class) {
            *position += class;
        }
        let position_embedding =
            Tensor::from_data(TensorData::new(position_embedding, shape), &tensors.device);
        Ok(Self {
            // A convolution whose stride is its size is a matrix product over cut patches.
            patch_embedding: Linear::load_without_bias(
                tensors,
                &format!("{embeddings}.patch_embedding"),
                patch_values,
                width,
            )?,
            position_embedding,
            // Spelled so in every checkpoint: transformers keeps an old slip of the pen.
            pre_layernorm: LayerNorm::load(tensors, "vision_model.pre_layrnorm", width, eps)?,
            encoder: Encoder::load(tensors, "vision_model.encoder", &config.tower, depth)?,
            post_layernorm: LayerNorm::load(tensors, "vision_model.post_layernorm", width, eps)?,
            image_size,
            patch_size: config.patch_size,
        })
    }

    /// # Shapes
    /// - pixel_values: `[batch, 3, image_size, image_size]`, row-major
    /// - output: `[batch, width]`, the class tokens behind `post_layernorm`
    pub fn forward(&self, pixel_values: &[f32], depth: usize) -> Tensor<2> {
        let [tokens, width] = self.position_embedding.dims();
        let batch = pixel_values.len() / (3 * self.image_size.pow(2));
        // Uploaded before there is work, which an upload would cut in two.
        let sequences = Sequences::side_by_side(batch, tokens, &self.position_embedding.device());
        let hidden = self.embed(pixel_values);
        let hidden = reshape(hidden, [batch * tokens, width]);
        let hidden = self.encoder.forward(hidden, &sequences, depth);
        self.post_layernorm.forward(hidden)
    }

    /// The tokens that enter the first layer, the class token before the patches: `[batch, tokens, width]`.
    pub fn embed(&self, pixel_values: &[f32]) -> Tensor<3> {
        let [tokens, width] = self.position_embedding.dims();
        let patches = self.patches(pixel_values);
        let batch = patches.dims()[0] / tokens;
        let hidden = self
            .patch_embedding
            .forward_onto(patches, self.position_embedding.clone());
        self.pre_layernorm
            .forward(reshape(hidden, [batch, tokens, width]))
    }

    /// The layers between [`Vit::embed`] and [`Vit::post_layernorm`].
    pub fn layers(&self) -> &[EncoderLayer] {
        self.encoder.layers()
    }

    /// What the class token goes through behind the last layer.
    pub fn post_layernorm(&self) -> &LayerNorm {
        &self.post_layernorm
    }

    /// Cuts pictures into `[batch * tokens, 3 * patch_size * patch_size]`: for the class token zeros, then patches row by row, as the convolution's
    /// weight `[width, 3, patch_size, patch_size]` wants them.
    fn patches(&self, pixel_values: &[f32]) -> Tensor<2> {
        let (image, patch) = (self.image_size, self.patch_size);
        let side = image / patch;
        let mut values = Vec::with_capacity(
            pixel_values.len() / (side * side) * self.position_embedding.dims()[0],
        );
        let patch_values = 3 * patch * patch;
        for picture in pixel_values.chunks_exact(3 * image * image) {
            values.resize(values.len() + patch_values, 0.0);
            for top in (0..side).map(|row| row * patch) {
                for left in (0..side).map(|column| column * patch) {
                    for channel in 0..3 {
                        for y in top..top + patch {
                            let start = (channel * image + y) * image + left;
                            values.extend_from_slice(&picture[start..start + patch]);
                        }
                    }
                }
            }
        }
        let rows = values.len() / patch_values;
        let data = TensorData::new(values, [rows, patch_values]);
        Tensor::from_data(data, &self.position_embedding.device())
    }
}
