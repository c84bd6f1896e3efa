//! Windows icons and cursors to RGB: the one of their pictures that Pillow shows.

use image::RgbImage;

use crate::bmp::{Bitmap, u32_at};
use crate::canvas::{Canvas, zeroed};
use crate::error::DecodeError;
use crate::orientation::Orientation;
use crate::png;
use crate::size::check_size;
use crate::transparency::Transparency;

/// The lengths of the file's header and of an entry of its directory.
const HEADER: usize = 6;
const ENTRY: usize = 16;

/// One entry of the directory.
#[derive(Clone, Copy)]
struct Entry {
    width: u32,
    height: u32,
    colors: u8,
    bits: u16,
    size: usize,
    offset: usize,
}

impl Entry {
    /// What tells pictures of one size apart.
    fn depth(&self) -> u32 {
        match (self.bits, self.colors) {
            (0, 0 | 1) => 256,
            (0, colors) => u32::from(colors).next_power_of_two().ilog2(),
            (bits, _) => u32::from(bits),
        }
    }
}

/// Decodes an ICO or CUR file.
pub(crate) fn decode(bytes: &[u8], transparency: Transparency) -> Result<RgbImage, DecodeError> {
    let is_cursor = bytes.get(2) == Some(&2);
    let entries = entries(bytes)?;
    if is_cursor {
        return cursor(bytes, &entries, transparency);
    }
    // The largest, and of those the one with the fewest colours, as Pillow chooses.
    let best = entries
        .iter()
        .min_by_key(|entry| (u32::MAX - entry.width * entry.height, entry.depth()))
        .ok_or_else(|| corrupt("it holds no picture"))?;
    let picture = bytes.get(best.offset..).unwrap_or_default();
    if picture.starts_with(b"\x89PNG\r\n\x1a\n") {
        return png::decode_in_icon(picture, transparency);
    }
    icon(bytes, best, transparency)
}

fn entries(bytes: &[u8]) -> Result<Vec<Entry>, DecodeError> {
    let count = match bytes.get(4..6) {
        Some(&[low, high]) => usize::from(u16::from_le_bytes([low, high])),
        _ => return Err(TRUNCATED),
    };
    (0..count)
        .map(|index| {
            let at = HEADER + index * ENTRY;
            let entry = bytes.get(at..at + ENTRY).ok_or(TRUNCATED)?;
            let edge = |byte: u8| if byte == 0 { 256 } else { u32::from(byte) };
            Ok(Entry {
                width: edge(entry[0]),
                height: edge(entry[1]),
                colors: entry[2],
                bits: u16::from_le_bytes([entry[6], entry[7]]),
                size: u32_at(entry, 8).unwrap_or(0) as usize,
                offset: u32_at(entry, 12).unwrap_or(0) as usize,
            })
        })
        .collect()
}

/// A bitmap of twice the icon's height, with its transparency in the pixels or in a mask at its end.
fn icon(bytes: &[u8], entry: &Entry, transparency: Transparency) -> Result<RgbImage, DecodeError> {
    let bitmap = Bitmap::read(bytes, entry.offset, 0)?;
    let (width, height) = (bitmap.width, bitmap.height / 2);
    check_size("ICO", u64::from(width), u64::from(height))?;
    let size = (width as usize, height as usize);
    let alpha = if entry.bits == 32 {
        fourth_bytes(bytes, bitmap.pixels, size)?
    } else {
        mask(bytes, entry, size)?
    };
    paint(bytes, &bitmap, size, |x, y, [red, green, blue, _]| {
        transparency.apply([red, green, blue], alpha(x, size.1 - 1 - y))
    })
}

/// Of a cursor, Pillow shows the bitmap without its mask.
fn cursor(
    bytes: &[u8],
    entries: &[Entry],
    transparency: Transparency,
) -> Result<RgbImage, DecodeError> {
    let edge = |edge: u32| edge % 256;
    let best = entries
        .iter()
        .copied()
        .reduce(|best, entry| {
            let larger =
                edge(entry.width) > edge(best.width) && edge(entry.height) > edge(best.height);
            if larger { entry } else { best }
        })
        .ok_or_else(|| corrupt("it holds no cursor"))?;
    let mut bitmap = Bitmap::read(bytes, best.offset, 0)?;
    if best.offset == HEADER + ENTRY {
        bitmap.take_fourth_byte_for_alpha();
    }
    let (width, height) = (bitmap.width, bitmap.height / 2);
    check_size("CUR", u64::from(width), u64::from(height))?;
    let size = (width as usize, height as usize);
    paint(bytes, &bitmap, size, |_, _, [red, green, blue, alpha]| {
        transparency.apply([red, green, blue], alpha)
    })
}

fn paint(
    bytes: &[u8],
    bitmap: &Bitmap,
    (width, height): (usize, usize),
    pixel: impl Fn(usize, usize, [u8; 4]) -> [u8; 3],
) -> Result<RgbImage, DecodeError> {
    bitmap.rows(bytes).check(height)?;
    let mut canvas = Canvas::new("ICO", width as u32, height as u32, Orientation::Upright)?;
    let mut rgb = zeroed(width * 3, width as u32, 1)?;
    bitmap.rows(bytes).read(height, |y, row| {
        for (x, (rgb, rgba)) in rgb.as_chunks_mut::<3>().0.iter_mut().zip(row).enumerate() {
            *rgb = pixel(x, y, *rgba);
        }
        canvas.put_row(y, &rgb);
    })?;
    Ok(canvas.finish())
}

/// Alpha from the pixels, by column and by row from below.
fn fourth_bytes(
    bytes: &[u8],
    pixels: usize,
    (width, height): (usize, usize),
) -> Result<Box<dyn Fn(usize, usize) -> u8 + '_>, DecodeError> {
    let bytes = bytes
        .get(pixels..)
        .and_then(|rest| rest.get(..width * height * 4))
        .ok_or(TRUNCATED)?;
    Ok(Box::new(move |x, y| bytes[(y * width + x) * 4 + 3]))
}

/// Alpha from the mask at the picture's end, where a set bit is transparent.
fn mask<'a>(
    bytes: &'a [u8],
    entry: &Entry,
    (width, height): (usize, usize),
) -> Result<Box<dyn Fn(usize, usize) -> u8 + 'a>, DecodeError> {
    let stride = width.div_ceil(32) * 4;
    let end = entry.offset.checked_add(entry.size).ok_or(TRUNCATED)?;
    let bits = end
        .checked_sub(stride * height)
        .and_then(|start| bytes.get(start..end))
        .ok_or(TRUNCATED)?;
    Ok(Box::new(move |x, y| {
        let bit = bits[y * stride + x / 8] >> (7 - x % 8) & 1;
        255 * (1 - bit)
    }))
}

const TRUNCATED: DecodeError = DecodeError::Truncated { format: "ICO" };

fn corrupt(detail: &str) -> DecodeError {
    DecodeError::Corrupt {
        format: "ICO",
        detail: detail.to_owned(),
    }
}
