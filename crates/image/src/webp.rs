//! WebP to RGB: lossy, lossless, and the first frame of an animation on a black canvas, alpha dropped.

use std::io::Cursor;

use image::codecs::webp::WebPDecoder;
use image::{ImageDecoder, RgbImage};

use crate::bmp::read_rgb;
use crate::canvas::Canvas;
use crate::error::{DecodeError, from_image_error};
use crate::orientation::Orientation;
use crate::size::check_size;

/// Decodes a WebP file.
pub(crate) fn decode(bytes: &[u8]) -> Result<RgbImage, DecodeError> {
    let chunks = || Chunks(bytes.get(12..).unwrap_or_default());
    let payload = |name: &[u8; 4]| {
        chunks()
            .find(|(found, _)| found == name)
            .map(|(_, payload)| payload)
    };
    let orientation = Orientation::from_metadata(payload(b"EXIF"), payload(b"XMP "));

    let upright = match payload(b"ANMF") {
        Some(frame) => first_frame(payload(b"VP8X").unwrap_or_default(), frame)?,
        None => still(bytes)?,
    };
    let (width, height) = upright.dimensions();
    if orientation == Orientation::Upright {
        return Ok(upright);
    }
    let mut canvas = Canvas::new("WebP", width, height, orientation)?;
    for (y, row) in upright
        .as_raw()
        .chunks_exact(width as usize * 3)
        .enumerate()
    {
        canvas.put_row(y, row);
    }
    Ok(canvas.finish())
}

/// Decodes a file that holds one picture.
fn still(bytes: &[u8]) -> Result<RgbImage, DecodeError> {
    let decoder =
        WebPDecoder::new(Cursor::new(bytes)).map_err(|error| from_image_error("WebP", error))?;
    let (width, height) = decoder.dimensions();
    check_size("WebP", u64::from(width), u64::from(height))?;
    read_rgb("WebP", decoder)
}

/// Decodes an animation's first frame (`ANMF` payload) as the still picture that it is, and puts it on the canvas.
fn first_frame(extended: &[u8], frame: &[u8]) -> Result<RgbImage, DecodeError> {
    let truncated = DecodeError::Truncated { format: "WebP" };
    let (Some(canvas_size), Some((place, data))) =
        (extended.get(4..10), frame.split_at_checked(16))
    else {
        return Err(truncated);
    };
    let u24 =
        |bytes: &[u8], at: usize| u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], 0]);
    let (canvas_width, canvas_height) = (u24(canvas_size, 0) + 1, u24(canvas_size, 3) + 1);
    let (left, top) = (u24(place, 0) * 2, u24(place, 3) * 2);
    let (width, height) = (u24(place, 6) + 1, u24(place, 9) + 1);
    check_size("WebP", u64::from(canvas_width), u64::from(canvas_height))?;
    if left + width > canvas_width || top + height > canvas_height {
        return Err(DecodeError::Corrupt {
            format: "WebP",
            detail: "the first frame leaves the canvas".to_owned(),
        });
    }

    let picture = still(&as_file(data, &place[6..12]))?;
    if picture.dimensions() != (width, height) {
        return Err(DecodeError::Corrupt {
            format: "WebP",
            detail: "the first frame has another size than it says".to_owned(),
        });
    }
    if (width, height) == (canvas_width, canvas_height) {
        return Ok(picture);
    }
    let mut canvas = Canvas::new("WebP", canvas_width, canvas_height, Orientation::Upright)?;
    let mut line = vec![0; canvas_width as usize * 3];
    for (y, row) in picture
        .as_raw()
        .chunks_exact(width as usize * 3)
        .enumerate()
    {
        line[left as usize * 3..][..row.len()].copy_from_slice(row);
        canvas.put_row(top as usize + y, &line);
    }
    Ok(canvas.finish())
}

/// A file around a frame's chunks; `size` is the frame's width and height, as `ANMF` and `VP8X` both spell them.
fn as_file(chunks: &[u8], size: &[u8]) -> Vec<u8> {
    let mut body = b"WEBP".to_vec();
    if chunks.starts_with(b"ALPH") {
        const HAS_ALPHA: u8 = 0x10;
        body.extend_from_slice(b"VP8X\x0a\0\0\0");
        body.extend_from_slice(&[HAS_ALPHA, 0, 0, 0]);
        body.extend_from_slice(size);
    }
    body.extend_from_slice(chunks);
    let length = u32::try_from(body.len()).unwrap_or(u32::MAX);
    [b"RIFF".as_slice(), &length.to_le_bytes(), &body].concat()
}

/// The chunks of a RIFF body, each with its name; ends at the first that is cut off.
struct Chunks<'a>(&'a [u8]);

impl<'a> Iterator for Chunks<'a> {
    type Item = ([u8; 4], &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let (name, rest) = self.0.split_first_chunk::<4>()?;
        let (length, rest) = rest.split_first_chunk::<4>()?;
        let length = u32::from_le_bytes(*length) as usize;
        let payload = rest.get(..length)?;
        self.0 = rest
            .get(length.checked_next_multiple_of(2)?..)
            .unwrap_or_default();
        Some((*name, payload))
    }
}
