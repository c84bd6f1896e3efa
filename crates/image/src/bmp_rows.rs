//! The pixels of a bitmap, row by row from the file's first: plain ones and run lengths, as Pillow unpacks them.

use crate::bmp::{Storage, TRUNCATED};
use crate::canvas::zeroed;
use crate::error::DecodeError;

/// What a pixel's bits mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Colors {
    /// Indices, of as many bits as the file says.
    Palette(Box<[[u8; 3]; 256]>),
    /// Indices of 8 bits that are greys.
    Greys,
    /// One bit a pixel, whatever the file says.
    BlackAndWhite,
    /// Words of 16 bits; green has 5 of them or 6.
    Words { green: u32 },
    /// Where the bytes of red, green and blue are in a pixel, and that of alpha.
    Bytes([usize; 3], Option<usize>),
}

impl Colors {
    pub(crate) fn palette(colors: [[u8; 3]; 256]) -> Self {
        Self::Palette(Box::new(colors))
    }

    pub(crate) fn greys() -> Self {
        Self::Greys
    }

    pub(crate) fn black_and_white() -> Self {
        Self::BlackAndWhite
    }

    pub(crate) fn five_bits() -> Self {
        Self::Words { green: 5 }
    }

    pub(crate) fn green_of_six_bits() -> Self {
        Self::Words { green: 6 }
    }

    pub(crate) fn bytes(rgb: [usize; 3], alpha: Option<usize>) -> Self {
        Self::Bytes(rgb, alpha)
    }

    fn index(&self, index: u8) -> [u8; 4] {
        let [red, green, blue] = match self {
            Self::Palette(palette) => palette[usize::from(index)],
            _ => [index; 3],
        };
        [red, green, blue, 255]
    }
}

/// The pixels of a bitmap in its file.
pub(crate) struct Rows<'a> {
    pub(crate) bytes: &'a [u8],
    /// Where they start.
    pub(crate) at: usize,
    pub(crate) width: usize,
    pub(crate) bits: usize,
    pub(crate) top_down: bool,
    pub(crate) colors: &'a Colors,
    pub(crate) storage: Storage,
}

