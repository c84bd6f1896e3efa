//! The layers of the network that there are kernels for, on whatever device their tensors are.

use burn::backend::Dispatch;
use burn::tensor::Tensor;

use crate::backend::Kernels;
use crate::weight::Weight;

/// What is done to each output of a layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Activation {
    /// Nothing.
    None,
    /// `x sigmoid(1.702 x)`, as OpenAI's CLIP has it.
    QuickGelu,
    /// `x Φ(x)`, with the error function.
    Gelu,
    /// `x`, but not below 0, and not above 6.
    Relu6,
}

/// `activation(input weightᵀ + bias)`.
///
/// # Shapes
/// - input: `[.., d_in]`; weight: `[d_out, d_in]`, as checkpoints have it; bias: `[d_out]`
/// - output: `[.., d_out]`
pub fn linear<const D: usize>(
    input: Tensor<D>,
    weight: &Weight,
    bias: Tensor<1>,
    activation: Activation,
) -> Tensor<D> {
    let (input, bias) = (input.into_dispatch(), bias.into_dispatch());
    Tensor::from_dispatch(match weight {
        Weight::Numbers(_) | Weight::Panels { .. } => {
            Dispatch::fused_linear(input, weight.as_numbers(), bias, activation, weight.d_out())
        }
        Weight::Packed(weight) => Dispatch::fused_packed_linear(
            input,
            weight.words.clone().into_dispatch(),
            weight.scales.clone().into_dispatch(),
            bias,
            activation,
            weight.packing,
        ),
    })
}

/// `residual + input weightᵀ + bias`; shapes as in [`linear`], and the residual's is the output's, or that of as many of its rows as
/// are there again and again.
pub fn linear_residual<const D: usize>(
    input: Tensor<D>,
    weight: &Weight,
    bias: Tensor<1>,
    residual: Tensor<D>,
) -> Tensor<D> {
    let (input, bias) = (input.into_dispatch(), bias.into_dispatch());
    let residual = residual.into_dispatch();
    Tensor::from_dispatch(match weight {
        Weight::Numbers(_) | Weight::Panels { .. } => Dispatch::fused_linear_residual(
            input,
            weight.as_numbers(),
            bias,
            residual,
            weight.d_out(),
        ),
        Weight::Packed(weight) => Dispatch::fused_packed_linear_residual(
            input,
            weight.words.clone().into_dispatch(),
            weight.scales.clone().into_dispatch(),
            bias,
            residual,
            weight.packing,
        ),
    })
}

/// `input weightᵀ`; shapes as in [`linear`].
pub fn product<const D: usize>(input: Tensor<D>, weight: &Weight) -> Tensor<D> {
    Tensor::from_dispatch(Dispatch::fused_product(
        input.into_dispatch(),
        weight.as_numbers(),
        weight.d_out(),
    ))
}

/// `residual + input weightᵀ`; shapes as in [`linear_residual`].
pub fn product_residual<const D: usize>(
    input: Tensor<D>,
    weight: &Weight,
    residual: Tensor<D>,
) -> Tensor<D> {
    Tensor::from_dispatch(Dispatch::fused_product_residual(
        input.into_dispatch(),
        weight.as_numbers(),
        residual.into_dispatch(),
        weight.d_out(),
    ))
}

/// `input weight`, so back through a layer: for each row what its numbers are worth where [`product`] came from.
///
/// # Shapes
/// - input: `[.., d_out]`; weight: `[d_out, d_in]`
/// - output: `[.., d_in]`
pub fn linear_vjp<const D: usize>(input: Tensor<D>, weight: Tensor<2>) -> Tensor<D> {
    Tensor::from_dispatch(Dispatch::fused_linear_vjp(
        input.into_dispatch(),
        weight.into_dispatch(),
    ))
}

/// Each vector brought to mean 0 and variance 1, then scaled by `weight` and shifted by `bias`; `eps` is added to the variance.
///
/// # Shapes
/// - input and output: `[.., width]`; weight and bias: `[width]`
pub fn layer_norm<const D: usize>(
    input: Tensor<D>,
    weight: Tensor<1>,
    bias: Tensor<1>,
    eps: f64,
) -> Tensor<D> {
    Tensor::from_dispatch(Dispatch::fused_layer_norm(
        input.into_dispatch(),
        weight.into_dispatch(),
        bias.into_dispatch(),
        eps as f32,
    ))
}

/// `softmax(query keyᵀ / √head_dim) value` for each head; with `causal`, a token sees itself and those before it.
///
/// # Shapes
/// All `[batch, tokens, width]`, the heads side by side in the width.
pub fn attention(
    query: Tensor<3>,
    key: Tensor<3>,
    value: Tensor<3>,
    heads: usize,
    causal: bool,
) -> Tensor<3> {
    Tensor::from_dispatch(Dispatch::fused_attention(
        query.into_dispatch(),
        key.into_dispatch(),
        value.into_dispatch(),
        heads,
        causal,
    ))
}
