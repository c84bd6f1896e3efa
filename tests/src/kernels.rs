//! The kernels of a device beside plain operations, over many shapes.

use burn::tensor::{Device, Tensor, TensorData};
use glimpse_kernels::{self as kernels, Activation, PackedWeight, Packing, Picks, Weight};
use half::f16;
use serde::{Deserialize, Serialize};

use crate::plain;

mod pictures;

/// How far a kernel is from the plain operations at one shape.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct KernelDifference {
    /// Which kernel, at which shape.
    pub case: String,
    /// The largest difference of two numbers.
    pub largest: f32,
    /// The largest number.
    pub scale: f32,
    /// What it may add to the difference that the CPU rounds what goes in to i16 of 15 bits.
    pub rounding: f32,
}

/// Rows, inputs and outputs of linear layers: tiny, odd, as CLIP has them.
const LINEAR: [[usize; 3]; 13] = [
    [1, 1, 1],
    [1, 3, 2],
    [2, 4, 5],
    [5, 6, 4],
    [7, 12, 33],
    [50, 64, 130],
    [49, 588, 96],
    [65, 192, 768],
    [200, 768, 192],
    [257, 68, 520],
    [300, 16, 96],
    [196, 240, 40],
    [49, 96, 144],
];
/// Rows, inputs and outputs of a linear layer with more tiles of rows than a side of a launch's grid has.
const TALL: [usize; 3] = [330_000, 2, 3];
/// What is computed at each of these shapes.
const OF_LINEAR: [&str; 9] = [
    "product",
    "linear",
    "QuickGELU",
    "GELU",
    "ReLU6",
    "residual",
    "repeated residual",
    "back",
    "rows",
];
/// Rows, inputs and outputs of linear layers with packed weights.
const PACKED: [[usize; 3]; 8] = [
    [1, 4, 1],
    [3, 12, 33],
    [5, 20, 6],
    [50, 64, 130],
    [77, 768, 192],
    [257, 68, 520],
    [300, 16, 96],
    [196, 240, 40],
];
/// What is computed at each of these shapes, in f16 and in i8.
const OF_PACKED: [&str; 4] = ["GELU", "ReLU6", "residual", "numbers"];
/// How many cases there are.
pub const CASES: usize = LINEAR.len() * OF_LINEAR.len()
    + 1
    + PACKED.len() * OF_PACKED.len() * 2
    + NORMS.len()
    + ATTENTIONS.len() * 2
    + pictures::CASES;
/// Rows and widths of layer norms.
const NORMS: [[usize; 2]; 6] = [[1, 1], [3, 7], [2, 32], [50, 192], [5, 513], [577, 64]];
/// Batches, tokens, heads and widths of heads.
const ATTENTIONS: [[usize; 4]; 7] = [
    [1, 1, 1, 1],
    [2, 3, 2, 3],
    [1, 9, 3, 16],
    [3, 50, 2, 64],
    [2, 77, 8, 8],
    [1, 65, 3, 32],
    [1, 577, 1, 64],
];

/// Runs every kernel at every shape on `device`, and the plain operations on the CPU.
pub async fn differences(device: &Device) -> Vec<KernelDifference> {
    let mut found = linear_layers(device).await;
    found.push(tall_layer(device).await);
    found.extend(packed_layers(device).await);
    found.extend(layer_norms(device).await);
    found.extend(attentions(device).await);
    found.extend(pictures::differences(device).await);
    found
}

