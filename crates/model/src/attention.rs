//! Multi-head self-attention (`self_attn`).

use burn::tensor::Tensor;
use burn::tensor::activation::softmax;
use glimpse_kernels::attention;

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

    /// What the tokens see in `hidden`, added to `residual`; with `causal`, each sees itself and those before it.
    ///
    /// # Shapes
    /// All `[batch, tokens, width]`.
    pub fn forward(&self, hidden: Tensor<3>, residual: Tensor<3>, causal: bool) -> Tensor<3> {
        let query = self.q_proj.forward(hidden.clone());
        let key = self.k_proj.forward(hidden.clone());
        let value = self.v_proj.forward(hidden);
        let context = attention(query, key, value, self.heads, causal);
        self.out_proj.forward_onto(context, residual)
    }

    /// Who looks where, and what there is to see, where every token sees all; shapes as in [`Attention::forward`].
    pub fn looks(&self, hidden: Tensor<3>) -> Looks {
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
        Looks {
            weights: softmax(query.matmul(key.swap_dims(2, 3)), 3),
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
