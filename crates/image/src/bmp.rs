//! BMP to RGB as Pillow reads it: headers of every age, palettes, bit fields and run lengths.
//!
//! The `image` crate (0.25.10) paints black what a run-length file skips, where Pillow paints colour 0, and parts with
//! Pillow over bit fields and palettes; the format is small, so it is read here. Icons hold the same bitmaps.

use image::RgbImage;

use crate::bmp_rows::{Colors, Rows};
use crate::canvas::Canvas;
use crate::error::DecodeError;
use crate::orientation::Orientation;
use crate::size::check_size;
use crate::transparency::Transparency;

/// The length of the file's header, in front of the bitmap's.
const FILE_HEADER: usize = 14;

/// Decodes a BMP file.
pub(crate) fn decode(bytes: &[u8], transparency: Transparency) -> Result<RgbImage, DecodeError> {
    let offset = u32_at(bytes, 10).ok_or(TRUNCATED)? as usize;
    let bitmap = Bitmap::read(bytes, FILE_HEADER, offset)?;
    bitmap.rows(bytes).check(bitmap.height as usize)?;
    let mut canvas = Canvas::new("BMP", bitmap.width, bitmap.height, Orientation::Upright)?;
    let mut rgb = vec![0; bitmap.width as usize * 3];
    bitmap.rows(bytes).read(bitmap.height as usize, |y, row| {
        for (rgb, [red, green, blue, alpha]) in rgb.as_chunks_mut::<3>().0.iter_mut().zip(row) {
            *rgb = transparency.apply([*red, *green, *blue], *alpha);
        }
        canvas.put_row(y, &rgb);
    })?;
    Ok(canvas.finish())
}

/// How the pixels are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Storage {
    Plain,
    /// Run lengths; pairs of pixels where `four` is set.
    Runs {
        four: bool,
    },
}

/// What a bitmap's header and palette say.
pub(crate) struct Bitmap {
    pub(crate) width: u32,
    /// In an icon, twice that of its picture.
    pub(crate) height: u32,
    pub(crate) bits: usize,
    top_down: bool,
    colors: Colors,
    storage: Storage,
    /// Where the pixels start in the file.
    pub(crate) pixels: usize,
}

/// The fields of a bitmap's header.
struct Header {
    size: usize,
    width: u32,
    height: u32,
    top_down: bool,
    bits: usize,
    compression: u32,
    colors: usize,
    /// Bytes of a colour in the palette.
    padding: usize,
}

impl Bitmap {
    /// Reads the header at `at`. `offset` is where the file says that the pixels start, or 0.
    pub(crate) fn read(bytes: &[u8], at: usize, mut offset: usize) -> Result<Self, DecodeError> {
        let header = Header::read(bytes, at)?;
        check_size("BMP", u64::from(header.width), u64::from(header.height))?;
        let mut position = at + header.size;
        if offset == FILE_HEADER + header.size && header.bits <= 8 {
            // Some writers forget the palette when they say where the pixels start.
            offset = offset.saturating_add(header.padding.saturating_mul(header.colors));
        }
        let (storage, colors) = match (header.compression, header.bits) {
            (0, 1 | 4 | 8) => (Storage::Plain, None),
            (0, 16) => (Storage::Plain, Some(Colors::five_bits())),
            (0, 24) => (Storage::Plain, Some(Colors::bytes([2, 1, 0], None))),
            (0, 32) => (Storage::Plain, Some(Colors::bytes([2, 1, 0], None))),
            (1, 1 | 4 | 8) => (Storage::Runs { four: false }, None),
            (2, 1 | 4 | 8) => (Storage::Runs { four: true }, None),
            (3, 16 | 24 | 32) => {
                let masks = header.masks(bytes, at, &mut position).ok_or(TRUNCATED)?;
                (Storage::Plain, Some(fields(header.bits, masks)?))
            }
            (other, bits) => {
                return Err(unsupported(&format!(
                    "compression {other} with {bits} bits a pixel"
                )));
            }
        };
        let colors = match colors {
            Some(colors) => colors,
            None => palette(bytes, &header, &mut position, storage)?,
        };
        Ok(Self {
            width: header.width,
            height: header.height,
            bits: header.bits,
            top_down: header.top_down,
            colors,
            storage,
            pixels: if offset == 0 { position } else { offset },
        })
    }

    /// The rows of the file that this was read from.
    pub(crate) fn rows<'a>(&'a self, bytes: &'a [u8]) -> Rows<'a> {
        Rows {
            bytes,
            at: self.pixels,
            width: self.width as usize,
            bits: self.bits,
            top_down: self.top_down,
            colors: &self.colors,
            storage: self.storage,
        }
    }

    /// Every fourth byte of a pixel becomes its transparency, as cursors have it.
    pub(crate) fn take_fourth_byte_for_alpha(&mut self) {
        if self.bits == 32 && self.colors == Colors::bytes([2, 1, 0], None) {
            self.colors = Colors::bytes([2, 1, 0], Some(3));
        }
    }
}

