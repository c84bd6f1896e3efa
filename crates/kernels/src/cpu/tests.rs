//! What the tests of the whole kernels cannot reach: every vector unit of this machine, and functions far from the usual numbers.

use burn::tensor::Shape;

use super::depthwise::{Depthwise, Rows as ChannelRows};
use super::functions::{Gelu, QuickGelu, each, layer_norm, softmax};
use super::int_gemm::{Quantised, int_gemm};
use super::lanes::Four;
use super::panel_products::PanelProduct;
use super::panels::pack_panels;
use super::products::{Product, Rows};
use super::slices;
#[cfg(target_arch = "x86_64")]
use super::unit::without_avx512;
use super::unit::{Unit, Work, on_best_unit};
use crate::{Activation, Padding, Window};

/// Runs it with four numbers at a time, without AVX-512, and on this machine's best unit.
fn on_every_unit(work: impl Work + Copy) {
    work.run::<Four>();
    #[cfg(target_arch = "x86_64")]
    without_avx512(work);
    on_best_unit(work);
}

#[derive(Clone, Copy)]
struct Products;

impl Work for Products {
    #[inline(always)]
    fn run<L: Unit>(self) {
        // Every tile at the edges, vectors that are not filled, more rows than stay in the cache at once.
        for [rows, columns, length] in [[1, 1, 1], [2, 5, 7], [4, 3, 9], [7, 8, 31], [300, 2, 768]]
        {
            let number = |at: usize| (at * 7919 % 31) as f32 - 15.0;
            let left: Vec<f32> = (0..rows * length).map(number).collect();
            let right: Vec<f32> = (0..columns * length).map(|at| number(at + 5)).collect();
            let of = |values, count| Rows {
                values,
                count,
                stride: length,
            };
            let mut out = vec![f32::NAN; rows * columns];
            let product = Product::new(
                of(&left, rows),
                of(&right, columns),
                length,
                &mut out,
                columns,
            );
            // SAFETY: the slices live, and `out` is used again only behind it.
            unsafe { product.compute::<L>() };
            for (at, found) in out.iter().enumerate() {
                let (left, right) = (
                    &left[at / columns * length..],
                    &right[at % columns * length..],
                );
                let sum: f32 = left.iter().zip(&right[..length]).map(|(a, b)| a * b).sum();
                // Integers: every order of the sum gives the same.
                assert_eq!(*found, sum, "[{rows}, {columns}, {length}] at {at}");
            }
        }
    }
}

#[test]
fn products_are_exact_for_whole_numbers() {
    on_every_unit(Products);
}

#[derive(Clone, Copy)]
struct PanelProducts;

impl Work for PanelProducts {
    #[inline(always)]
    fn run<L: Unit>(self) {
        // Tiles of every height and width, the last vector of a panel filled and not, more rows than a block has.
        for [columns, depth] in [[1, 1], [8, 7], [24, 64], [40, 3], [64, 5], [500, 200]] {
            for rows in (1..=11).chain([120]) {
                let number = |at: usize| (at * 7919 % 31) as f32 - 15.0;
                let input: Vec<f32> = (0..rows * depth).map(number).collect();
                let weight: Vec<f32> = (0..columns * depth).map(|at| number(at + 5)).collect();
                let packed =
                    pack_panels(slices::tensor(weight.clone(), Shape::new([columns, depth])));
                let bias: Vec<f32> = (0..columns).map(|at| number(at + 3)).collect();
                let residual: Vec<f32> = (0..rows * columns).map(|at| number(at + 7)).collect();
                let mut out = vec![f32::NAN; rows * columns + 1];
                let product = PanelProduct {
                    input: input.as_ptr(),
                    rows,
                    depth,
                    panels: packed.storage::<f32>().as_ptr(),
                    columns,
                    bias: bias.as_ptr(),
                    bounds: [-300.0, 700.0],
                    residual: residual.as_ptr(),
                    out: out.as_mut_ptr(),
                    stride: columns,
                };
                // SAFETY: the slices live, and `out` is used again only behind it.
                unsafe { product.compute::<L>() };
                assert!(out.pop().is_some_and(f32::is_nan), "written beyond the end");
                for (at, found) in out.iter().enumerate() {
                    let (row, column) = (at / columns, at % columns);
                    let inputs = &input[row * depth..][..depth];
                    let products = inputs.iter().zip(&weight[column * depth..]);
                    let sum: f32 = products.map(|(a, b)| a * b).sum();
                    let wanted = (sum + bias[column]).clamp(-300.0, 700.0) + residual[at];
                    assert_eq!(
                        *found, wanted,
                        "{rows} x {depth} to {columns}: [{row}, {column}]"
                    );
                }
            }
        }
    }
}

#[test]
fn products_with_panels_are_exact_for_whole_numbers() {
    on_every_unit(PanelProducts);
}

#[derive(Clone, Copy)]
struct Convolutions;

