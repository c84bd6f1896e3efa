//! The decoded picture while it is being filled: rows arrive as stored, and land where the orientation wants them.

use image::RgbImage;

use crate::error::DecodeError;
use crate::orientation::Orientation;
use crate::size::check_size;

/// RGB pixels, turned upright while they are written, so that no second copy of the picture is needed.
pub(crate) struct Canvas {
    pixels: Vec<u8>,
    /// Width and height as stored in the file.
    stored: (usize, usize),
    /// Width and height as shown.
    shown: (usize, usize),
    orientation: Orientation,
}

impl Canvas {
    /// A black canvas for a picture that is stored as `width` x `height` pixels.
    ///
    /// # Errors
    /// [`DecodeError::TooLarge`] above the pixel limit, [`DecodeError::Corrupt`] without pixels, [`DecodeError::OutOfMemory`] where the memory is not there.
    pub(crate) fn new(
        format: &'static str,
        width: u32,
        height: u32,
        orientation: Orientation,
    ) -> Result<Self, DecodeError> {
        check_size(format, u64::from(width), u64::from(height))?;
        let stored = (width as usize, height as usize);
        let shown = if orientation.swaps_axes() {
            (stored.1, stored.0)
        } else {
            stored
        };
        Ok(Self {
            pixels: zeroed(stored.0 * stored.1 * 3, width, height)?,
            stored,
            shown,
            orientation,
        })
    }

    /// Writes stored row `y`; `row` holds RGB triples, and what is beyond the width or the height is left out.
    pub(crate) fn put_row(&mut self, y: usize, row: &[u8]) {
        let (width, height) = self.stored;
        if y >= height {
            return;
        }
        let row = &row[..row.len().min(width * 3)];
        let (start, step) = self.orientation.walk(y, self.stored, self.shown.0);
        if step == 1 {
            self.pixels[start * 3..][..row.len()].copy_from_slice(row);
            return;
        }
        let mut pixel = start as isize;
        for rgb in row.chunks_exact(3) {
            let at = pixel as usize * 3;
            self.pixels[at..at + 3].copy_from_slice(rgb);
            pixel += step;
        }
    }

    /// Writes the pixels from `x` on of stored row `y`, all of which must be inside of the picture.
    pub(crate) fn put_span(&mut self, x: usize, y: usize, span: &[u8]) {
        let (start, step) = self.orientation.walk(y, self.stored, self.shown.0);
        if step == 1 {
            self.pixels[(start + x) * 3..][..span.len()].copy_from_slice(span);
            return;
        }
        let mut pixel = start as isize + x as isize * step;
        for rgb in span.chunks_exact(3) {
            let at = pixel as usize * 3;
            self.pixels[at..at + 3].copy_from_slice(rgb);
            pixel += step;
        }
    }

    /// Reads back what [`Canvas::put_span`] wrote.
    pub(crate) fn copy_span(&self, x: usize, y: usize, span: &mut [u8]) {
        let (start, step) = self.orientation.walk(y, self.stored, self.shown.0);
        let mut pixel = start as isize + x as isize * step;
        for rgb in span.chunks_exact_mut(3) {
            let at = pixel as usize * 3;
            rgb.copy_from_slice(&self.pixels[at..at + 3]);
            pixel += step;
        }
    }

    /// The canvas as if it had been made for `orientation`, for formats that tell it only behind the pixels.
    ///
    /// # Errors
    /// [`DecodeError::OutOfMemory`] where the memory for the second copy is not there.
    pub(crate) fn turned(
        self,
        format: &'static str,
        orientation: Orientation,
    ) -> Result<Self, DecodeError> {
        if orientation == self.orientation {
            return Ok(self);
        }
        let (width, height) = self.stored;
        let mut turned = Self::new(format, width as u32, height as u32, orientation)?;
        let mut row = zeroed(width * 3, width as u32, 1)?;
        for y in 0..height {
            self.copy_span(0, y, &mut row);
            turned.put_row(y, &row);
        }
        Ok(turned)
    }

    /// The finished picture.
    pub(crate) fn finish(self) -> RgbImage {
        let (width, height) = self.shown;
        RgbImage::from_raw(width as u32, height as u32, self.pixels)
            .expect("the canvas was allocated for exactly this size")
    }
}

/// `length` zeros for a picture of `width` x `height`, or an error where the memory is not there.
pub(crate) fn zeroed<T: Clone + Default>(
    length: usize,
    width: u32,
    height: u32,
) -> Result<Vec<T>, DecodeError> {
    let mut buffer = Vec::new();
    buffer
        .try_reserve_exact(length)
        .map_err(|_| DecodeError::OutOfMemory {
            width: u64::from(width),
            height: u64::from(height),
        })?;
    buffer.resize(length, T::default());
    Ok(buffer)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A stored picture of 3 x 2 pixels whose red values are 0 1 2 / 3 4 5, shown in every orientation.
    #[test]
    fn lands_every_orientation_where_pillow_does() {
        let expected: [(u16, u32, [u8; 6]); 8] = [
            (1, 3, [0, 1, 2, 3, 4, 5]),
            (2, 3, [2, 1, 0, 5, 4, 3]),
            (3, 3, [5, 4, 3, 2, 1, 0]),
            (4, 3, [3, 4, 5, 0, 1, 2]),
            (5, 2, [0, 3, 1, 4, 2, 5]),
            (6, 2, [3, 0, 4, 1, 5, 2]),
            (7, 2, [5, 2, 4, 1, 3, 0]),
            (8, 2, [2, 5, 1, 4, 0, 3]),
        ];
        for (tag, width, reds) in expected {
            let mut canvas =
                Canvas::new("PNG", 3, 2, Orientation::from_tag(tag)).expect("a small canvas");
            canvas.put_row(0, &[0, 9, 9, 1, 9, 9, 2, 9, 9]);
            canvas.put_row(1, &[3, 9, 9, 4, 9, 9, 5, 9, 9]);
            let image = canvas.finish();
            assert_eq!(image.width(), width, "orientation {tag}");
            let found: Vec<u8> = image.pixels().map(|pixel| pixel.0[0]).collect();
            assert_eq!(found, reds, "orientation {tag}");
        }
    }
}
