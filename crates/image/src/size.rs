//! How large a picture may be.

use crate::error::DecodeError;

/// The most pixels that a picture may have: 100 megapixels, 300 MB once decoded.
pub const MAX_PIXELS: u64 = 100_000_000;

/// Refuses pictures without pixels and those above [`MAX_PIXELS`].
pub(crate) fn check_size(format: &'static str, width: u64, height: u64) -> Result<(), DecodeError> {
    if width.saturating_mul(height) > MAX_PIXELS {
        return Err(DecodeError::TooLarge {
            width,
            height,
            limit: MAX_PIXELS / 1_000_000,
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
