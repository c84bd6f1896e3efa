//! What a TIFF's samples mean: the table of Pillow's `TiffImagePlugin.OPEN_INFO` as rules.

use super::tags::{Directory, Order};
use super::{corrupt, tag, unsupported};
use crate::error::DecodeError;

/// The `Compression` values that have a rule of their own here.
pub(super) const RAW: u64 = 1;
pub(super) const OLD_JPEG: u64 = 6;
pub(super) const JPEG: u64 = 7;

/// What the colour samples of a pixel are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Model {
    Grey,
    Palette,
    Rgb,
    Cmyk,
    YCbCr,
}

/// What the first extra sample is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Alpha {
    None,
    Straight,
    /// The colours are multiplied by it.
    Associated,
}

/// What kind of number a sample is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Number {
    Unsigned,
    Signed,
    Float,
}

/// How the samples of a picture are stored.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    pub(super) model: Model,
    pub(super) alpha: Alpha,
    pub(super) number: Number,
    /// Bits of a sample.
    pub(super) bits: usize,
    /// Samples of a pixel that are stored, extra ones included.
    pub(super) samples: usize,
    /// Whether 0 is white.
    pub(super) inverted: bool,
    /// Whether the bits of every byte are in the other order.
    pub(super) reversed: bool,
    /// Whether each sample of the pixels has strips or tiles of its own.
    pub(super) planar: bool,
    pub(super) order: Order,
    pub(super) compression: u64,
}

impl Layout {
    /// Number of colour samples, without extra ones.
    pub(super) fn colors(&self) -> usize {
        match self.model {
            Model::Grey | Model::Palette => 1,
            Model::Rgb | Model::YCbCr => 3,
            Model::Cmyk => 4,
        }
    }

    /// Planes that Pillow reads: as many as its mode has bands.
    pub(super) fn planes_read(&self) -> usize {
        match (self.planar, self.alpha) {
            (false, _) => 1,
            (true, Alpha::None) => self.colors(),
            (true, _) => self.colors() + 1,
        }
    }

    /// Whether the bits have to be turned when a sample is read: libtiff has turned those of compressed ones.
    pub(super) fn reversed_here(&self) -> bool {
        self.reversed && self.compression == RAW
    }

    /// The order in which Pillow reads numbers. libtiff hands them over in the machine's order; Pillow reads these, where
    /// they were compressed, as if they were still in the file's.
    pub(super) fn order_of_numbers(&self) -> Order {
        let misread = self.bits == 32 || (self.bits == 16 && self.number == Number::Signed);
        if misread && self.compression != RAW {
            Order::Little
        } else {
            self.order
        }
    }

    /// Reads the tags as `TiffImageFile._setup` does.
    pub(super) fn read(directory: &Directory<'_>) -> Result<Self, DecodeError> {
        let compression = directory.number(tag::COMPRESSION).unwrap_or(RAW);
        let photometric = match compression {
            OLD_JPEG => 6,
            _ => directory.number(tag::PHOTOMETRIC).unwrap_or(0),
        };
        let planar = directory.number(tag::PLANAR).unwrap_or(1) == 2;
        let fill = directory.number(tag::FILL_ORDER).unwrap_or(1);
        let mut extra = directory.numbers(tag::EXTRA_SAMPLES).unwrap_or_default();
        let mut bits = directory.numbers(tag::BITS).unwrap_or_else(|| vec![1]);
        let old_color = compression == OLD_JPEG && matches!(photometric, 2 | 6);
        let default_samples = if old_color { 3 } else { 1 };
        let mut samples = directory.number(tag::SAMPLES).unwrap_or(default_samples) as usize;
        if planar && extra.iter().max() == Some(&0) {
            bits.truncate(bits.len().saturating_sub(extra.len()));
            samples = samples.saturating_sub(extra.len());
            extra.clear();
        }
        if bits.len() > samples {
            bits.truncate(samples);
        } else if bits.len() == 1 && samples <= 6 {
            bits.resize(samples, bits[0]);
        }
        let uniform = bits.iter().all(|other| Some(other) == bits.first());
        if bits.len() != samples || samples == 0 || !uniform {
            return Err(unsupported("samples of different depths"));
        }
        let formats = directory
            .numbers(tag::SAMPLE_FORMAT)
            .unwrap_or_else(|| vec![1]);
        let number = match formats.as_slice() {
            [first, rest @ ..] if rest.iter().all(|format| format == first) => match first {
                1 => Number::Unsigned,
                2 => Number::Signed,
                3 => Number::Float,
                _ => return Err(unsupported("samples of an unknown kind of number")),
            },
            _ => return Err(unsupported("samples of different kinds of numbers")),
        };
        let mut layout = Self {
            model: match photometric {
                0 | 1 => Model::Grey,
                2 => Model::Rgb,
                3 => Model::Palette,
                5 => Model::Cmyk,
                6 if samples == 1 => Model::Grey,
                6 => Model::YCbCr,
                8 => return Err(unsupported("the CIELab colour space")),
                other => return Err(unsupported(&format!("the colour space {other}"))),
            },
            alpha: match extra.first() {
                Some(0) => Alpha::None,
                Some(1) => Alpha::Associated,
                Some(_) => Alpha::Straight,
                // Four samples of which the last is not explained are taken for transparency; in planes and through
                // libtiff for one that the colours are multiplied by.
                None if photometric == 2 && samples == 4 && planar && compression != RAW => {
                    Alpha::Associated
                }
                None if photometric == 2 && samples == 4 => Alpha::Straight,
                None => Alpha::None,
            },
            number,
            bits: bits[0] as usize,
            samples,
            // Pillow does not invert what is deeper.
            inverted: photometric == 0 && bits[0] <= 8,
            reversed: fill == 2,
            planar: planar && samples > 1,
            order: directory.order,
            compression,
        };
        layout.check(photometric, fill, &extra)?;
        if compression == RAW {
            layout.as_pillow_reads_raw(&extra)?;
        }
        Ok(layout)
    }