async fn linear_layers(device: &Device) -> Vec<KernelDifference> {
    let mut found = Vec::new();
    for [rows, inputs, outputs] in LINEAR {
        let on = |device: &Device| {
            (
                values::<3>([2, rows, inputs], 1, device),
                values::<2>([outputs, inputs], 2, device),
                values::<1>([outputs], 3, device),
                values::<3>([2, rows, outputs], 4, device),
            )
        };
        let last = 2 * rows - 1;
        let ours = {
            let (input, weight, bias, residual) = on(device);
            let stored = Weight::new(weight.clone());
            let linear =
                |activation| kernels::linear(input.clone(), &stored, bias.clone(), activation);
            let repeated = {
                let first = Picks::new(&(0..rows).collect::<Vec<_>>(), device);
                kernels::rows(residual.clone(), &first)
            };
            let repeated = kernels::reshape(repeated, [1, rows, outputs]);
            [
                kernels::product(input.clone(), &stored),
                linear(Activation::None),
                linear(Activation::QuickGelu),
                linear(Activation::Gelu),
                linear(Activation::Relu6),
                kernels::linear_residual(input.clone(), &stored, bias.clone(), residual.clone()),
                kernels::product_residual(input.clone(), &stored, repeated),
                kernels::linear_vjp(residual, stored.numbers()),
                kernels::reshape(
                    kernels::rows(input.clone(), &Picks::new(&[last, 0], device)),
                    [2, 1, inputs],
                ),
            ]
        };
        let plain = {
            let (input, weight, bias, residual) = on(&Device::flex());
            let linear =
                |activation| plain::linear(input.clone(), weight.clone(), bias.clone(), activation);
            let repeated = residual.clone().narrow(0, 0, 1);
            [
                plain::product(input.clone(), weight.clone()),
                linear(Activation::None),
                linear(Activation::QuickGelu),
                linear(Activation::Gelu),
                linear(Activation::Relu6),
                plain::linear_residual(
                    input.clone(),
                    weight.clone(),
                    bias.clone(),
                    residual.clone(),
                ),
                plain::product(input.clone(), weight.clone()) + repeated,
                residual.matmul(weight.clone().unsqueeze()),
                Tensor::cat(
                    vec![
                        input.clone().slice([1..2, rows - 1..rows]),
                        input.clone().slice([0..1, 0..1]),
                    ],
                    0,
                ),
            ]
        };
        let sums = largest(&numbers(plain[1].clone()).await);
        for ((name, ours), plain) in OF_LINEAR.into_iter().zip(ours).zip(plain) {
            let case = format!("{name} [2, {rows}, {inputs}] to {outputs}");
            let difference = compare(case, ours, plain).await;
            found.push(KernelDifference {
                // What is cut off was off by as much as what is not.
                scale: difference
                    .scale
                    .max(if name == "ReLU6" { sums } else { 0.0 }),
                ..difference
            });
        }
    }
    found
}

async fn tall_layer(device: &Device) -> KernelDifference {
    let [rows, inputs, outputs] = TALL;
    let on = |device: &Device| {
        (
            values::<3>([1, rows, inputs], 1, device),
            values::<2>([outputs, inputs], 2, device),
        )
    };
    let (input, weight) = on(device);
    let ours = kernels::product(input, &Weight::new(weight));
    let (input, weight) = on(&Device::flex());
    let plain = plain::product(input, weight);
    compare(format!("product {TALL:?}"), ours, plain).await
}

/// A packed weight on a device, and the same numbers as f32 on the CPU.
fn packed_weight(
    [d_in, d_out]: [usize; 2],
    packing: Packing,
    device: &Device,
) -> (Weight, Tensor<2>) {
    let chances = chances(d_in * d_out, 2);
    let (bytes, scales, numbers): (Vec<u8>, Vec<f32>, Vec<f32>) = match packing {
        Packing::F16 => {
            // From 1 down to what a half has no exponent for, and to 0.
            let halves = chances
                .iter()
                .enumerate()
                .map(|(at, value)| f16::from_f32(value * [1.0, 1e-3, 1e-5, 1e-7, 0.0][at % 5]));
            let halves: Vec<f16> = halves.collect();
            (
                halves.iter().flat_map(|half| half.to_le_bytes()).collect(),
                vec![1.0; d_out],
                halves.iter().map(|half| half.to_f32()).collect(),
            )
        }
        Packing::I8 => {
            let scales: Vec<f32> = (0..d_out).map(|row| (row % 7) as f32 * 0.003).collect();
            // Every i8 there is: -128 to 127.
            let whole: Vec<i8> = chances
                .iter()
                .map(|value| (value * 127.9).floor() as i8)
                .collect();
            let number = |(at, whole): (usize, &i8)| f32::from(*whole) * scales[at / d_in];
            let numbers = whole.iter().enumerate().map(number).collect();
            let bytes = whole.iter().map(|&whole| whole as u8).collect();
            (bytes, scales, numbers)
        }
    };
    let words = bytes
        .as_chunks()
        .0
        .iter()
        .map(|&word| i32::from_le_bytes(word));
    let packed = PackedWeight::new(words.collect(), scales, packing, device);
    let numbers = Tensor::from_data(TensorData::new(numbers, [d_out, d_in]), &Device::flex());
    (Weight::Packed(packed), numbers)
}

/// Six standard deviations of what a sum of products is off by, where numbers up to 1 are rounded to steps of 1 / 32,767: the errors
/// are spread evenly over a step, so that their variance is a twelfth of its square.
async fn rounding(weight: &Tensor<2>, d_in: usize) -> f32 {
    let numbers = numbers(weight.clone().unsqueeze()).await;
    let squares = numbers
        .chunks_exact(d_in)
        .map(|row| row.iter().map(|weight| weight * weight).sum::<f32>());
    6.0 / 32_767.0 * (squares.fold(0.0, f32::max) / 12.0).sqrt()
}

