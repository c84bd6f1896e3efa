//! Pillow's resize (`Resample.c`, `Geometry.c`) to the bit, computing only the part that survives a crop.

use std::f64::consts::PI;
use std::ops::Range;

use image::RgbImage;

/// Fraction bits of the fixed-point coefficients: 32 less 8 for the pixel and 2 for the overshoot of the filters.
const PRECISION_BITS: u32 = 32 - 8 - 2;

/// A resampling filter, under Pillow's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Filter {
    Nearest,
    Box,
    Bilinear,
    Hamming,
    Bicubic,
    Lanczos,
}

impl Filter {
    /// Half the width of the filter, in input pixels where nothing shrinks.
    fn support(self) -> f64 {
        match self {
            Self::Nearest | Self::Box => 0.5,
            Self::Bilinear | Self::Hamming => 1.0,
            Self::Bicubic => 2.0,
            Self::Lanczos => 3.0,
        }
    }

    /// The weight at distance `x`.
    fn weight(self, x: f64) -> f64 {
        match self {
            Self::Nearest | Self::Box => f64::from(x > -0.5 && x <= 0.5),
            Self::Bilinear => (1.0 - x.abs()).max(0.0),
            Self::Hamming => match x.abs() {
                0.0 => 1.0,
                x if x >= 1.0 => 0.0,
                x => sinc(x) * (0.54 + 0.46 * (x * PI).cos()),
            },
            Self::Bicubic => {
                const A: f64 = -0.5;
                let x = x.abs();
                if x < 1.0 {
                    ((A + 2.0) * x - (A + 3.0)) * x * x + 1.0
                } else if x < 2.0 {
                    (((x - 5.0) * x + 8.0) * x - 4.0) * A
                } else {
                    0.0
                }
            }
            Self::Lanczos if (-3.0..3.0).contains(&x) => sinc(x) * sinc(x / 3.0),
            Self::Lanczos => 0.0,
        }
    }
}

fn sinc(x: f64) -> f64 {
    if x == 0.0 {
        return 1.0;
    }
    let x = x * PI;
    x.sin() / x
}

/// The input pixels that one output pixel is made of, and their weights.
struct Taps {
    start: usize,
    weights: Vec<i32>,
}

/// The taps of the output pixels in `range` where `input` pixels become `output`.
fn taps(filter: Filter, input: usize, output: u64, range: Range<u64>) -> Vec<Taps> {
    let scale = input as f64 / output as f64;
    let filter_scale = scale.max(1.0);
    let support = filter.support() * filter_scale;
    let inverse = 1.0 / filter_scale;
    range
        .map(|at| {
            let center = (at as f64 + 0.5) * scale;
            let start = ((center - support + 0.5) as i64).max(0) as usize;
            let end = ((center + support + 0.5) as usize).min(input);
            let weight = |x: usize| filter.weight((x as f64 - center + 0.5) * inverse);
            let weights: Vec<f64> = (start..end).map(weight).collect();
            let sum: f64 = weights.iter().sum();
            let fixed = |weight: &f64| {
                let weight = if sum == 0.0 { *weight } else { *weight / sum };
                let scaled = weight * f64::from(1 << PRECISION_BITS);
                (if weight < 0.0 {
                    scaled - 0.5
                } else {
                    scaled + 0.5
                }) as i32
            };
            Taps {
                start,
                weights: weights.iter().map(fixed).collect(),
            }
        })
        .collect()
}

