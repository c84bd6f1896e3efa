//! Multi-head self-attention (`self_attn`).

use burn::tensor::{Device, Tensor, TensorData};
use glimpse_kernels::{Weight, attention, first_row, product};

use crate::clip::read_back;
use crate::config::TowerConfig;
use crate::error::{ForwardError, WeightsError};
use crate::layers::Linear;
use crate::tensors::Tensors;
use crate::transformer::sequences::Sequences;

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

    /// What the rows see, or those that leave the tower: what goes into [`Attention::out_proj`].
    ///
    /// # Shapes
    /// `[rows, width]` to the same, or to `[batch, width]`.
    pub fn forward(&self, hidden: Tensor<2>, sequences: &Sequences, ends_only: bool) -> Tensor<2> {
        sequences.attend(self.project(hidden), self.heads, ends_only)
    }

    /// The class token's query, all keys and values, and the heads' outputs, where every token attends to all.
    ///
    /// # Shapes
    /// hidden: `[1, tokens, width]`.
    pub fn looks(&self, hidden: Tensor<3>) -> Looks {
        let [query, key, value] = self.project(hidden);
        Looks {
            query: first_row(query.clone()),
            key: key.clone(),
            value: value.clone(),
            context: attention(query, key, value, self.heads, false),
        }
    }

    fn project<const D: usize>(&self, hidden: Tensor<D>) -> [Tensor<D>; 3] {
        [&self.q_proj, &self.k_proj, &self.v_proj].map(|part| part.forward(hidden.clone()))
    }

    /// How many heads there are.
    pub fn heads(&self) -> usize {
        self.heads
    }

    /// The projection behind the heads: its inputs are the heads' outputs, one head after another.
    pub fn out_proj(&self) -> &Linear {
        &self.out_proj
    }
}

/// One layer's attention before it is used; all but the first `[1, tokens, width]`, the heads side by side.
pub(crate) struct Looks {
    /// The class token's, `[1, width]`.
    pub query: Tensor<2>,
    pub key: Tensor<3>,
    pub value: Tensor<3>,
    pub context: Tensor<3>,
}

impl Looks {
    /// Where the class token looks: for each head the tokens' shares, `[heads, tokens]`; each row sums to 1.
    ///
    /// # Errors
    /// [`ForwardError::Device`] when the device fails.
    pub async fn of_class_token(&self, heads: usize) -> Result<Vec<f32>, ForwardError> {
        let query = read_back(self.query.clone()).await?;
        let apart = of_heads(&[query.as_slice()], heads, &self.key.device());
        let scores = read_back(product(self.key.clone(), &apart)).await?;
        let scale = ((query.len() / heads) as f64).powf(-0.5);
        let mut shares = Vec::with_capacity(scores.len());
        for head in 0..heads {
            let scores = scores.iter().skip(head).step_by(heads);
            let most = scores.clone().copied().fold(f32::MIN, f32::max);
            let grown: Vec<f64> = scores
                .map(|score| (f64::from(score - most) * scale).exp())
                .collect();
            let sum: f64 = grown.iter().sum();
            shares.extend(grown.iter().map(|share| (share / sum) as f32));
        }
        Ok(shares)
    }
}

/// Vectors of all heads as a weight whose products tell the heads apart: `[heads * vectors.len(), width]`, the rows of one head after
/// another, each with the numbers of its head and zeros elsewhere.
pub(crate) fn of_heads(vectors: &[&[f32]], heads: usize, device: &Device) -> Weight {
    let width = vectors.first().map_or(0, |vector| vector.len());
    let head_dim = width / heads;
    let mut values = vec![0.0; heads * vectors.len() * width];
    for (row, values) in values.chunks_exact_mut(width.max(1)).enumerate() {
        let head = row / vectors.len() * head_dim..(row / vectors.len() + 1) * head_dim;
        values[head.clone()].copy_from_slice(&vectors[row % vectors.len()][head]);
    }
    Weight::Numbers(Tensor::from_data(
        TensorData::new(values, [heads * vectors.len(), width]),
        device,
    ))
}
