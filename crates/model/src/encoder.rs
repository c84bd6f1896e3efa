//! The transformer both towers share: layers of attention and MLP, each behind a layer norm.

use burn::tensor::Tensor;
use glimpse_kernels::{self as kernels, rows};

use crate::attention::Attention;
use crate::config::{Activation, TowerConfig};
use crate::error::WeightsError;
use crate::layers::{LayerNorm, Linear};
use crate::tensors::Tensors;

#[derive(Clone, Debug)]
pub(crate) struct Encoder {
    layers: Vec<EncoderLayer>,
}

impl Encoder {
    /// Takes the first `depth` layers of `{name}.layers`.
    pub fn load(
        tensors: &mut Tensors,
        name: &str,
        config: &TowerConfig,
        depth: usize,
    ) -> Result<Self, WeightsError> {
        let layers = (0..depth)
            .map(|layer| EncoderLayer::load(tensors, &format!("{name}.layers.{layer}"), config))
            .collect::<Result<_, _>>()?;
        Ok(Self { layers })
    }

    /// Runs the first `depth` layers; with `causal`, a token sees itself and those before it.
    ///
    /// # Shapes
    /// `[batch, tokens, width]` to the same.
    pub fn forward(&self, hidden: Tensor<3>, causal: bool, depth: usize) -> Tensor<3> {
        self.layers
            .iter()
            .take(depth)
            .fold(hidden, |hidden, layer| layer.forward(hidden, causal))
    }

    /// The layers, first to last.
    pub fn layers(&self) -> &[EncoderLayer] {
        &self.layers
    }
}

#[derive(Clone, Debug)]
pub(crate) struct EncoderLayer {
    pub layer_norm1: LayerNorm,
    pub self_attn: Attention,
    layer_norm2: LayerNorm,
    mlp: Mlp,
}

impl EncoderLayer {
    fn load(tensors: &mut Tensors, name: &str, config: &TowerConfig) -> Result<Self, WeightsError> {
        let (width, eps) = (config.hidden_size, config.layer_norm_eps);
        Ok(Self {
            layer_norm1: LayerNorm::load(tensors, &format!("{name}.layer_norm1"), width, eps)?,
            self_attn: Attention::load(tensors, &format!("{name}.self_attn"), config)?,
            layer_norm2: LayerNorm::load(tensors, &format!("{name}.layer_norm2"), width, eps)?,
            mlp: Mlp::load(tensors, &format!("{name}.mlp"), config)?,
        })
    }

    fn forward(&self, hidden: Tensor<3>, causal: bool) -> Tensor<3> {
        let normed = self.layer_norm1.forward(hidden.clone());
        let hidden = self.self_attn.forward(normed, hidden, causal);
        let normed = self.layer_norm2.forward(hidden.clone());
        let middle = self.mlp.middle(normed);
        self.mlp.fc2.forward_onto(middle, hidden)
    }

    /// What the MLP adds to the class token that attention left, `[1, width]`, and all tokens with what it adds to them.
    pub fn thought(&self, hidden: Tensor<3>) -> (Tensor<2>, Tensor<3>) {
        let middle = self.mlp.middle(self.layer_norm2.forward(hidden.clone()));
        let class_token = self.mlp.fc2.forward(rows(middle.clone(), &[0]));
        (class_token, self.mlp.fc2.forward_onto(middle, hidden))
    }
}

#[derive(Clone, Debug)]
struct Mlp {
    fc1: Linear,
    fc2: Linear,
    activation: Activation,
}

impl Mlp {
    fn load(tensors: &mut Tensors, name: &str, config: &TowerConfig) -> Result<Self, WeightsError> {
        let (width, middle) = (config.hidden_size, config.intermediate_size);
        Ok(Self {
            fc1: Linear::load(tensors, &format!("{name}.fc1"), width, middle)?,
            fc2: Linear::load(tensors, &format!("{name}.fc2"), middle, width)?,
            activation: config.hidden_act,
        })
    }

    /// What lies between its two layers.
    fn middle(&self, hidden: Tensor<3>) -> Tensor<3> {
        let activation = match self.activation {
            Activation::QuickGelu => kernels::Activation::QuickGelu,
            Activation::Gelu => kernels::Activation::Gelu,
        };
        self.fc1.forward_then(hidden, activation)
    }
}
