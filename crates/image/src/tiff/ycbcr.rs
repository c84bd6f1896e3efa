//! YCbCr without JPEG in TIFF: blocks of luma with one pair of chroma each, as libtiff's RGBA interface shows them.

use super::compression::Compression;
use super::layout::Layout;
use super::tags::Directory;
use super::{Chunks, tag, unsupported};
use crate::canvas::Canvas;
use crate::error::DecodeError;

/// How many luma samples across and down share a pair of chroma samples.
///
/// # Errors
/// [`DecodeError::Unsupported`] where the numbers mean other colours than usual, or libtiff does not know the sharing.
pub(super) fn sharing(
    directory: &Directory<'_>,
    layout: &Layout,
) -> Result<(usize, usize), DecodeError> {
    let own_meaning = [tag::YCBCR_COEFFICIENTS, tag::REFERENCE_BLACK_WHITE];
    if own_meaning
        .iter()
        .any(|tag| directory.bytes(*tag).is_some())
    {
        return Err(unsupported("YCbCr with coefficients of its own"));
    }
    let told = directory.numbers(tag::YCBCR_SUBSAMPLING);
    match (layout.planar, told.as_deref().unwrap_or(&[2, 2])) {
        (false, &[across @ (1 | 2 | 4), down @ (1 | 2 | 4)])
            if down <= across || (across, down) == (1, 2) =>
        {
            Ok((across as usize, down as usize))
        }
        (true, [1, 1]) => Ok((1, 1)),
        _ => Err(unsupported("this subsampling of YCbCr")),
    }
}

/// Paints every strip or tile whose samples are not in planes of their own.
pub(super) fn paint(
    bytes: &[u8],
    directory: &Directory<'_>,
    layout: &Layout,
    size: (usize, usize),
    canvas: &mut Canvas,
) -> Result<(), DecodeError> {
    let (across, down) = sharing(directory, layout)?;
    let chunks = Chunks::read(directory, layout, size)?;
    let compression = Compression::read(directory, layout, false)?;
    let unit = across * down + 2;
    let units = chunks.width.div_ceil(across);
    let mut row = crate::canvas::zeroed(units * unit, chunks.width as u32, 1)?;
    let mut rgb = vec![0; chunks.shown_width() * 3];
    for chunk in chunks.of_plane(0)? {
        let data = chunks.data(bytes, &chunk)?;
        let mut rows = compression.rows(data, layout, (units, chunk.rows, unit), chunk.last)?;
        for top in (0..chunk.height).step_by(down) {
            rows.read(&mut row)?;
            for y in 0..down.min(chunk.height - top) {
                for (x, pixel) in rgb.as_chunks_mut::<3>().0[..chunk.width]
                    .iter_mut()
                    .enumerate()
                {
                    let unit = &row[x / across * unit..][..unit];
                    let [cb, cr] = [unit[across * down], unit[across * down + 1]];
                    *pixel = rgb_of(unit[y * across + x % across], cb, cr);
                }
                canvas.put_span(chunk.x, chunk.y + top + y, &rgb[..chunk.width * 3]);
            }
        }
    }
    Ok(())
}

/// One pixel with libtiff's fixed-point tables, whose blue part of green is a hair off libjpeg's.
pub(super) fn rgb_of(y: u8, cb: u8, cr: u8) -> [u8; 3] {
    const HALF: i32 = 1 << 15;
    let (y, cb, cr) = (i32::from(y), i32::from(cb) - 128, i32::from(cr) - 128);
    let red = y + ((91881 * cr + HALF) >> 16);
    let green = y + ((-22553 * cb - 46802 * cr + HALF) >> 16);
    let blue = y + ((116130 * cb + HALF) >> 16);
    [red, green, blue].map(|value| value.clamp(0, 255) as u8)
}
