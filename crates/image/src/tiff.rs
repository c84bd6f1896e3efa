//! The first page of a TIFF to RGB as Pillow converts it.

use std::io::Cursor;

use image::RgbImage;
use tiff::decoder::{Decoder, DecodingResult, Limits};
use tiff::tags::Tag;
use tiff::{ColorType, TiffError};

use crate::canvas::Canvas;
use crate::error::{DecodeError, from_io_error};
use crate::jpeg::cmyk;
use crate::orientation::{ORIENTATION_TAG, Orientation};
use crate::png::clip16;
use crate::size::{MAX_PIXELS, check_size};

/// The `Compression` values that mean JPEG inside TIFF.
const JPEG_IN_TIFF: [u32; 2] = [6, 7];

/// Decodes a TIFF file.
pub(crate) fn decode(bytes: &[u8]) -> Result<RgbImage, DecodeError> {
    match grey_instead_of_palette(bytes) {
        Some(grey) => decode_with(&grey, true),
        None => decode_with(bytes, false),
    }
}

/// The decoder refuses palette pictures; their indices are grey samples of the same file with another photometric tag.
/// `None` where the picture has no palette.
fn grey_instead_of_palette(bytes: &[u8]) -> Option<Vec<u8>> {
    const PHOTOMETRIC: u16 = 262;
    const BLACK_IS_ZERO: u16 = 1;
    const PALETTE: u16 = 3;
    let little = bytes.starts_with(b"II");
    let u16_at = |at: usize| {
        let word = bytes.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(if little {
            u16::from_le_bytes(word)
        } else {
            u16::from_be_bytes(word)
        })
    };
    let directory = bytes.get(4..8)?.try_into().ok()?;
    let directory = if little {
        u32::from_le_bytes(directory)
    } else {
        u32::from_be_bytes(directory)
    } as usize;
    let entry = (0..usize::from(u16_at(directory)?))
        .filter_map(|index| directory.checked_add(2 + index * 12))
        .find(|entry| u16_at(*entry) == Some(PHOTOMETRIC))?;
    if u16_at(2)? != 42 || u16_at(entry + 8)? != PALETTE {
        return None;
    }
    let mut grey = bytes.to_vec();
    let value = if little {
        BLACK_IS_ZERO.to_le_bytes()
    } else {
        BLACK_IS_ZERO.to_be_bytes()
    };
    grey[entry + 8..entry + 10].copy_from_slice(&value);
    Some(grey)
}

fn decode_with(bytes: &[u8], has_palette: bool) -> Result<RgbImage, DecodeError> {
    let mut decoder = Decoder::new(Cursor::new(bytes)).map_err(from_tiff_error)?;
    let (width, height) = decoder.dimensions().map_err(from_tiff_error)?;
    check_size("TIFF", u64::from(width), u64::from(height))?;
    let mut limits = Limits::default();
    limits.decoding_buffer_size = MAX_PIXELS as usize * 4;
    decoder = decoder.with_limits(limits);

    let compression = decoder
        .find_tag_unsigned::<u32>(Tag::Compression)
        .map_err(from_tiff_error)?;
    if compression.is_some_and(|compression| JPEG_IN_TIFF.contains(&compression)) {
        return Err(unsupported("JPEG compression"));
    }
    let orientation = decoder.find_tag_unsigned::<u16>(Tag::Unknown(ORIENTATION_TAG));
    let orientation = Orientation::from_tag(orientation.ok().flatten().unwrap_or(1));
    let color = decoder.colortype().map_err(from_tiff_error)?;

    let palette = if has_palette {
        Some(palette(&mut decoder, color)?)
    } else {
        None
    };

    let mut result = DecodingResult::U8(Vec::new());
    let layout = decoder
        .read_image_to_buffer(&mut result)
        .map_err(from_tiff_error)?;
    if layout.planes > 1 {
        return Err(unsupported("a planar layout"));
    }
    let mut canvas = Canvas::new("TIFF", width, height, orientation)?;
    let mut rgb = vec![0; width as usize * 3];
    let samples = match &result {
        DecodingResult::U8(samples) => Samples::Bytes(samples),
        DecodingResult::U16(samples) => Samples::Words(samples),
        _ => return Err(unsupported("this sample format")),
    };
    for y in 0..height as usize {
        samples.convert_row(color, y, width as usize, &mut rgb)?;
        if let Some(palette) = &palette {
            for pixel in rgb.as_chunks_mut::<3>().0 {
                *pixel = palette[usize::from(pixel[0])];
            }
        }
        canvas.put_row(y, &rgb);
    }
    Ok(canvas.finish())
}

