//! BMP to RGB, through the `image` crate.

use std::io::Cursor;

use image::codecs::bmp::BmpDecoder;
use image::{ColorType, ImageDecoder, RgbImage};

use crate::canvas::{Canvas, zeroed};
use crate::decode::{check_size, from_image_error};
use crate::error::DecodeError;
use crate::orientation::Orientation;

/// Decodes a BMP file.
pub(crate) fn decode(bytes: &[u8]) -> Result<RgbImage, DecodeError> {
    let from_error = |error| from_image_error("BMP", error);
    let decoder = BmpDecoder::new(Cursor::new(bytes)).map_err(from_error)?;
    read_rgb("BMP", decoder)
}

/// Reads a decoder's 8-bit pixels and drops their alpha.
pub(crate) fn read_rgb(format: &'static str, decoder: impl ImageDecoder) -> Result<RgbImage, DecodeError> {
    let (width, height) = decoder.dimensions();
    check_size(format, u64::from(width), u64::from(height))?;
    let color = decoder.color_type();
    let samples = usize::from(color.channel_count());
    let mut buffer = zeroed(width as usize * height as usize * samples, width, height)?;
    let read = |buffer: &mut [u8]| decoder.read_image(buffer).map_err(|error| from_image_error(format, error));
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
