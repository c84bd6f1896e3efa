//! The kernels of networks of convolutions beside plain operations: odd sides, windows larger than the picture, channels that fill no vector.

use burn::tensor::{Device, Tensor};
use glimpse_kernels::{self as kernels, Activation, Padding, Window};

use super::{KernelDifference, compare, values};
use crate::plain;

/// Kernels, strides, and zeros on each side, or as TensorFlow has them.
const WINDOWS: [(usize, usize, Padding); 10] = [
    (1, 1, Padding::Same),
    (1, 2, Padding::Even(0)),
    (2, 3, Padding::Same),
    (3, 1, Padding::Same),
    (3, 2, Padding::Same),
    (3, 2, Padding::Even(1)),
    (5, 1, Padding::Same),
    (5, 2, Padding::Same),
    (5, 1, Padding::Even(4)),
    (7, 2, Padding::Even(3)),
];
/// Batches, heights, widths and channels of depthwise convolutions.
const DEPTHWISE: [[usize; 4]; 9] = [
    [1, 1, 1, 1],
    [3, 1, 2, 3],
    [1, 2, 3, 17],
    [2, 4, 9, 16],
    [1, 7, 7, 144],
    [3, 5, 8, 32],
    [1, 16, 33, 24],
    [1, 14, 27, 40],
    [2, 30, 31, 6],
];
/// Batches, heights, widths, and channels that go in and come out, of convolutions.
const CONVOLUTIONS: [[usize; 5]; 7] = [
    [1, 1, 1, 1, 1],
    [3, 1, 2, 3, 5],
    [1, 2, 3, 17, 3],
    [2, 9, 12, 3, 32],
    [1, 33, 31, 3, 16],
    [1, 8, 7, 16, 33],
    [3, 6, 5, 32, 64],
];
/// Batches, places and channels.
const AVERAGES: [[usize; 3]; 5] = [
    [1, 1, 1],
    [3, 1, 17],
    [1, 49, 3],
    [3, 49, 1280],
    [2, 81, 34],
];

/// How many cases there are.
pub const CASES: usize = WINDOWS.len() * (DEPTHWISE.len() + CONVOLUTIONS.len()) + AVERAGES.len();

/// Runs every kernel at every shape on `device`, and the plain operations on the CPU.
pub async fn differences(device: &Device) -> Vec<KernelDifference> {
    let mut found = Vec::new();
    for (at, (kernel, stride, padding)) in WINDOWS.into_iter().enumerate() {
        let window = Window {
            kernel,
            stride,
            padding,
        };
        let activation = [Activation::Relu6, Activation::None][at % 2];
        for shape in DEPTHWISE {
            found.push(depthwise(window, activation, shape, device).await);
        }
        for shape in CONVOLUTIONS {
            found.push(convolution(window, activation, shape, device).await);
        }
    }
    for shape in AVERAGES {
        let [batch, _, channels] = shape;
        let ours = kernels::average(values(shape, 14, device));
        let plain = values::<3>(shape, 14, &Device::flex()).mean_dim(1);
        let ours = kernels::reshape(ours, [batch, 1, channels]);
        found.push(compare(format!("average {shape:?}"), ours, plain).await);
    }
    found
}

async fn depthwise(
    window: Window,
    activation: Activation,
    shape: [usize; 4],
    device: &Device,
) -> KernelDifference {
    let channels = shape[3];
    let taps = window.kernel * window.kernel;
    let on = |device: &Device| {
        (
            values::<4>(shape, 11, device) * scale(taps),
            values([taps, channels], 12, device),
            values([channels], 13, device),
        )
    };
    let (input, weight, bias) = on(device);
    let ours = kernels::depthwise(input, weight, bias, window, activation);
    let (input, weight, bias) = on(&Device::flex());
    let plain = plain::depthwise(input, weight, bias, window, activation);
    let case = format!("depthwise {shape:?} {activation:?} {window:?}");
    compare(case, rows(ours), rows(plain)).await
}

async fn convolution(
    window: Window,
    activation: Activation,
    [batch, height, width, c_in, c_out]: [usize; 5],
    device: &Device,
) -> KernelDifference {
    let length = window.kernel * window.kernel * c_in;
    let on = |device: &Device| {
        (
            values::<4>([batch, height, width, c_in], 11, device) * scale(length),
            values([c_out, length], 12, device),
            values([c_out], 13, device),
        )
    };
    let (input, weight, bias) = on(device);
    let ours = kernels::convolution(input, weight, bias, window, activation);
    let (input, weight, bias) = on(&Device::flex());
    let plain = plain::convolution(input, weight, bias, window, activation);
    let case = format!(
        "convolution [{batch}, {height}, {width}, {c_in}] to {c_out} {activation:?} {window:?}"
    );
    compare(case, rows(ours), rows(plain)).await
}

/// What brings sums of so many products to where an activation has something to cut off, and something to leave.
fn scale(products: usize) -> f32 {
    12.0 / (products as f32).sqrt()
}

/// `[batch, height, width, channels]` as `[batch * height, width, channels]`.
fn rows(tensor: Tensor<4>) -> Tensor<3> {
    let [batch, height, width, channels] = tensor.dims();
    kernels::reshape(tensor, [batch * height, width, channels])
}