/// Resizes `image` to `size` (width, height) and returns columns `xs` of rows `ys` of the result as RGB bytes.
pub(crate) fn resize(
    image: &RgbImage,
    size: (u64, u64),
    filter: Filter,
    xs: Range<u64>,
    ys: Range<u64>,
) -> Vec<u8> {
    let (width, height) = (image.width() as usize, image.height() as usize);
    if filter == Filter::Nearest {
        return nearest(image, size, xs, ys);
    }
    let columns = taps(filter, width, size.0, xs);
    let rows = taps(filter, height, size.1, ys);
    let first = rows.iter().map(|taps| taps.start).min().unwrap_or(0);
    let last = rows
        .iter()
        .map(|taps| taps.start + taps.weights.len())
        .max()
        .unwrap_or(0);

    let stride = columns.len() * 3;
    let source = image.as_raw();
    let mut between = vec![0; stride * (last - first)];
    for (y, line) in between.chunks_exact_mut(stride.max(1)).enumerate() {
        let row = &source[(first + y) * width * 3..][..width * 3];
        for (pixel, taps) in line.as_chunks_mut::<3>().0.iter_mut().zip(&columns) {
            *pixel = horizontal(&row[taps.start * 3..], &taps.weights);
        }
    }

    let mut output = Vec::with_capacity(stride * rows.len());
    let mut sums = vec![0; stride];
    for taps in &rows {
        sums.fill(HALF);
        let lines = between[(taps.start - first) * stride..].chunks_exact(stride.max(1));
        for (weight, line) in taps.weights.iter().zip(lines) {
            for (sum, sample) in sums.iter_mut().zip(line) {
                *sum += i32::from(*sample) * weight;
            }
        }
        output.extend(sums.iter().map(|sum| clip(*sum)));
    }
    output
}

/// What makes the shift in [`clip`] round.
const HALF: i32 = 1 << (PRECISION_BITS - 1);

fn clip(sum: i32) -> u8 {
    (sum >> PRECISION_BITS).clamp(0, 255) as u8
}

/// One output pixel of the horizontal pass.
#[inline]
fn horizontal(row: &[u8], weights: &[i32]) -> [u8; 3] {
    let mut sums = [HALF; 3];
    for (pixel, weight) in row.as_chunks::<3>().0.iter().zip(weights) {
        for (sum, sample) in sums.iter_mut().zip(pixel) {
            *sum += i32::from(*sample) * weight;
        }
    }
    sums.map(clip)
}

/// Pillow's nearest neighbour (`ImagingScaleAffine`), whose positions are summed up, rounding errors and all.
fn nearest(image: &RgbImage, size: (u64, u64), xs: Range<u64>, ys: Range<u64>) -> Vec<u8> {
    let positions = |input: u32, output: u64, range: Range<u64>| {
        let step = f64::from(input) / output as f64;
        let mut position = step * 0.5;
        let mut picked = Vec::new();
        for at in 0..range.end {
            if range.contains(&at) {
                picked.push((position as u32).min(input - 1));
            }
            position += step;
        }
        picked
    };
    let columns = positions(image.width(), size.0, xs);
    let rows = positions(image.height(), size.1, ys);
    rows.iter()
        .flat_map(|y| columns.iter().flat_map(|x| image.get_pixel(*x, *y).0))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ramp(width: u32, height: u32) -> RgbImage {
        RgbImage::from_fn(width, height, |x, y| {
            image::Rgb([
                (x * 37 % 256) as u8,
                (y * 91 % 256) as u8,
                ((x * y) % 256) as u8,
            ])
        })
    }

    #[test]
    fn same_size_is_the_same_picture() {
        let image = ramp(7, 5);
        for filter in [
            Filter::Nearest,
            Filter::Bilinear,
            Filter::Bicubic,
            Filter::Lanczos,
        ] {
            assert_eq!(
                resize(&image, (7, 5), filter, 0..7, 0..5),
                *image.as_raw(),
                "{filter:?}"
            );
        }
    }

    #[test]
    fn a_part_equals_the_same_part_of_the_whole() {
        let image = ramp(50, 31);
        for filter in [
            Filter::Nearest,
            Filter::Box,
            Filter::Hamming,
            Filter::Bicubic,
        ] {
            let whole = resize(&image, (20, 12), filter, 0..20, 0..12);
            let part = resize(&image, (20, 12), filter, 4..11, 3..9);
            for (y, row) in part.chunks_exact(7 * 3).enumerate() {
                assert_eq!(
                    row,
                    &whole[((y + 3) * 20 + 4) * 3..][..7 * 3],
                    "{filter:?} row {y}"
                );
            }
        }
    }

    #[test]
    fn extreme_shapes_cost_only_what_is_kept() {
        let thin = ramp(10_000, 1);
        let part = resize(
            &thin,
            (2_240_000, 224),
            Filter::Bicubic,
            1_119_888..1_120_112,
            0..224,
        );
        assert_eq!(part.len(), 224 * 224 * 3);
    }
}
