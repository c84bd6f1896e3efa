//! The image tower's sizes, whatever its family.

use crate::config::TowerConfig;
use crate::vision::EfficientNetConfig;

/// The image tower's sizes.
#[derive(Clone, Debug, PartialEq)]
pub struct VisionConfig {
    /// Side of the square picture, in pixels.
    pub image_size: usize,
    /// Its network.
    pub tower: VisionTower,
}

/// The families of image towers.
#[derive(Clone, Debug, PartialEq)]
pub enum VisionTower {
    /// CLIP's own transformer over patches.
    Vit(VitConfig),
    /// timm's EfficientNet-Lite.
    EfficientNet(EfficientNetConfig),
}

/// The sizes of a transformer over patches.
#[derive(Clone, Debug, PartialEq)]
pub struct VitConfig {
    /// What it has in common with the text tower.
    pub tower: TowerConfig,
    /// Side of a square patch, in pixels.
    pub patch_size: usize,
}

impl VisionConfig {
    /// Patches along one side of the picture: of a ViT, what is left over at the right and bottom is not looked at; of a network of
    /// convolutions, the places of its last map.
    #[must_use]
    pub fn patches_per_side(&self) -> usize {
        match &self.tower {
            VisionTower::Vit(vit) => self.image_size / vit.patch_size,
            VisionTower::EfficientNet(network) => network.places_per_side(self.image_size),
        }
    }

    /// The side of a patch in pixels; the last one of a side may reach beyond the picture.
    #[must_use]
    pub fn patch_size(&self) -> usize {
        match &self.tower {
            VisionTower::Vit(vit) => vit.patch_size,
            VisionTower::EfficientNet(network) => network.stride(),
        }
    }

    /// Length of the vector that is projected.
    #[must_use]
    pub fn width(&self) -> usize {
        match &self.tower {
            VisionTower::Vit(vit) => vit.tower.hidden_size,
            VisionTower::EfficientNet(network) => network.features,
        }
    }

    /// The transformer's sizes; none where the tower is none, and so has no attention heads.
    #[must_use]
    pub fn transformer(&self) -> Option<&TowerConfig> {
        match &self.tower {
            VisionTower::Vit(vit) => Some(&vit.tower),
            VisionTower::EfficientNet(_) => None,
        }
    }

    /// Whether the projection behind the tower has a bias.
    pub(crate) fn projection_bias(&self) -> bool {
        match &self.tower {
            VisionTower::Vit(_) => false,
            VisionTower::EfficientNet(network) => network.projection_bias,
        }
    }
}
