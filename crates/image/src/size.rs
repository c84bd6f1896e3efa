//! How large a picture may be.

use crate::error::DecodeError;

/// The most pixels that a picture may have: 100 megapixels, 300 MB once decoded.
pub const MAX_PIXELS: u64 = 100_000_000;

/// The longest edge of a picture, in pixels: whole rows of it are held beside the picture.
pub(crate) const MAX_EDGE: u64 = 1 << 20;

/// The most pixels of a picture that takes more memory than its own pixels while it is decoded, where its file is so small
/// that it holds hardly anything.
const MAX_EMPTY_PIXELS: u64 = 48_000_000;

/// Refuses what costs far more memory than a picture of its file's length can mean; for decoders that hold more than the
/// picture. `bytes` is the length of the file.
pub(crate) fn check_worth(width: u64, height: u64, bytes: usize) -> Result<(), DecodeError> {
    let pixels = width.saturating_mul(height);
    if pixels > MAX_EMPTY_PIXELS && pixels / 480 > bytes as u64 {
        return Err(DecodeError::TooLarge {
            width,
            height,
            limit: MAX_EMPTY_PIXELS / 1_000_000,
        });
    }
    Ok(())
}

/// Refuses pictures without pixels and those above [`MAX_PIXELS`].
pub(crate) fn check_size(format: &'static str, width: u64, height: u64) -> Result<(), DecodeError> {
    if width.saturating_mul(height) > MAX_PIXELS {
        return Err(DecodeError::TooLarge {
            width,
            height,
            limit: MAX_PIXELS / 1_000_000,
        });
    }
    if width.max(height) > MAX_EDGE {
        return Err(DecodeError::Unsupported {
            format,
            feature: format!("an edge of {} pixels", width.max(height)),
        });
    }
    if width == 0 || height == 0 {
        return Err(DecodeError::Corrupt {
            format,
            detail: format!("it is {width} x {height} pixels in size"),
        });
    }
    Ok(())
}
