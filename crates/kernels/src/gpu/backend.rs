//! The kernels for burn's GPU backend.

use burn::backend::tensor::{FloatTensor, IntTensor};
use burn::tensor::Shape;
use burn_cubecl::CubeBackend;
use burn_cubecl::tensor::CubeTensor;

use super::launch::contiguous;
use super::linear::Stored;
use super::{attention, average, convolution, depthwise, layer_norm, linear, rows, unpack, vjp};
use crate::backend::{Epilogue, Kernels};
use crate::{Activation, Packing, Window};

/// A weight in f32.
fn numbers(rows: CubeTensor) -> Stored {
    Stored { rows, packed: None }
}

/// A weight in words.
fn packed(rows: CubeTensor, scales: CubeTensor, packing: Packing) -> Stored {
    Stored {
        rows,
        packed: Some((scales, packing)),
    }
}

impl Kernels for CubeBackend {
    fn fused_product(
        input: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        _d_out: usize,
    ) -> FloatTensor<Self> {
        linear::launch(input, numbers(weight), Epilogue::nothing())
    }

    fn fused_product_residual(
        input: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        residual: FloatTensor<Self>,
        _d_out: usize,
    ) -> FloatTensor<Self> {
        linear::launch(input, numbers(weight), Epilogue::nothing().onto(residual))
    }

    fn fused_linear(
        input: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        activation: Activation,
        _d_out: usize,
    ) -> FloatTensor<Self> {
        linear::launch(input, numbers(weight), Epilogue::bias(bias, activation))
    }

    fn fused_linear_residual(
        input: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        residual: FloatTensor<Self>,
        _d_out: usize,
    ) -> FloatTensor<Self> {
        let epilogue = Epilogue::bias(bias, Activation::None).onto(residual);
        linear::launch(input, numbers(weight), epilogue)
    }

    fn fused_packed_linear(
        input: FloatTensor<Self>,
        words: IntTensor<Self>,
        scales: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        activation: Activation,
        packing: Packing,
    ) -> FloatTensor<Self> {
        linear::launch(
            input,
            packed(words, scales, packing),
            Epilogue::bias(bias, activation),
        )
    }

    fn fused_packed_linear_residual(
        input: FloatTensor<Self>,
        words: IntTensor<Self>,
        scales: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        residual: FloatTensor<Self>,
        packing: Packing,
    ) -> FloatTensor<Self> {
        let epilogue = Epilogue::bias(bias, Activation::None).onto(residual);
        linear::launch(input, packed(words, scales, packing), epilogue)
    }

    fn fused_unpack(
        words: IntTensor<Self>,
        scales: FloatTensor<Self>,
        packing: Packing,
    ) -> FloatTensor<Self> {
        unpack::launch(words, scales, packing)
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

    fn fused_convolution(
        input: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        window: Window,
        activation: Activation,
    ) -> FloatTensor<Self> {
        convolution::launch(input, weight, bias, window, activation)
    }

    fn fused_depthwise(
        input: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        window: Window,
        activation: Activation,
    ) -> FloatTensor<Self> {
        depthwise::launch(input, weight, bias, window, activation)
    }

    fn fused_average(input: FloatTensor<Self>) -> FloatTensor<Self> {
        average::launch(input)
    }

    fn fused_linear_vjp(input: FloatTensor<Self>, weight: FloatTensor<Self>) -> FloatTensor<Self> {
        vjp::launch(input, weight)
    }

    fn fused_rows(input: FloatTensor<Self>, picked: IntTensor<Self>) -> FloatTensor<Self> {
        rows::launch(input, picked)
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
