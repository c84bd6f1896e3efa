//! The image tower: `pixel_values` to one vector per picture.

use burn::tensor::{Tensor, TensorData};

use crate::config::VisionConfig;
use crate::encoder::Encoder;
use crate::error::WeightsError;
use crate::layers::{LayerNorm, Linear};
use crate::tensors::Tensors;

#[derive(Clone, Debug)]
pub(crate) struct VisionModel {
    config: VisionConfig,
    class_embedding: Tensor<1>,
    patch_embedding: Linear,
    position_embedding: Tensor<2>,
    pre_layernorm: LayerNorm,
    encoder: Encoder,
    post_layernorm: LayerNorm,
}

impl VisionModel {
    pub fn load(
        tensors: &mut Tensors,
        config: &VisionConfig,
        depth: usize,
    ) -> Result<Self, WeightsError> {
        let (width, eps) = (config.tower.hidden_size, config.tower.layer_norm_eps);
        let patches = config.patches_per_side().pow(2);
        let patch_values = 3 * config.patch_size.pow(2);
        let embeddings = "vision_model.embeddings";
        Ok(Self {
            class_embedding: tensors.vector(&format!("{embeddings}.class_embedding"), width)?,
            // A convolution whose stride is its size is a matrix product over cut patches.
            patch_embedding: Linear::load_without_bias(
                tensors,
                &format!("{embeddings}.patch_embedding"),
                patch_values,
                width,
            )?,
            position_embedding: tensors.matrix(
                &format!("{embeddings}.position_embedding.weight"),
                [patches + 1, width],
            )?,
            // Spelled so in every checkpoint: transformers keeps an old slip of the pen.
            pre_layernorm: LayerNorm::load(tensors, "vision_model.pre_layrnorm", width, eps)?,
            encoder: Encoder::load(tensors, "vision_model.encoder", &config.tower, depth)?,
            post_layernorm: LayerNorm::load(tensors, "vision_model.post_layernorm", width, eps)?,
            config: config.clone(),
        })
    }

    /// # Shapes
    /// - pixel_values: `[3, image_size, image_size]`, row-major
    /// - output: `[1, width]`, the class token behind `post_layernorm`
    pub fn forward(&self, pixel_values: &[f32], depth: usize) -> Tensor<2> {
        let [width] = self.class_embedding.dims();
        let patches = self.patch_embedding.forward(self.patches(pixel_values));
        let class = self.class_embedding.clone().reshape([1, width]);
        let hidden = Tensor::cat(vec![class, patches], 0) + self.position_embedding.clone();
        let [tokens, _] = hidden.dims();
        let hidden = self
            .pre_layernorm
            .forward(hidden.reshape([1, tokens, width]));
        let hidden = self.encoder.forward(hidden, None, depth);
        let class = hidden.slice([0..1, 0..1]).reshape([1, width]);
        self.post_layernorm.forward(class)
    }

    /// Cuts a picture into `[patches, 3 * patch_size * patch_size]`, patches row by row, as the convolution's
    /// weight `[width, 3, patch_size, patch_size]` wants them.
    fn patches(&self, pixel_values: &[f32]) -> Tensor<2> {
        let (image, patch) = (self.config.image_size, self.config.patch_size);
        let side = self.config.patches_per_side();
        let mut values = Vec::with_capacity(side * side * 3 * patch * patch);
        for top in (0..side).map(|row| row * patch) {
            for left in (0..side).map(|column| column * patch) {
                for channel in 0..3 {
                    for y in top..top + patch {
                        let start = (channel * image + y) * image + left;
                        values.extend_from_slice(&pixel_values[start..start + patch]);
                    }
                }
            }
        }
        let data = TensorData::new(values, [side * side, 3 * patch * patch]);
        Tensor::from_data(data, &self.class_embedding.device())
    }
}