impl Header {
    fn read(bytes: &[u8], at: usize) -> Result<Self, DecodeError> {
        let size = u32_at(bytes, at).ok_or(TRUNCATED)? as usize;
        if !matches!(size, 12 | 40 | 52 | 56 | 64 | 108 | 124) {
            return Err(unsupported(&format!("a header of {size} bytes")));
        }
        let end = at.checked_add(size).ok_or(TRUNCATED)?;
        let header = bytes.get(at..end).ok_or(TRUNCATED)?;
        let u16_at = |at: usize| u16::from_le_bytes([header[at], header[at + 1]]);
        let long = |at: usize| u32_at(header, at).unwrap_or(0);
        let mut found = if size == 12 {
            Self {
                size,
                width: u32::from(u16_at(4)),
                height: u32::from(u16_at(6)),
                top_down: false,
                bits: usize::from(u16_at(10)),
                compression: 0,
                colors: 0,
                padding: 3,
            }
        } else {
            let top_down = header[11] == 0xff;
            let height = long(8);
            Self {
                size,
                width: long(4),
                height: if top_down {
                    height.wrapping_neg()
                } else {
                    height
                },
                top_down,
                bits: usize::from(u16_at(14)),
                compression: long(16),
                colors: long(32) as usize,
                padding: 4,
            }
        };
        if !matches!(found.bits, 1 | 4 | 8 | 16 | 24 | 32) {
            return Err(unsupported(&format!("{} bits a pixel", found.bits)));
        }
        if found.colors == 0 && found.bits <= 8 {
            found.colors = 1 << found.bits;
        }
        Ok(found)
    }

    /// The masks of red, green, blue and alpha, in the header or, where that is too short, behind it.
    fn masks(&self, bytes: &[u8], at: usize, position: &mut usize) -> Option<[u32; 4]> {
        let start = at + 40;
        let mask = |index: usize| u32_at(bytes, start + 4 * index);
        let alpha = if self.size >= 56 { mask(3)? } else { 0 };
        if self.size < 52 {
            *position += 12;
        }
        Some([mask(0)?, mask(1)?, mask(2)?, alpha])
    }
}

/// The layouts of bit fields that Pillow knows.
fn fields(bits: usize, masks: [u32; 4]) -> Result<Colors, DecodeError> {
    let [red, green, blue, alpha] = masks;
    Ok(match (bits, [red, green, blue], alpha) {
        (16, [0xf800, 0x7e0, 0x1f], _) => Colors::green_of_six_bits(),
        (16, [0x7c00, 0x3e0, 0x1f], _) => Colors::five_bits(),
        (24, [0xff0000, 0xff00, 0xff], _) => Colors::bytes([2, 1, 0], None),
        (32, [0xff0000, 0xff00, 0xff], 0) => Colors::bytes([2, 1, 0], None),
        (32, [0xff0000, 0xff00, 0xff], 0xff00_0000) => Colors::bytes([2, 1, 0], Some(3)),
        (32, [0, 0, 0], 0) => Colors::bytes([2, 1, 0], Some(3)),
        (32, [0xff00_0000, 0xff_0000, 0xff00], 0) => Colors::bytes([3, 2, 1], None),
        (32, [0xff00_0000, 0xff_0000, 0xff00], 0xff) => Colors::bytes([3, 2, 1], Some(0)),
        (32, [0xff00_0000, 0xff00, 0xff], 0) => Colors::bytes([3, 1, 0], None),
        (32, [0xff00_0000, 0xff00, 0xff], 0xff_0000) => Colors::bytes([3, 1, 0], Some(2)),
        (32, [0xff, 0xff00, 0xff_0000], 0xff00_0000) => Colors::bytes([0, 1, 2], Some(3)),
        _ => return Err(unsupported("this layout of bit fields")),
    })
}

/// The palette; where it is the plain ramp of greys, Pillow reads the pixels as greys of as many bits as it has colours.
fn palette(
    bytes: &[u8],
    header: &Header,
    position: &mut usize,
    storage: Storage,
) -> Result<Colors, DecodeError> {
    if !(1..=65536).contains(&header.colors) {
        return Err(unsupported(&format!(
            "a palette of {} colours",
            header.colors
        )));
    }
    let rest = bytes.get(*position..).unwrap_or_default();
    let length = header.padding * header.colors;
    let table = &rest[..length.min(rest.len())];
    *position += table.len();
    let two = header.colors == 2;
    let ramp = (0..header.colors).all(|index| {
        let value = if two { index * 255 } else { index } as u8;
        let entry = index * header.padding;
        table.get(entry..entry + 3) == Some(&[value; 3])
    });
    let runs = storage != Storage::Plain;
    match (ramp, two) {
        (true, true) if runs => Err(unsupported("run lengths of black and white")),
        (true, true) => Ok(Colors::black_and_white()),
        (true, false) if header.bits < 8 && !runs => {
            Err(unsupported("greys that are not spread over 8 bits"))
        }
        (true, false) => Ok(Colors::greys()),
        (false, _) if table.len() / header.padding > 256 => {
            Err(unsupported("a palette of more than 256 colours"))
        }
        (false, _) => {
            let mut colors = [[0; 3]; 256];
            for (color, entry) in colors.iter_mut().zip(table.chunks_exact(header.padding)) {
                *color = [entry[2], entry[1], entry[0]];
            }
            Ok(Colors::palette(colors))
        }
    }
}

pub(crate) const TRUNCATED: DecodeError = DecodeError::Truncated { format: "BMP" };

/// Four bytes as a number, low ones first.
pub(crate) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    let four = bytes.get(at..at.checked_add(4)?)?;
    four.try_into().ok().map(u32::from_le_bytes)
}

fn unsupported(feature: &str) -> DecodeError {
    DecodeError::Unsupported {
        format: "BMP",
        feature: feature.to_owned(),
    }
}
