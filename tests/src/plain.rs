//! What the kernels compute, in burn's plain operations, for tests to compare with.

use burn::tensor::Tensor;
use burn::tensor::activation::{gelu, sigmoid, softmax};
use burn::tensor::module;
use burn::tensor::ops::ConvOptions;

use glimpse_kernels::{Activation, Padding, Window};

/// As [`glimpse_kernels::linear`].
pub fn linear<const D: usize>(
    input: Tensor<D>,
    weight: Tensor<2>,
    bias: Tensor<1>,
    activation: Activation,
) -> Tensor<D> {
    activate(
        module::linear(input, weight.transpose(), Some(bias)),
        activation,
    )
}

/// As [`glimpse_kernels::linear_residual`].
pub fn linear_residual<const D: usize>(
    input: Tensor<D>,
    weight: Tensor<2>,
    bias: Tensor<1>,
    residual: Tensor<D>,
) -> Tensor<D> {
    residual + module::linear(input, weight.transpose(), Some(bias))
}

/// As [`glimpse_kernels::product`].
pub fn product<const D: usize>(input: Tensor<D>, weight: Tensor<2>) -> Tensor<D> {
    module::linear(input, weight.transpose(), None)
}

fn activate<const D: usize>(values: Tensor<D>, activation: Activation) -> Tensor<D> {
    match activation {
        Activation::None => values,
        // 1.702: CLIP's own approximation, in OpenAI's model.py.
        Activation::QuickGelu => values.clone() * sigmoid(values * 1.702),
        Activation::Gelu => gelu(values),
        Activation::Relu6 => values.clamp(0.0, 6.0),
    }
}

/// As [`glimpse_kernels::layer_norm`].
pub fn layer_norm<const D: usize>(
    input: Tensor<D>,
    weight: Tensor<1>,
    bias: Tensor<1>,
    eps: f64,
) -> Tensor<D> {
    module::layer_norm(input, weight, Some(bias), eps)
}

/// As [`glimpse_kernels::attention`].
pub fn attention(
    query: Tensor<3>,
    key: Tensor<3>,
    value: Tensor<3>,
    heads: usize,
    causal: bool,
) -> Tensor<3> {
    let [batch, tokens, width] = query.dims();
    let head_dim = width / heads;
    let split = |x: Tensor<3>| x.reshape([batch, tokens, heads, head_dim]).swap_dims(1, 2);
    // Scaling the queries is cheaper than scaling the scores, and what CLIP's authors did.
    let query = split(query) * (head_dim as f64).powf(-0.5);
    let mut scores = query.matmul(split(key).swap_dims(2, 3));
    if causal {
        let behind = Tensor::<2>::ones([tokens, tokens], &scores.device()).triu(1);
        // Its softmax is 0 in f32, without an infinity that shaders may not have.
        scores = scores + (behind * -1e9).unsqueeze::<4>();
    }
    let context = softmax(scores, 3).matmul(split(value));
    context.swap_dims(1, 2).reshape([batch, tokens, width])
}

/// As [`glimpse_kernels::convolution`].
pub fn convolution(
    input: Tensor<4>,
    weight: Tensor<2>,
    bias: Tensor<1>,
    window: Window,
    activation: Activation,
) -> Tensor<4> {
    let (c_in, c_out) = (input.dims()[3], bias.dims()[0]);
    let weight = weight.reshape([c_out, window.kernel, window.kernel, c_in]);
    channels_first(
        input,
        weight.permute([0, 3, 1, 2]),
        bias,
        window,
        1,
        activation,
    )
}

/// As [`glimpse_kernels::depthwise`].
pub fn depthwise(
    input: Tensor<4>,
    weight: Tensor<2>,
    bias: Tensor<1>,
    window: Window,
    activation: Activation,
) -> Tensor<4> {
    let channels = bias.dims()[0];
    let weight = weight
        .transpose()
        .reshape([channels, 1, window.kernel, window.kernel]);
    channels_first(input, weight, bias, window, channels, activation)
}

/// burn's convolution, whose channels lie before the places.
fn channels_first(
    input: Tensor<4>,
    weight: Tensor<4>,
    bias: Tensor<1>,
    window: Window,
    groups: usize,
    activation: Activation,
) -> Tensor<4> {
    let [_, height, width, _] = input.dims();
    let options = ConvOptions {
        stride: [window.stride; 2],
        padding: [zeros(window, height), zeros(window, width)],
        dilation: [1; 2],
        groups,
    };
    let output = module::conv2d(input.permute([0, 3, 1, 2]), weight, Some(bias), options);
    activate(output.permute([0, 2, 3, 1]), activation)
}

/// Zeros before and behind a side.
fn zeros(window: Window, side: usize) -> (usize, usize) {
    match window.padding {
        Padding::Even(zeros) => (zeros, zeros),
        Padding::Same => {
            let last = (side - 1) / window.stride * window.stride;
            let all = (last + window.kernel).saturating_sub(side);
            (all / 2, all - all / 2)
        }
    }
}
