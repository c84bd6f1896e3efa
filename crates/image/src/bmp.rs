//! BMP to RGB, through the `image` crate.

use std::io::Cursor;

use image::codecs::bmp::BmpDecoder;
use image::{ColorType, ImageDecoder, RgbImage};

use crate::canvas::{Canvas, zeroed};
use crate::error::{DecodeError, from_image_error};
use crate::orientation::Orientation;
use crate::size::check_size;

/// Decodes a BMP file.
pub(crate) fn decode(bytes: &[u8]) -> Result<RgbImage, DecodeError> {
    let from_error = |error| from_image_error("BMP", error);
    let decoder = BmpDecoder::new(Cursor::new(bytes)).map_err(from_error)?;
    let mut image = read_rgb("BMP", decoder)?;
    if let Some(bits) = sixteen_bit_channels(bytes) {
        for pixel in image.pixels_mut() {
            for (value, bits) in pixel.0.iter_mut().zip(bits) {
                *value = widen_as_pillow(*value, bits);
            }
        }
    }
    Ok(image)
}

/// The channels' bits where a pixel has 16 of them; `None` for every other file.
fn sixteen_bit_channels(bytes: &[u8]) -> Option<[u32; 3]> {
    const BITFIELDS: u32 = 3;
    const GREEN_OF_565: u32 = 0x07e0;
    let u32_at = |at: usize| Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
    let (header_size, bits_per_pixel) = (u32_at(14)?, u32_at(26)? >> 16);
    if header_size < 40 || bits_per_pixel != 16 {
        return None;
    }
    let six = u32_at(30)? == BITFIELDS && u32_at(58)? == GREEN_OF_565;
    Some([5, if six { 6 } else { 5 }, 5])
}

/// The `image` crate rounds when it widens 5 or 6 bits to 8, Pillow rounds down.
fn widen_as_pillow(value: u8, bits: u32) -> u8 {
    let most = (1 << bits) - 1;
    let narrow = (u32::from(value) * most + 127) / 255;
    (narrow * 255 / most) as u8
}

/// Reads a decoder's 8-bit pixels and drops their alpha.
pub(crate) fn read_rgb(
    format: &'static str,
    decoder: impl ImageDecoder,
) -> Result<RgbImage, DecodeError> {
    let (width, height) = decoder.dimensions();
    check_size(format, u64::from(width), u64::from(height))?;
    let color = decoder.color_type();
    let samples = usize::from(color.channel_count());
    let mut buffer = zeroed(width as usize * height as usize * samples, width, height)?;
    let read = |buffer: &mut [u8]| {
        decoder
            .read_image(buffer)
            .map_err(|error| from_image_error(format, error))
    };
    match color {
        ColorType::Rgb8 => {
            read(&mut buffer)?;
            RgbImage::from_raw(width, height, buffer).ok_or(DecodeError::OutOfMemory {
                width: u64::from(width),
                height: u64::from(height),
            })
        }
        ColorType::L8 | ColorType::Rgba8 => {
            read(&mut buffer)?;
            let mut canvas = Canvas::new(format, width, height, Orientation::Upright)?;
            let mut rgb = vec![0; width as usize * 3];
            for (y, row) in buffer.chunks_exact(width as usize * samples).enumerate() {
                for (rgb, pixel) in rgb.chunks_exact_mut(3).zip(row.chunks_exact(samples)) {
                    match *pixel {
                        [red, green, blue, _] => rgb.copy_from_slice(&[red, green, blue]),
                        _ => rgb.fill(pixel[0]),
                    }
                }
                canvas.put_row(y, &rgb);
            }
            Ok(canvas.finish())
        }
        other => Err(DecodeError::Unsupported {
            format,
            feature: format!("the pixel type {other:?}"),
        }),
    }
}
