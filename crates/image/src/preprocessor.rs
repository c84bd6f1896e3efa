//! What a checkpoint wants done to a picture before its image tower reads it: resize, centre crop, rescale, normalise.

use std::ops::Range;

use image::{Rgb, RgbImage};

use crate::resize::{Filter, resize};

/// The preprocessing that a checkpoint's configuration describes.
///
/// Read it with [`Preprocessor::from_preprocessor_config`] (Hugging Face) or
/// [`Preprocessor::from_open_clip_config`] (open_clip). The reference is Pillow: transformers' `CLIPImageProcessorPil`
/// (`use_fast=False` before version 5) and open_clip's own transforms. The torchvision backend that transformers 5 takes
/// by default resizes with other arithmetic.
#[derive(Clone, Debug, PartialEq)]
pub struct Preprocessor {
    pub(crate) resize: Resize,
    pub(crate) filter: Filter,
    /// Height and width in pixels.
    pub(crate) crop: (u32, u32),
    pub(crate) rounding: Rounding,
    /// The grey value of what the crop has beyond the picture.
    pub(crate) fill: u8,
    /// By channel and byte: the value that the model sees.
    pub(crate) values: Box<[[f32; 256]; 3]>,
}

/// To what size the picture is brought before the crop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Resize {
    /// Not at all.
    Keep,
    /// The shorter edge to this many pixels, the longer one in proportion, rounded down.
    Shortest(u32),
    /// Exactly to height and width, whatever happens to the proportions.
    Exact(u32, u32),
    /// In proportion until the picture just covers height and width, rounded to the nearest.
    Cover(u32, u32),
    /// In proportion until the picture just fits into height and width, rounded to the nearest.
    Fit(u32, u32),
}

/// Where the middle is when the margin is odd.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rounding {
    /// Cut: half rounded down. Pad: the larger half first (transformers).
    HuggingFace,
    /// Cut: half rounded to even. Pad: the smaller half first (torchvision).
    Torchvision,
}

/// `pixel_values`: what the image tower reads.
#[derive(Clone, Debug, PartialEq)]
pub struct PixelValues {
    /// `[1, 3, height, width]`, row-major: all of red, then green, then blue.
    pub data: Vec<f32>,
    /// Height in pixels.
    pub height: usize,
    /// Width in pixels.
    pub width: usize,
}

impl Preprocessor {
    /// Height and width of [`PixelValues`], in pixels.
    pub fn crop_size(&self) -> (u32, u32) {
        self.crop
    }

    /// The picture as the model sees it.
    ///
    /// # Shapes
    /// `image` may have any size; the result is `[1, 3, height, width]` with [`Preprocessor::crop_size`].
    pub fn pixel_values(&self, image: &RgbImage) -> PixelValues {
        self.normalised(&self.cropped(image))
    }

    /// A picture that was resized and cropped before ([`Preprocessor::cropped`]), rescaled and normalised alone: resizing it again
    /// would change it where a checkpoint resizes to more than it crops to.
    ///
    /// # Shapes
    /// `[1, 3, height, width]` of the picture itself.
    pub fn normalised(&self, rgb: &RgbImage) -> PixelValues {
        let (height, width) = (rgb.height() as usize, rgb.width() as usize);
        let mut data = Vec::with_capacity(3 * height * width);
        for (channel, values) in self.values.iter().enumerate() {
            let bytes = rgb.as_raw()[channel..].iter().step_by(3);
            data.extend(bytes.map(|byte| values[usize::from(*byte)]));
        }
        PixelValues {
            data,
            height,
            width,
        }
    }

