//! The layers of networks of convolutions, on whatever device their tensors are: activations lie channels last, so that a convolution of
//! one place is a linear layer over rows of channels.

use burn::backend::Dispatch;
use burn::tensor::Tensor;

use crate::backend::Kernels;
use crate::{Activation, Window};

/// `activation(convolution + bias)`: each output is made of all channels under its window.
///
/// # Shapes
/// - input: `[batch, height, width, c_in]`; weight: `[c_out, kernel * kernel * c_in]`, the window row by row, a place's channels side by
///   side; bias: `[c_out]`
/// - output: `[batch, height', width', c_out]`, the sides as [`Window::along`] has them
///
/// # Panics
/// When a shape is another, or there is no output along a side.
pub fn convolution(
    input: Tensor<4>,
    weight: Tensor<2>,
    bias: Tensor<1>,
    window: Window,
    activation: Activation,
) -> Tensor<4> {
    let c_out = bias.dims()[0];
    let taps = window.kernel * window.kernel;
    assert_eq!(weight.dims(), [c_out, taps * input.dims()[3]]);
    assert_fits(window, &input);
    Tensor::from_dispatch(Dispatch::fused_convolution(
        input.into_dispatch(),
        weight.into_dispatch(),
        bias.into_dispatch(),
        window,
        activation,
    ))
}

/// `activation(convolution + bias)`, each channel by itself.
///
/// # Shapes
/// - input: `[batch, height, width, channels]`; weight: `[kernel * kernel, channels]`, the window row by row; bias: `[channels]`
/// - output: `[batch, height', width', channels]`, the sides as [`Window::along`] has them
///
/// # Panics
/// When a shape is another, or there is no output along a side.
pub fn depthwise(
    input: Tensor<4>,
    weight: Tensor<2>,
    bias: Tensor<1>,
    window: Window,
    activation: Activation,
) -> Tensor<4> {
    let channels = input.dims()[3];
    assert_eq!(weight.dims(), [window.kernel * window.kernel, channels]);
    assert_eq!(bias.dims(), [channels]);
    assert_fits(window, &input);
    Tensor::from_dispatch(Dispatch::fused_depthwise(
        input.into_dispatch(),
        weight.into_dispatch(),
        bias.into_dispatch(),
        window,
        activation,
    ))
}

/// The mean of all places, for each channel.
///
/// # Shapes
/// - input: `[batch, places, channels]`
/// - output: `[batch, channels]`
pub fn average(input: Tensor<3>) -> Tensor<2> {
    Tensor::from_dispatch(Dispatch::fused_average(input.into_dispatch()))
}

/// Makes sure that there is an output along both sides.
fn assert_fits(window: Window, input: &Tensor<4>) {
    let [_, height, width, _] = input.dims();
    let fits = |side| window.along(side).outputs > 0;
    assert!(
        fits(height) && fits(width),
        "{window:?} over {height} x {width}"
    );
}
