//! The pre-norm transformer that both towers share: layers of attention and MLP.

use burn::tensor::Tensor;
use glimpse_kernels::{self as kernels, first_row, submit};

use crate::config::{Activation, TowerConfig};
use crate::error::WeightsError;
use crate::layers::{LayerNorm, Linear};
use crate::tensors::Tensors;
use crate::transformer::attention::Attention;
use crate::transformer::sequences::Sequences;

/// With up to so many rows a GPU is handed a whole tower at once; with more, each layer by itself, so that no driver takes what it is
/// long busy with for a thing that hangs (Windows ends what has not ended after two seconds).
const ROWS_OF_A_SUBMISSION: usize = 1024;

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

    /// What the first `depth` layers make of the rows that leave the tower: behind the last one's attention, nobody asks for the others.
    ///
    /// # Shapes
    /// `[rows, width]` to `[batch, width]`.
    pub fn forward(&self, hidden: Tensor<2>, sequences: &Sequences, depth: usize) -> Tensor<2> {
        let layers = &self.layers[..depth.min(self.layers.len())];
        let Some((last, layers)) = layers.split_last() else {
            return sequences.ends_of(hidden);
        };
        let many = hidden.dims()[0] > ROWS_OF_A_SUBMISSION;
        let hidden = layers.iter().fold(hidden, |hidden, layer| {
            let hidden = layer.forward(hidden, sequences, false);
            if many {
                submit(&hidden);
            }
            hidden
        });
        last.forward(hidden, sequences, true)
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

    fn forward(&self, hidden: Tensor<2>, sequences: &Sequences, ends_only: bool) -> Tensor<2> {
        let normed = self.layer_norm1.forward(hidden.clone());
        let context = self.self_attn.forward(normed, sequences, ends_only);
        let residual = if ends_only {
            sequences.ends_of(hidden)
        } else {
            hidden
        };
        let hidden = self.self_attn.out_proj().forward_onto(context, residual);
        let normed = self.layer_norm2.forward(hidden.clone());
        let middle = self.mlp.middle(normed);
        self.mlp.fc2.forward_onto(middle, hidden)
    }

    /// The MLP's output for the class token, `[1, width]`, and the residual stream behind the MLP, `[1, tokens, width]`.
    pub fn mlp_residual(&self, hidden: Tensor<3>) -> (Tensor<2>, Tensor<3>) {
        let middle = self.mlp.middle(self.layer_norm2.forward(hidden.clone()));
        let class_token = self.mlp.fc2.forward(first_row(middle.clone()));
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
    fn middle<const D: usize>(&self, hidden: Tensor<D>) -> Tensor<D> {
        let activation = match self.activation {
            Activation::QuickGelu => kernels::Activation::QuickGelu,
            Activation::Gelu => kernels::Activation::Gelu,
        };
        self.fc1.forward_then(hidden, activation)
    }
}