    /// The picture after resize and centre crop, before its values are rescaled and normalised: what the model sees, for
    /// people to look at. It has [`Preprocessor::crop_size`], whatever size `image` has.
    pub fn cropped(&self, image: &RgbImage) -> RgbImage {
        let (height, width) = self.crop;
        let mut cropped = RgbImage::from_pixel(width, height, Rgb([self.fill; 3]));
        if image.width() == 0 || image.height() == 0 {
            return cropped;
        }
        let size = self.resize.target(image.width(), image.height());
        let (xs, left) = self.rounding.crop(size.0, u64::from(width));
        let (ys, top) = self.rounding.crop(size.1, u64::from(height));
        let kept = (xs.end - xs.start) as usize * 3;
        let rgb = resize(image, size, self.filter, xs, ys);
        let rows = cropped.chunks_exact_mut(width as usize * 3).skip(top);
        for (row, line) in rows.zip(rgb.chunks_exact(kept)) {
            row[left * 3..][..kept].copy_from_slice(line);
        }
        cropped
    }
}

impl Resize {
    /// Width and height after the resize of a picture of `width` x `height`; never 0.
    fn target(self, width: u32, height: u32) -> (u64, u64) {
        let (width, height) = (u64::from(width), u64::from(height));
        let in_proportion = |ratio: f64| {
            let scaled = |edge: u64| ((edge as f64 / ratio).round_ties_even() as u64).max(1);
            (scaled(width), scaled(height))
        };
        let ratios = |target_height: u32, target_width: u32| {
            (
                height as f64 / f64::from(target_height),
                width as f64 / f64::from(target_width),
            )
        };
        match self {
            Self::Keep => (width, height),
            Self::Exact(target_height, target_width) => {
                (u64::from(target_width), u64::from(target_height))
            }
            Self::Shortest(edge) => {
                let edge = u64::from(edge);
                let long = |long: u64, short: u64| ((edge * long) as f64 / short as f64) as u64;
                if width <= height {
                    (edge, long(height, width))
                } else {
                    (long(width, height), edge)
                }
            }
            Self::Cover(target_height, target_width) => {
                let (down, across) = ratios(target_height, target_width);
                in_proportion(down.min(across))
            }
            Self::Fit(target_height, target_width) => {
                let (down, across) = ratios(target_height, target_width);
                in_proportion(down.max(across))
            }
        }
    }
}

impl Rounding {
    /// Which part of an edge of `size` pixels a centre crop of `crop` keeps, and where in the crop it goes.
    fn crop(self, size: u64, crop: u64) -> (Range<u64>, usize) {
        if size >= crop {
            let margin = size - crop;
            let start = match self {
                Self::Torchvision if margin % 4 == 3 => margin / 2 + 1,
                _ => margin / 2,
            };
            (start..start + crop, 0)
        } else {
            let margin = crop - size;
            let before = match self {
                Self::HuggingFace => margin.div_ceil(2),
                Self::Torchvision => margin / 2,
            };
            (0..size, before as usize)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_those_of_the_references() {
        assert_eq!(Resize::Shortest(224).target(640, 480), (298, 224));
        assert_eq!(Resize::Shortest(224).target(480, 640), (224, 298));
        assert_eq!(
            Resize::Shortest(224).target(100_000_000, 1),
            (22_400_000_000, 224)
        );
        assert_eq!(Resize::Fit(224, 224).target(640, 480), (224, 168));
        assert_eq!(Resize::Fit(224, 224).target(1000, 1), (224, 1));
        assert_eq!(Resize::Cover(100, 200).target(640, 480), (200, 150));
    }

    #[test]
    fn odd_margins_are_rounded_as_the_references_do() {
        let start = |rounding: Rounding, size: u64, crop: u64| {
            let (range, before) = rounding.crop(size, crop);
            (range.start, before)
        };
        // round(1.5) == 2, round(2.5) == 2, round(0.5) == 0 in Python.
        assert_eq!(start(Rounding::Torchvision, 227, 224), (2, 0));
        assert_eq!(start(Rounding::Torchvision, 229, 224), (2, 0));
        assert_eq!(start(Rounding::Torchvision, 225, 224), (0, 0));
        assert_eq!(start(Rounding::HuggingFace, 227, 224), (1, 0));
        assert_eq!(start(Rounding::HuggingFace, 221, 224), (0, 2));
        assert_eq!(start(Rounding::Torchvision, 221, 224), (0, 1));
    }
}