impl Rows<'_> {
    /// Refuses plain pixels that are not all there, before memory is taken for the picture.
    pub(crate) fn check(&self, height: usize) -> Result<(), DecodeError> {
        let rows = (self.width * self.bits).div_ceil(32) * 4 * height.saturating_sub(1);
        let there = self.bytes.len().saturating_sub(self.at);
        if self.storage == Storage::Plain && rows > there {
            return Err(TRUNCATED);
        }
        Ok(())
    }

    /// Gives `put_row` the RGBA pixels of all `height` rows, each with its place from the top.
    pub(crate) fn read(
        &self,
        height: usize,
        mut put_row: impl FnMut(usize, &[[u8; 4]]),
    ) -> Result<(), DecodeError> {
        let mut row = zeroed(self.width, self.width as u32, 1)?;
        let place = |y: usize| if self.top_down { y } else { height - 1 - y };
        match self.storage {
            Storage::Plain => {
                let stride = (self.width * self.bits).div_ceil(32) * 4;
                for y in 0..height {
                    let start = y
                        .checked_mul(stride)
                        .and_then(|offset| offset.checked_add(self.at));
                    let line = start
                        .and_then(|start| self.bytes.get(start..))
                        .ok_or(TRUNCATED)?;
                    self.plain_row(line, &mut row)?;
                    put_row(place(y), &row);
                }
                Ok(())
            }
            Storage::Runs { four } => {
                let mut pixels = Pixels {
                    row,
                    filled: 0,
                    rows: 0,
                    height,
                    colors: self.colors,
                    put_row: |y: usize, row: &[[u8; 4]]| put_row(place(y), row),
                };
                self.runs(four, &mut pixels);
                // Pillow wants every pixel, whatever an early end may mean.
                if pixels.is_full() {
                    Ok(())
                } else {
                    Err(TRUNCATED)
                }
            }
        }
    }

    /// Unpacks one row; `line` may go on behind it, but not end within it.
    fn plain_row(&self, line: &[u8], row: &mut [[u8; 4]]) -> Result<(), DecodeError> {
        let needed = match self.colors {
            Colors::BlackAndWhite => self.width.div_ceil(8),
            _ => (self.width * self.bits).div_ceil(8),
        };
        let line = line.get(..needed).ok_or(TRUNCATED)?;
        match self.colors {
            Colors::Palette(_) | Colors::Greys => {
                for (x, pixel) in row.iter_mut().enumerate() {
                    let byte = line[x * self.bits / 8];
                    let shift = 8 - self.bits - x * self.bits % 8;
                    let mask = 0xff >> (8 - self.bits);
                    *pixel = self.colors.index(byte >> shift & mask);
                }
            }
            Colors::BlackAndWhite => {
                for (x, pixel) in row.iter_mut().enumerate() {
                    let bit = line[x / 8] >> (7 - x % 8) & 1;
                    *pixel = [bit * 255, bit * 255, bit * 255, 255];
                }
            }
            Colors::Words { green } => {
                for (pixel, word) in row.iter_mut().zip(line.as_chunks::<2>().0) {
                    let word = u32::from(u16::from_le_bytes(*word));
                    // Rounded down, as Pillow does it.
                    let widened = |shift: u32, bits: u32| {
                        let most = (1 << bits) - 1;
                        ((word >> shift & most) * 255 / most) as u8
                    };
                    *pixel = [
                        widened(5 + green, 5),
                        widened(5, *green),
                        widened(0, 5),
                        255,
                    ];
                }
            }
            Colors::Bytes(rgb, alpha) => {
                for (pixel, bytes) in row.iter_mut().zip(line.chunks_exact(self.bits / 8)) {
                    let [red, green, blue] = rgb.map(|at| bytes[at]);
                    *pixel = [red, green, blue, alpha.map_or(255, |at| bytes[at])];
                }
            }
        }
        Ok(())
    }

    /// Unpacks run lengths with Pillow's manners: what is skipped has index 0.
    fn runs(&self, four: bool, pixels: &mut Pixels<'_, impl FnMut(usize, &[[u8; 4]])>) {
        let (mut at, mut x) = (self.at, 0usize);
        while !pixels.is_full() {
            let Some(&[count, value]) = self.bytes.get(at..).and_then(|rest| rest.first_chunk())
            else {
                return;
            };
            at += 2;
            match (count, value) {
                (0, 0) => {
                    pixels.skip(pixels.left_of_row());
                    x = 0;
                }
                (0, 1) => return,
                (0, 2) => {
                    let Some(&[right, up]) =
                        self.bytes.get(at..).and_then(|rest| rest.first_chunk())
                    else {
                        return;
                    };
                    at += 2;
                    pixels.skip(usize::from(right) + usize::from(up) * self.width);
                    x = pixels.filled;
                }
                (0, count) => {
                    // Of an odd number of half bytes, Pillow leaves out the last.
                    let length = usize::from(if four { count / 2 } else { count });
                    let rest = self.bytes.get(at..).unwrap_or_default();
                    let plain = &rest[..length.min(rest.len())];
                    for &byte in plain {
                        if four {
                            pixels.push(byte >> 4);
                            pixels.push(byte & 15);
                        } else {
                            pixels.push(byte);
                        }
                    }
                    if plain.len() < length {
                        return;
                    }
                    at += length;
                    x += usize::from(count);
                    at += at % 2;
                }
                (count, value) => {
                    // A run ends with its row.
                    let count = usize::from(count).min(self.width.saturating_sub(x));
                    for index in 0..count {
                        pixels.push(match (four, index % 2) {
                            (false, _) => value,
                            (true, 0) => value >> 4,
                            (true, _) => value & 15,
                        });
                    }
                    x += count;
                }
            }
        }
    }
}

/// Indices that arrive one after the other and leave as rows; what is beyond the last row is left out.
struct Pixels<'a, P> {
    row: Vec<[u8; 4]>,
    filled: usize,
    rows: usize,
    height: usize,
    colors: &'a Colors,
    put_row: P,
}

impl<P: FnMut(usize, &[[u8; 4]])> Pixels<'_, P> {
    fn is_full(&self) -> bool {
        self.rows >= self.height
    }

    fn left_of_row(&self) -> usize {
        if self.filled == 0 {
            0
        } else {
            self.row.len() - self.filled
        }
    }

    fn push(&mut self, index: u8) {
        if self.is_full() {
            return;
        }
        self.row[self.filled] = self.colors.index(index);
        self.filled += 1;
        if self.filled == self.row.len() {
            (self.put_row)(self.rows, &self.row);
            self.rows += 1;
            self.filled = 0;
        }
    }

    fn skip(&mut self, count: usize) {
        for _ in 0..count {
            if self.is_full() {
                return;
            }
            self.push(0);
        }
    }
}
