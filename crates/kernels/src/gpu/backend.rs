//! The kernels for burn's GPU backend.

use burn::backend::tensor::FloatTensor;
use burn_cubecl::CubeBackend;

use super::{attention, layer_norm, linear};
use crate::Activation;
use crate::backend::Kernels;

impl Kernels for CubeBackend {
    fn fused_product(input: FloatTensor<Self>, weight: FloatTensor<Self>) -> FloatTensor<Self> {
        linear::launch(input, weight, None, None, Activation::None)
    }

    fn fused_linear(
        input: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        activation: Activation,
    ) -> FloatTensor<Self> {
        linear::launch(input, weight, Some(bias), None, activation)
    }

    fn fused_linear_residual(
        input: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        residual: FloatTensor<Self>,
    ) -> FloatTensor<Self> {
        linear::launch(input, weight, Some(bias), Some(residual), Activation::None)
    }

    fn fused_layer_norm(
        input: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        eps: f32,
    ) -> FloatTensor<Self> {
        layer_norm::launch(input, weight, bias, eps)
    }

    fn fused_attention(
        query: FloatTensor<Self>,
        key: FloatTensor<Self>,
        value: FloatTensor<Self>,
        heads: usize,
        causal: bool,
    ) -> FloatTensor<Self> {
        attention::launch(query, key, value, heads, causal)
    }
}