async fn packed_layers(device: &Device) -> Vec<KernelDifference> {
    let mut found = Vec::new();
    for [rows, inputs, outputs] in PACKED {
        for packing in [Packing::F16, Packing::I8] {
            let on = |device: &Device| {
                (
                    values::<3>([2, rows, inputs], 1, device),
                    values::<1>([outputs], 3, device),
                    values::<3>([2, rows, outputs], 4, device),
                )
            };
            let (weight, numbers) = packed_weight([inputs, outputs], packing, device);
            let ours = {
                let (input, bias, residual) = on(device);
                [
                    kernels::linear(input.clone(), &weight, bias.clone(), Activation::Gelu),
                    kernels::linear(input.clone(), &weight, bias.clone(), Activation::Relu6),
                    kernels::linear_residual(input, &weight, bias, residual),
                    kernels::reshape(weight.numbers(), [1, outputs, inputs]),
                ]
            };
            let plain = {
                let (input, bias, residual) = on(&Device::flex());
                let weight = numbers.clone();
                let linear = |activation| {
                    plain::linear(input.clone(), weight.clone(), bias.clone(), activation)
                };
                [
                    linear(Activation::Gelu),
                    linear(Activation::Relu6),
                    plain::linear_residual(input.clone(), weight.clone(), bias.clone(), residual),
                    numbers.clone().unsqueeze(),
                ]
            };
            let rounding = match packing {
                Packing::F16 => 0.0,
                Packing::I8 => rounding(&numbers, inputs).await,
            };
            for ((name, ours), plain) in OF_PACKED.into_iter().zip(ours).zip(plain) {
                let case = format!("{name} {packing:?} [2, {rows}, {inputs}] to {outputs}");
                found.push(KernelDifference {
                    rounding: if name == "numbers" { 0.0 } else { rounding },
                    ..compare(case, ours, plain).await
                });
            }
        }
    }
    found
}

async fn layer_norms(device: &Device) -> Vec<KernelDifference> {
    let mut found = Vec::new();
    for [rows, width] in NORMS {
        let on = |device: &Device| {
            (
                values::<3>([1, rows, width], 5, device) * 3.0 + 2.0,
                values([width], 6, device),
                values([width], 7, device),
            )
        };
        let (input, weight, bias) = on(device);
        let ours = kernels::layer_norm(input, weight, bias, 1e-5);
        let (input, weight, bias) = on(&Device::flex());
        let plain = plain::layer_norm(input, weight, bias, 1e-5);
        found.push(compare(format!("layer norm [{rows}, {width}]"), ours, plain).await);
    }
    found
}

async fn attentions(device: &Device) -> Vec<KernelDifference> {
    let mut found = Vec::new();
    for [batch, tokens, heads, head_dim] in ATTENTIONS {
        for causal in [false, true] {
            let on = |device: &Device| {
                [(8, 4.0), (9, 1.0), (10, 1.0)].map(|(seed, scale)| {
                    values::<3>([batch, tokens, heads * head_dim], seed, device) * scale
                })
            };
            let [query, key, value] = on(device);
            let ours = kernels::attention(query, key, value, heads, causal);
            let [query, key, value] = on(&Device::flex());
            let plain = plain::attention(query, key, value, heads, causal);
            let case =
                format!("attention [{batch}, {tokens}, {heads} x {head_dim}], causal {causal}");
            found.push(compare(case, ours, plain).await);
        }
    }
    found
}

async fn compare(case: String, ours: Tensor<3>, plain: Tensor<3>) -> KernelDifference {
    assert_eq!(ours.dims(), plain.dims(), "{case}");
    let [ours, plain] = [numbers(ours).await, numbers(plain).await];
    let differences = ours.iter().zip(&plain).map(|(one, other)| {
        // Where one is no number, nothing is near enough.
        let difference = (one - other).abs();
        if difference.is_nan() {
            f32::INFINITY
        } else {
            difference
        }
    });
    KernelDifference {
        case,
        largest: differences.fold(0.0, f32::max),
        scale: largest(&plain),
        rounding: 0.0,
    }
}

/// The largest number, regardless of its sign.
fn largest(numbers: &[f32]) -> f32 {
    numbers
        .iter()
        .fold(0.0, |most, value| value.abs().max(most))
}

async fn numbers(tensor: Tensor<3>) -> Vec<f32> {
    let data = tensor.into_data_async().await.expect("a readable tensor");
    data.try_to_vec().expect("f32")
}

/// Numbers from -1 to 1 that look like chance and are the same everywhere.
fn values<const D: usize>(shape: [usize; D], seed: u32, device: &Device) -> Tensor<D> {
    let values = chances(shape.iter().product(), seed);
    Tensor::from_data(TensorData::new(values, shape), device)
}

fn chances(count: usize, seed: u32) -> Vec<f32> {
    let value = |at: u32| {
        let mixed = (at.wrapping_add(seed.wrapping_mul(0x9E37_79B9))).wrapping_mul(0x85EB_CA6B);
        let mixed = (mixed ^ (mixed >> 13)).wrapping_mul(0xC2B2_AE35);
        ((mixed ^ (mixed >> 16)) as f32) / (u32::MAX as f32) * 2.0 - 1.0
    };
    (0..count as u32).map(value).collect()
}