    /// What is not compressed Pillow reads without libtiff, and some of it by other rules.
    fn as_pillow_reads_raw(&mut self, extra: &[u64]) -> Result<(), DecodeError> {
        if self.model == Model::YCbCr {
            // As RGB, with a byte beyond each pixel that is not in planes.
            self.model = Model::Rgb;
            self.samples = if self.planar { 3 } else { 4 };
        }
        if self.planar {
            if self.colors() == 1 || self.alpha == Alpha::Associated || extra.len() > 1 {
                return Err(unsupported("these extra samples in planes, not compressed"));
            }
            // Samples of 16 bits are read as if they had 8.
            self.bits = 8;
        }
        let turned = self.reversed
            && match self.model {
                Model::Palette => self.bits < 8,
                Model::Grey => self.bits == 8 && self.inverted,
                _ => false,
            };
        if turned {
            return Err(unsupported("this order of bits, not compressed"));
        }
        Ok(())
    }

    /// Refuses what is not in Pillow's table.
    fn check(&self, photometric: u64, fill: u64, extra: &[u64]) -> Result<(), DecodeError> {
        let (big, reversed) = (self.order == Order::Big, fill == 2);
        let black = photometric == 1;
        let plain = self.number == Number::Unsigned;
        let deep_pair = extra.is_empty() || matches!(extra, [0..=2]);
        let known = match (self.model, self.samples, self.bits, self.number) {
            _ if !matches!(fill, 1 | 2) => false,
            (Model::Grey, 1, 1 | 2 | 4, Number::Unsigned) => extra.is_empty() && photometric != 6,
            (Model::Grey, 1, 8, Number::Unsigned) => {
                extra.is_empty() && !(photometric == 6 && reversed)
            }
            (Model::Grey, 1, 8, Number::Signed) => extra.is_empty() && black && !reversed,
            (Model::Grey, 1, 12, Number::Unsigned) => {
                extra.is_empty() && black && !big && !reversed
            }
            (Model::Grey, 1, 16, Number::Unsigned) => {
                extra.is_empty()
                    && photometric != 6
                    && if big {
                        black && !reversed
                    } else {
                        black || !reversed
                    }
            }
            (Model::Grey, 1, 16 | 32, Number::Signed) => extra.is_empty() && black && !reversed,
            (Model::Grey, 1, 32, Number::Unsigned) => {
                extra.is_empty() && black && !big && !reversed
            }
            (Model::Grey, 1, 32, Number::Float) => {
                extra.is_empty() && photometric != 6 && !reversed
            }
            (Model::Grey, 2, 8, _) => plain && black && extra == [2] && !reversed,
            (Model::Palette, 1, 1 | 2 | 4 | 8, _) => plain && extra.is_empty(),
            (Model::Palette, 2, 8, _) => plain && matches!(extra, [0 | 2]) && !reversed,
            (Model::Rgb, 3, 8, _) => plain && extra.is_empty(),
            (Model::Rgb, 3, 16, _) => plain && extra.is_empty() && !reversed,
            (Model::Rgb, 4, 8, _) => plain && (deep_pair || extra == [999]) && !reversed,
            (Model::Rgb, 4, 16, _) => plain && deep_pair && !reversed,
            (Model::Rgb, 5 | 6, 8, _) => {
                let rest_unspecified = extra.iter().skip(1).all(|kind| *kind == 0);
                plain
                    && extra.len() == self.samples - 3
                    && extra[0] <= 2
                    && rest_unspecified
                    && !reversed
            }
            (Model::Cmyk, 4..=6, 8, _) => {
                let unspecified = extra.iter().all(|kind| *kind == 0);
                plain && extra.len() == self.samples - 4 && unspecified && !reversed
            }
            (Model::Cmyk, 4, 16, _) => plain && extra.is_empty() && !reversed,
            (Model::YCbCr, 3, 8, _) => plain && extra.is_empty() && !reversed,
            _ => false,
        };
        if known {
            return Ok(());
        }
        if self.bits == 0 || self.bits > 64 {
            return Err(corrupt("a sample has an impossible number of bits"));
        }
        Err(unsupported(&format!(
            "{} samples of {} bits ({:?}, {} of them extra) as {:?}",
            self.samples,
            self.bits,
            self.number,
            extra.len(),
            self.model
        )))
    }
}
