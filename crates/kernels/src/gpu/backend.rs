//! The kernels for burn's GPU backend.

use burn::backend::tensor::FloatTensor;
use burn::tensor::Shape;
use burn_cubecl::CubeBackend;
use burn_cubecl::tensor::CubeTensor;

use super::launch::contiguous;
use super::{attention, back, layer_norm, linear, rows};
use crate::Activation;
use crate::backend::Kernels;

impl Kernels for CubeBackend {
    fn fused_product(input: FloatTensor<Self>, weight: FloatTensor<Self>) -> FloatTensor<Self> {
        linear::launch(input, weight, None, None, Activation::None)
    }

    fn fused_product_residual(
        input: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        residual: FloatTensor<Self>,
    ) -> FloatTensor<Self> {
        linear::launch(input, weight, None, Some(residual), Activation::None)
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

    fn fused_product_back(
        input: FloatTensor<Self>,
        weight: FloatTensor<Self>,
    ) -> FloatTensor<Self> {
        back::launch(input, weight)
    }

    fn fused_rows(input: FloatTensor<Self>, picked: Vec<u32>) -> FloatTensor<Self> {
        rows::launch(input, &picked)
    }

    fn fused_reshape(tensor: FloatTensor<Self>, shape: Shape) -> FloatTensor<Self> {
        let tensor = contiguous(tensor);
        assert_eq!(tensor.meta.shape().num_elements(), shape.num_elements());
        CubeTensor::new_contiguous(
            tensor.client,
            tensor.device,
            shape,
            tensor.handle,
            tensor.dtype,
        )
    }
}
