//! One row of a TIFF's samples to RGB, as Pillow's unpackers and `convert("RGB")` do it together.

use super::layout::{Alpha, Layout, Model, Number};
use super::tags::Order;
use super::ycbcr::rgb_of;
use crate::jpeg::cmyk;
use crate::png::clip16;
use crate::transparency::Transparency;

/// 256 colours.
pub(super) type Palette = [[u8; 3]; 256];

/// How a row becomes RGB.
pub(super) struct Samples<'a> {
    pub(super) layout: &'a Layout,
    pub(super) palette: Option<&'a Palette>,
    pub(super) transparency: Transparency,
}

impl Samples<'_> {
    /// Converts the pixels of an interleaved row; `rgb` has as many as are wanted.
    pub(super) fn convert(&self, row: &[u8], rgb: &mut [u8]) {
        let samples = self.layout.samples;
        if self.layout.model == Model::Rgb
            && (samples, self.layout.bits) == (3, 8)
            && !self.layout.reversed_here()
        {
            rgb.copy_from_slice(&row[..rgb.len()]);
            return;
        }
        for (x, pixel) in rgb.as_chunks_mut::<3>().0.iter_mut().enumerate() {
            let at = x * samples;
            *pixel = match self.layout.model {
                Model::Grey | Model::Palette => {
                    let color = self.single(row, at);
                    match samples {
                        2 if self.layout.alpha != Alpha::None => {
                            self.transparency.apply(color, row[at + 1])
                        }
                        _ => color,
                    }
                }
                Model::Rgb | Model::YCbCr => {
                    let color = [0, 1, 2].map(|channel| self.byte(row, at + channel));
                    match self.layout.alpha {
                        Alpha::None => color,
                        _ => self.with_alpha(color, self.byte(row, at + 3)),
                    }
                }
                Model::Cmyk => {
                    let inks = [0, 1, 2].map(|channel| self.byte(row, at + channel));
                    cmyk(inks, self.byte(row, at + 3))
                }
            };
        }
    }

    /// Puts one row of a plane of its own into pixels that hold what the planes before it said.
    pub(super) fn convert_plane(&self, plane: usize, row: &[u8], rgb: &mut [u8]) {
        for (x, pixel) in rgb.as_chunks_mut::<3>().0.iter_mut().enumerate() {
            match (self.layout.model, plane) {
                (Model::Grey | Model::Palette, 0) => *pixel = self.single(row, x),
                (Model::Grey | Model::Palette, _) => {
                    // Pillow puts this plane where it does not look for alpha, which stays 0.
                    *pixel = self.transparency.apply(*pixel, 0);
                }
                (Model::YCbCr, 2) => *pixel = rgb_of(pixel[0], pixel[1], self.byte(row, x)),
                (_, 0..=2) => pixel[plane] = self.byte(row, x),
                (Model::Cmyk, _) => *pixel = cmyk(*pixel, self.byte(row, x)),
                (_, _) => *pixel = self.with_alpha(*pixel, self.byte(row, x)),
            }
        }
    }

    fn with_alpha(&self, color: [u8; 3], alpha: u8) -> [u8; 3] {
        let color = match (self.layout.alpha, alpha) {
            (Alpha::Associated, 0) => [0; 3],
            (Alpha::Associated, 1..=254) => {
                color.map(|value| (u32::from(value) * 255 / u32::from(alpha)).min(255) as u8)
            }
            _ => color,
        };
        self.transparency.apply(color, alpha)
    }

    /// A sample of 8 bits, or the high byte of one of 16.
    fn byte(&self, row: &[u8], index: usize) -> u8 {
        let layout = self.layout;
        let byte = match (layout.bits, layout.order_of_numbers()) {
            (16, Order::Little) => row[index * 2 + 1],
            (16, Order::Big) => row[index * 2],
            _ => row[index],
        };
        if layout.reversed_here() {
            byte.reverse_bits()
        } else {
            byte
        }
    }

    /// The colour of a grey sample or of an index.
    fn single(&self, row: &[u8], index: usize) -> [u8; 3] {
        let value = match (self.layout.bits, self.layout.number) {
            (bits @ (1 | 2 | 4), _) => {
                let byte = row[index * bits / 8];
                let byte = if self.layout.reversed_here() {
                    byte.reverse_bits()
                } else {
                    byte
                };
                let few = byte >> (8 - bits - index * bits % 8) & ((1 << bits) - 1);
                match self.palette {
                    Some(_) => few,
                    None => few * (255 / ((1 << bits) - 1)),
                }
            }
            (8, _) => self.byte(row, index),
            (12, _) => {
                let at = index / 2 * 3;
                let pair = |at: usize| u16::from(row[at]) << 8 | u16::from(row[at + 1]);
                clip16(if index.is_multiple_of(2) {
                    pair(at) >> 4
                } else {
                    pair(at + 1) & 0xfff
                })
            }
            (16, Number::Unsigned) => clip16(self.word(row, index)),
            (16, _) => clip(f64::from(self.word(row, index).cast_signed())),
            (_, Number::Float) => clip(f64::from(f32::from_bits(self.long(row, index)))),
            (_, _) => clip(f64::from(self.long(row, index).cast_signed())),
        };
        match self.palette {
            Some(palette) => palette[usize::from(value)],
            None if self.layout.inverted => [!value; 3],
            None => [value; 3],
        }
    }

    fn word(&self, row: &[u8], index: usize) -> u16 {
        let bytes = [row[index * 2], row[index * 2 + 1]];
        self.layout
            .order_of_numbers()
            .u16(if self.layout.reversed_here() {
                bytes.map(u8::reverse_bits)
            } else {
                bytes
            })
    }

    fn long(&self, row: &[u8], index: usize) -> u32 {
        let at = index * 4;
        self.layout
            .order_of_numbers()
            .u32([row[at], row[at + 1], row[at + 2], row[at + 3]])
    }
}

/// Pillow's way from `I` and `F` to 8 bits; what is no number is black.
fn clip(value: f64) -> u8 {
    value.clamp(0.0, 255.0) as u8
}