impl Work for Convolutions {
    #[inline(always)]
    fn run<L: Unit>(self) {
        // Fewer channels than a vector holds, as many, and more; columns for none, one and more outputs at a time.
        for channels in [1, 4, 9, 16, 85] {
            for (kernel, stride) in [(3, 1), (3, 2), (5, 1), (5, 2), (2, 3)] {
                for width in [1, 4, 8, 21] {
                    let window = Window {
                        kernel,
                        stride,
                        padding: Padding::Same,
                    };
                    convolutions::<L>(window, [3, width, channels]);
                }
            }
        }
    }
}

/// Compares those of two pictures with what arithmetic says, exactly.
#[inline(always)]
fn convolutions<L: Unit>(window: Window, [height, width, channels]: [usize; 3]) {
    let number = |at: usize| (at * 7919 % 31) as f32 - 15.0;
    let some = |count: usize, from: usize| (from..from + count).map(number).collect::<Vec<_>>();
    let input = some(2 * height * width * channels, 0);
    let weight = some(window.kernel * window.kernel * channels, 5);
    let bias = some(channels, 3);
    let cut = width == 8;
    let layer = Depthwise {
        input: &input,
        weight: &weight,
        bias: &bias,
        height,
        width,
        channels,
        down: window.along(height),
        across: window.along(width),
        window,
        activation: if cut {
            Activation::Relu6
        } else {
            Activation::None
        },
    };
    let (down, across) = (layer.down, layer.across);
    let rows = 2 * down.outputs;
    // SAFETY: all rows are all numbers.
    let output = unsafe {
        slices::written(rows * across.outputs * channels, |output| {
            let layer = &layer;
            let rows = 0..rows;
            ChannelRows {
                layer,
                rows,
                output,
            }
            .run::<L>();
        })
    };
    for (at, found) in output.iter().enumerate() {
        let (channel, place) = (at % channels, at / channels);
        let (row, column) = (place / across.outputs, place % across.outputs);
        let mut sum = bias[channel];
        for tap in 0..window.kernel * window.kernel {
            let y = row % down.outputs * window.stride + tap / window.kernel;
            let x = column * window.stride + tap % window.kernel;
            if (down.before..height + down.before).contains(&y)
                && (across.before..width + across.before).contains(&x)
            {
                let row = row / down.outputs * height + y - down.before;
                let place = row * width + x - across.before;
                sum += input[place * channels + channel] * weight[tap * channels + channel];
            }
        }
        let case = format!("{window:?} over {height} x {width} x {channels} at {at}");
        let wanted = if cut { sum.clamp(0.0, 6.0) } else { sum };
        assert_eq!(*found, wanted, "{case}");
    }
}

#[test]
fn convolutions_by_channel_are_exact_for_whole_numbers() {
    on_every_unit(Convolutions);
}

#[test]
fn a_weight_in_panels_counts_as_its_rows_do() {
    let rows: Vec<f32> = (0..40 * 35).map(|at| at as f32).collect();
    let packed = pack_panels(slices::tensor(rows.clone(), Shape::new([40, 35])));
    let flat = slices::contiguous(packed.clone());
    let flat = slices::numbers(&flat);
    assert_eq!(flat[..40 * 35], rows);
    assert!(flat[40 * 35..].iter().all(|&zero| zero == 0.0));
    assert_ne!(
        packed.storage::<f32>()[..40 * 35],
        rows,
        "it lies as it did"
    );
}

#[derive(Clone, Copy)]
struct WholeProducts;

impl Work for WholeProducts {
    #[inline(always)]
    fn run<L: Unit>(self) {
        for [rows, columns, width] in [[1, 1, 1], [2, 5, 7], [4, 3, 33], [7, 8, 40], [300, 2, 768]]
        {
            // The largest numbers that there are among them, with either sign.
            let left: Vec<i16> = (0..rows * width)
                .map(|at| [i16::MAX, -i16::MAX, 12_345, -1][at * 7919 % 31 % 4])
                .collect();
            let right: Vec<i8> = (0..columns * width)
                .map(|at| [i8::MIN, i8::MAX, 99, -1][at * 104_729 % 37 % 4])
                .collect();
            let mut out = vec![f32::NAN; rows * columns];
            int_gemm::<L>(&left, &right, rows, columns, &mut out);
            for (at, found) in out.iter().enumerate() {
                let left = &left[at / columns * width..][..width];
                let right = &right[at % columns * width..][..width];
                let products = left.iter().zip(right);
                let sum: i64 = products.map(|(&a, &b)| i64::from(a) * i64::from(b)).sum();
                let magnitude = 32_767.0 * 128.0 * width as f32;
                assert!(
                    (f64::from(*found) - sum as f64).abs() <= f64::from(magnitude * f32::EPSILON),
                    "[{rows}, {columns}, {width}] at {at}: {found}, not {sum}"
                );
            }
        }
    }
}