/// The colours of an 8-bit palette picture: the high bytes of a map that holds all reds, all greens, all blues.
fn palette(
    decoder: &mut Decoder<Cursor<&[u8]>>,
    color: ColorType,
) -> Result<[[u8; 3]; 256], DecodeError> {
    let map = decoder
        .get_tag_u16_vec(Tag::ColorMap)
        .map_err(from_tiff_error)?;
    if color != ColorType::Gray(8) || map.len() != 3 * 256 {
        return Err(unsupported("a palette of other than 8 bits"));
    }
    Ok(std::array::from_fn(|index| {
        [0, 256, 512].map(|channel| (map[channel + index] >> 8) as u8)
    }))
}

/// Decoded samples of either width.
enum Samples<'a> {
    Bytes(&'a [u8]),
    Words(&'a [u16]),
}

impl Samples<'_> {
    fn convert_row(
        &self,
        color: ColorType,
        y: usize,
        width: usize,
        rgb: &mut [u8],
    ) -> Result<(), DecodeError> {
        let count = match color {
            ColorType::Gray(1) => return self.convert_bits(y, width, rgb),
            ColorType::Gray(8 | 16) => 1,
            ColorType::RGB(8 | 16) => 3,
            ColorType::RGBA(8 | 16) | ColorType::CMYK(8 | 16) => 4,
            ColorType::Multiband {
                bit_depth: 8,
                num_samples: 2,
            } => 2,
            other => return Err(unsupported(&format!("the pixel type {other:?}"))),
        };
        let length = width * count;
        let range = y * length..(y + 1) * length;
        let clipped = matches!(color, ColorType::Gray(16));
        let sample = |at: usize| match self {
            Self::Bytes(samples) => samples[at],
            Self::Words(samples) if clipped => clip16(samples[at]),
            Self::Words(samples) => (samples[at] >> 8) as u8,
        };
        let available = match self {
            Self::Bytes(samples) => samples.len(),
            Self::Words(samples) => samples.len(),
        };
        if available < range.end {
            return Err(DecodeError::Truncated { format: "TIFF" });
        }
        for (rgb, at) in rgb.chunks_exact_mut(3).zip(range.step_by(count)) {
            let pixel = match (color, count) {
                (ColorType::CMYK(_), _) => {
                    cmyk([sample(at), sample(at + 1), sample(at + 2)], sample(at + 3))
                }
                (_, 1 | 2) => [sample(at); 3],
                _ => [sample(at), sample(at + 1), sample(at + 2)],
            };
            rgb.copy_from_slice(&pixel);
        }
        Ok(())
    }

    /// One bit a pixel, eight to a byte, rows padded to whole bytes.
    fn convert_bits(&self, y: usize, width: usize, rgb: &mut [u8]) -> Result<(), DecodeError> {
        let stride = width.div_ceil(8);
        let row = match self {
            Self::Bytes(samples) => samples.get(y * stride..(y + 1) * stride),
            Self::Words(_) => None,
        };
        let row = row.ok_or(DecodeError::Truncated { format: "TIFF" })?;
        for (x, rgb) in rgb.chunks_exact_mut(3).enumerate() {
            let bit = row[x / 8] >> (7 - x % 8) & 1;
            rgb.fill(bit * 255);
        }
        Ok(())
    }
}

fn unsupported(feature: &str) -> DecodeError {
    DecodeError::Unsupported {
        format: "TIFF",
        feature: feature.to_owned(),
    }
}

fn from_tiff_error(error: TiffError) -> DecodeError {
    match error {
        TiffError::IoError(error) => from_io_error("TIFF", &error),
        TiffError::UnsupportedError(error) => unsupported(&error.to_string()),
        other => DecodeError::Corrupt {
            format: "TIFF",
            detail: other.to_string(),
        },
    }
}
