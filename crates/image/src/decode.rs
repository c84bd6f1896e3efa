//! Bytes to an upright RGB picture: looks at the format and hands over to its decoder.

use image::RgbImage;

use crate::error::DecodeError;
use crate::sniff::{Format, sniff};
use crate::{bmp, gif, jpeg, png, tiff, webp};

/// The most pixels that a picture may have: 100 megapixels, 300 MB once decoded.
pub const MAX_PIXELS: u64 = 100_000_000;

/// Decodes a picture to RGB, upright, exactly as Pillow's `ImageOps.exif_transpose(…).convert("RGB")` does.
///
/// JPEG, PNG, WebP, GIF, BMP and TIFF are decoded, the first frame where there are several. Transparency is dropped, not
/// blended, as `convert("RGB")` does. The size is read from the header and checked before any pixel is allocated.
///
/// # Errors
/// A [`DecodeError`] for everything that is not a whole, sound picture in one of these formats.
pub fn decode(bytes: &[u8]) -> Result<RgbImage, DecodeError> {
    if bytes.is_empty() {
        return Err(DecodeError::Empty);
    }
    match sniff(bytes) {
        Some(Format::Jpeg) => jpeg::decode(bytes),
        Some(Format::Png) => png::decode(bytes),
        Some(Format::WebP) => webp::decode(bytes),
        Some(Format::Gif) => gif::decode(bytes),
        Some(Format::Bmp) => bmp::decode(bytes),
        Some(Format::Tiff) => tiff::decode(bytes),
        Some(other) => Err(DecodeError::Unsupported {
            format: other.name(),
            feature: "the format itself".to_owned(),
        }),
        None => Err(DecodeError::UnknownFormat {
            start: bytes
                .iter()
                .take(8)
                .map(|byte| format!("{byte:02x}"))
                .collect::<Vec<_>>()
                .join(" "),
        }),
    }
}

/// Refuses pictures without pixels and those above [`MAX_PIXELS`].
pub(crate) fn check_size(format: &'static str, width: u64, height: u64) -> Result<(), DecodeError> {
    if width.saturating_mul(height) > MAX_PIXELS {
        return Err(DecodeError::TooLarge { width, height });
    }
    if width == 0 || height == 0 {
        return Err(DecodeError::Corrupt {
            format,
            detail: format!("it is {width} x {height} pixels in size"),
        });
    }
    Ok(())
}

/// The errors of the `image` crate's decoders, in our words.
pub(crate) fn from_image_error(format: &'static str, error: image::ImageError) -> DecodeError {
    match error {
        image::ImageError::Unsupported(error) => DecodeError::Unsupported {
            format,
            feature: error.to_string(),
        },
        image::ImageError::IoError(error) => from_io_error(format, &error),
        other => match find_io_error(&other) {
            Some(error) => from_io_error(format, error),
            None => DecodeError::Corrupt {
                format,
                detail: other.to_string(),
            },
        },
    }
}

/// Reading beyond the end is a truncated file, everything else a damaged one.
pub(crate) fn from_io_error(format: &'static str, error: &std::io::Error) -> DecodeError {
    if error.kind() == std::io::ErrorKind::UnexpectedEof {
        DecodeError::Truncated { format }
    } else {
        DecodeError::Corrupt {
            format,
            detail: error.to_string(),
        }
    }
}

/// The input error at the bottom of a decoder's error, if there is one.
fn find_io_error(error: &dyn std::error::Error) -> Option<&std::io::Error> {
    let mut source = error.source();
    while let Some(inner) = source {
        if let Some(found) = inner.downcast_ref::<std::io::Error>() {
            return Some(found);
        }
        source = inner.source();
    }
    None
}
