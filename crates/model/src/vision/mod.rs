//! The image towers: `pixel_values` to one vector per picture, by whichever network a checkpoint has for it.

mod config;
pub(crate) mod efficient_net;
mod vit;

use burn::tensor::Tensor;

use crate::error::WeightsError;
use crate::tensors::Tensors;

pub use config::{VisionConfig, VisionTower, VitConfig};
pub use efficient_net::{BlockConfig, EfficientNetConfig};

pub(crate) use efficient_net::{EfficientNet, TRUNK};
pub(crate) use vit::Vit;

#[derive(Clone, Debug)]
#[expect(
    clippy::large_enum_variant,
    reason = "a model has one, and a box would be one more hop to it"
)]
pub(crate) enum VisionModel {
    Vit(Vit),
    EfficientNet(EfficientNet),
}

impl VisionModel {
    /// Takes a tower's tensors; of a ViT the first `depth` layers.
    pub fn load(
        tensors: &mut Tensors,
        config: &VisionConfig,
        depth: usize,
    ) -> Result<Self, WeightsError> {
        let side = config.image_size;
        Ok(match &config.tower {
            VisionTower::Vit(vit) => Self::Vit(Vit::load(tensors, vit, side, depth)?),
            VisionTower::EfficientNet(network) => {
                Self::EfficientNet(EfficientNet::load(tensors, network, side)?)
            }
        })
    }

    /// # Shapes
    /// - pixel_values: `[batch, 3, image_size, image_size]`, row-major
    /// - output: `[batch, width]`, what is projected; a ViT goes through its first `depth` layers alone
    pub fn forward(&self, pixel_values: &[f32], depth: usize) -> Tensor<2> {
        match self {
            Self::Vit(vit) => vit.forward(pixel_values, depth),
            Self::EfficientNet(network) => network.forward(pixel_values),
        }
    }

    /// How many pictures go through it at once; none where it does not say.
    pub fn pictures_at_once(&self) -> Option<usize> {
        match self {
            Self::Vit(_) => None,
            Self::EfficientNet(network) => Some(network.pictures_at_once()),
        }
    }
}
