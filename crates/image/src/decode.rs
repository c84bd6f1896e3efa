//! Bytes to an upright RGB picture: looks at the format and hands over to its decoder.

use image::RgbImage;

use crate::error::DecodeError;
use crate::sniff::{Format, sniff};
use crate::transparency::Transparency;
use crate::{bmp, gif, ico, jpeg, png, tiff, webp};

/// Decodes a picture to RGB, upright, exactly as Pillow's `ImageOps.exif_transpose(…).convert("RGB")` does.
///
/// JPEG, PNG, WebP, GIF, BMP, TIFF and ICO are decoded, the first frame where there are several, the largest icon of an
/// ICO. Transparency is dropped, not blended, as `convert("RGB")` does; [`decode_with`] can lay it on white. The size is
/// read from the header and checked before any pixel is allocated.
///
/// # Errors
/// A [`DecodeError`] for everything that is not a whole, sound picture in one of these formats.
pub fn decode(bytes: &[u8]) -> Result<RgbImage, DecodeError> {
    decode_with(bytes, Transparency::Drop)
}

/// [`decode`] with a choice of what becomes of transparent pixels.
///
/// # Errors
/// As [`decode`].
pub fn decode_with(bytes: &[u8], transparency: Transparency) -> Result<RgbImage, DecodeError> {
    if bytes.is_empty() {
        return Err(DecodeError::Empty);
    }
    match sniff(bytes) {
        Some(Format::Jpeg) => jpeg::decode(bytes),
        Some(Format::Png) => png::decode(bytes, transparency),
        Some(Format::WebP) => webp::decode(bytes, transparency),
        Some(Format::Gif) => gif::decode(bytes, transparency),
        Some(Format::Bmp) => bmp::decode(bytes, transparency),
        Some(Format::Ico) => ico::decode(bytes, transparency),
        Some(Format::Tiff) => tiff::decode(bytes, transparency),
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
