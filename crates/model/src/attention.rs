//! Multi-head self-attention (`self_attn`).

use burn::tensor::Tensor;
use burn::tensor::activation::softmax;

use crate::config::TowerConfig;
use crate::error::WeightsError;
use crate::layers::Linear;
use crate::tensors::Tensors;

#[derive(Clone, Debug)]
pub(crate) struct Attention {
    q_proj: Linear,
    k_proj: Linear,
    v_proj: Linear,
    out_proj: Linear,
    heads: usize,
}

impl Attention {
    pub fn load(
        tensors: &mut Tensors,
        name: &str,
        config: &TowerConfig,
    ) -> Result<Self, WeightsError> {
        let width = config.hidden_size;
        let mut part = |part: &str| Linear::load(tensors, &format!("{name}.{part}"), width, width);
        Ok(Self {
            q_proj: part("q_proj")?,
            k_proj: part("k_proj")?,
            v_proj: part("v_proj")?,
            out_proj: part("out_proj")?,
            heads: config.num_attention_heads,
        })
    }

    /// # Shapes
    /// - hidden: `[batch, tokens, width]`, and so is the output
    /// - mask: `[1, 1, tokens, tokens]`, added to the scores
    pub fn forward(&self, hidden: Tensor<3>, mask: Option<&Tensor<4>>) -> Tensor<3> {
        let Looks { weights, value } = self.looks(hidden, mask);
        self.join(weights.matmul(value))
    }

    /// Who looks where, and what there is to see; shapes as in [`Attention::forward`].
    pub fn looks(&self, hidden: Tensor<3>, mask: Option<&Tensor<4>>) -> Looks {
        let [batch, tokens, width] = hidden.dims();
        let head_dim = width / self.heads;
        let heads = |x: Tensor<3>| {
            x.reshape([batch, tokens, self.heads, head_dim])
                .swap_dims(1, 2)
        };
        // Scaling the queries is cheaper than scaling the scores, and what CLIP's authors did.
        let query = heads(self.q_proj.forward(hidden.clone())) * (head_dim as f64).powf(-0.5);
        let key = heads(self.k_proj.forward(hidden.clone()));
        let value = heads(self.v_proj.forward(hidden));
        let mut scores = query.matmul(key.swap_dims(2, 3));
        if let Some(mask) = mask {
            scores = scores + mask.clone();
        }
        Looks {
            weights: softmax(scores, 3),
            value,
        }
    }

    /// Puts the heads' outputs together: `[batch, heads, tokens, head_dim]` to `[batch, tokens, width]`.
    pub fn join(&self, context: Tensor<4>) -> Tensor<3> {
        let [batch, heads, tokens, head_dim] = context.dims();
        let width = heads * head_dim;
        self.out_proj
            .forward(context.swap_dims(1, 2).reshape([batch, tokens, width]))
    }

    /// The projection behind the heads: its weight's rows are the heads' outputs, one head after another.
    pub fn out_proj(&self) -> &Linear {
        &self.out_proj
    }
}

/// One layer's attention before it is used.
pub(crate) struct Looks {
    /// `[batch, heads, tokens, tokens]`; each row sums to 1.
    pub weights: Tensor<4>,
    /// `[batch, heads, tokens, head_dim]`.
    pub value: Tensor<4>,
}
