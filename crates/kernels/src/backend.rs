//! The extension of burn's backends by which the kernels are reached.

use burn::backend::tensor::{FloatTensor, IntTensor};
use burn::backend::{Backend, backend_extension};
use burn::tensor::Shape;

use crate::{Activation, Packing, Window};

/// The kernels, on the backends that have them; shapes are those of the functions that call them.
///
/// A linear layer is a method for each of what may follow it: the attribute below passes no optional tensors on. How many rows a weight
/// has is said beside it, since a weight in panels may have more.
#[backend_extension(Cube, Flex)]
pub(crate) trait Kernels: Backend {
    fn fused_product(
        input: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        d_out: usize,
    ) -> FloatTensor<Self>;

    fn fused_product_residual(
        input: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        residual: FloatTensor<Self>,
        d_out: usize,
    ) -> FloatTensor<Self>;

    fn fused_linear(
        input: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        activation: Activation,
        d_out: usize,
    ) -> FloatTensor<Self>;

    fn fused_linear_residual(
        input: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        residual: FloatTensor<Self>,
        d_out: usize,
    ) -> FloatTensor<Self>;

    fn fused_packed_linear(
        input: FloatTensor<Self>,
        words: IntTensor<Self>,
        scales: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        activation: Activation,
        packing: Packing,
    ) -> FloatTensor<Self>;

    fn fused_packed_linear_residual(
        input: FloatTensor<Self>,
        words: IntTensor<Self>,
        scales: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        residual: FloatTensor<Self>,
        packing: Packing,
    ) -> FloatTensor<Self>;

    fn fused_unpack(
        words: IntTensor<Self>,
        scales: FloatTensor<Self>,
        packing: Packing,
    ) -> FloatTensor<Self>;

    fn fused_layer_norm(
        input: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        eps: f32,
    ) -> FloatTensor<Self>;

    fn fused_attention(
        query: FloatTensor<Self>,
        key: FloatTensor<Self>,
        value: FloatTensor<Self>,
        heads: usize,
        causal: bool,
    ) -> FloatTensor<Self>;

    fn fused_convolution(
        input: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        window: Window,
        activation: Activation,
    ) -> FloatTensor<Self>;

    fn fused_depthwise(
        input: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        window: Window,
        activation: Activation,
    ) -> FloatTensor<Self>;

    fn fused_average(input: FloatTensor<Self>) -> FloatTensor<Self>;

    fn fused_linear_vjp(input: FloatTensor<Self>, weight: FloatTensor<Self>) -> FloatTensor<Self>;

    fn fused_rows(input: FloatTensor<Self>, picked: IntTensor<Self>) -> FloatTensor<Self>;

    fn fused_reshape(tensor: FloatTensor<Self>, shape: Shape) -> FloatTensor<Self>;
}

/// The epilogue of a linear layer, first to last: what is done to its sums before they are written. `T` is a backend's tensor.
pub(crate) struct Epilogue<T> {
    pub bias: Option<T>,
    pub activation: Activation,
    pub residual: Option<T>,
}

impl<T> Epilogue<T> {
    /// The sums as they are.
    pub fn nothing() -> Self {
        Self {
            bias: None,
            activation: Activation::None,
            residual: None,
        }
    }

    /// A bias, and what is done to each sum.
    pub fn bias(bias: T, activation: Activation) -> Self {
        Self {
            bias: Some(bias),
            activation,
            residual: None,
        }
    }

    /// The same, and then a residual.
    pub fn onto(self, residual: T) -> Self {
        Self {
            residual: Some(residual),
            ..self
        }
    }
}