#[test]
fn products_of_whole_numbers_never_overflow() {
    on_every_unit(WholeProducts);
}

#[test]
fn rows_become_whole_numbers_of_their_own_scale() {
    let wide = Quantised::new(&[0.5; 4096], 1);
    assert_eq!(
        wide.values[0], 16_383,
        "sums of 1024 products have room for so much"
    );
    let found = Quantised::new(&[1.0, -1.0, 0.25, 0.0, 0.0, 0.0, 0.0, 0.0], 2);
    assert_eq!(found.values, [32_767, -32_767, 8192, 0, 0, 0, 0, 0]);
    assert_eq!(found.scales, [1.0 / 32_767.0, 0.0]);
    let lost = Quantised::new(&[1.0, f32::NAN, f32::INFINITY, 2.0], 2);
    assert!(
        lost.scales.iter().all(|scale| !scale.is_finite()),
        "{:?}",
        lost.scales
    );
}

#[derive(Clone, Copy)]
struct Activations;

impl Work for Activations {
    #[inline(always)]
    fn run<L: Unit>(self) {
        let xs: Vec<f32> = (-1999..=1999).map(|at| at as f32 * 0.01).collect();
        let mut quick = xs.clone();
        each::<L, QuickGelu>(&mut quick);
        let mut exact = xs.clone();
        each::<L, Gelu>(&mut exact);
        for ((x, quick), exact) in xs.iter().map(|&x| f64::from(x)).zip(quick).zip(exact) {
            // The exponent's own rounding, 1.702 * 20 * 2^-24, is all that may be lost.
            let wanted = x / (1.0 + (-1.702 * x).exp());
            let off = (f64::from(quick) - wanted).abs();
            assert!(
                off <= 1.5e-6 * wanted.abs().max(1e-3),
                "QuickGELU({x}): {quick}, not {wanted}"
            );
            let wanted = 0.5 * x * (1.0 + erf(x / 2.0_f64.sqrt()));
            let off = (f64::from(exact) - wanted).abs();
            assert!(
                off <= 3e-7 * wanted.abs().max(1.0),
                "GELU({x}): {exact}, not {wanted}"
            );
        }
        let mut ends = [-1e30, -200.0, 200.0, 1e30, f32::NAN];
        each::<L, QuickGelu>(&mut ends);
        assert!(ends[0].abs() <= 1e-6 && ends[1].abs() <= 1e-6, "{ends:?}");
        assert_eq!(ends[2..4], [200.0, 1e30]);
        assert!(ends[4].is_nan());
    }
}

/// The error function by its series, which converges everywhere and is exact enough up to 4; beyond, it is 1 or -1 to 1.5e-8.
fn erf(x: f64) -> f64 {
    if x.abs() > 4.0 {
        return x.signum();
    }
    let mut term = x;
    let mut sum = x;
    for n in 1..100 {
        term *= -x * x / f64::from(n);
        sum += term / f64::from(2 * n + 1);
    }
    sum * 2.0 / std::f64::consts::PI.sqrt()
}

#[test]
fn activations_are_those_of_f64() {
    on_every_unit(Activations);
}

#[derive(Clone, Copy)]
struct Rest;

impl Work for Rest {
    #[inline(always)]
    fn run<L: Unit>(self) {
        let mut row = [f32::MIN; 16];
        row[..7].copy_from_slice(&[1.0, 2.0, 3.0, f32::MIN, -1e4, 0.0, 80.0]);
        softmax::<L>(&mut row, 0.5);
        let sum: f64 = [1.0, 2.0, 3.0, 0.0, 80.0]
            .map(|x: f64| (0.5 * (x - 80.0)).exp())
            .iter()
            .sum();
        assert!(
            (f64::from(row[2]) - (-38.5_f64).exp() / sum).abs() <= 1e-22,
            "{row:?}"
        );
        assert!((row[6] - 1.0).abs() <= 1e-6, "{row:?}");
        assert!(row[3] < 1e-37 && row[4] < 1e-37, "{row:?}");

        let (input, weight, bias) = (
            [1.0, 2.0, 3.0, 6.0, 3.0],
            [1.0, 1.0, 2.0, 1.0, 1.0],
            [0.0, 0.0, 7.0, 0.0, 0.0],
        );
        let mut output = [0.0; 5];
        layer_norm::<L>(&input, &weight, &bias, 0.0, &mut output);
        // Mean 3, variance (4 + 1 + 0 + 9 + 0) / 5 = 2.8.
        let unit = 1.0 / 2.8_f32.sqrt();
        for (found, wanted) in output
            .iter()
            .zip([-2.0 * unit, -unit, 7.0, 3.0 * unit, 0.0])
        {
            assert!((found - wanted).abs() <= 1e-6, "{output:?}");
        }
    }
}

#[test]
fn softmax_and_layer_norm_are_those_of_arithmetic() {
    on_every_unit(Rest);
}
