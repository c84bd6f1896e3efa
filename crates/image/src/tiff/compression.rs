//! The rows of one strip or tile, decompressed one after the other, with the predictor undone.

use flate2::{Decompress, FlushDecompress};
use weezl::BitOrder;
use weezl::decode::Decoder;

use super::fax::{Code, Fax};
use super::layout::{JPEG, Layout, Number, OLD_JPEG, RAW};
use super::tags::{Directory, Order};
use super::{corrupt, tag, unsupported};
use crate::error::DecodeError;
use crate::jpeg;
use crate::lzw::Codes;

const TRUNCATED: DecodeError = DecodeError::Truncated { format: "TIFF" };

/// How strips and tiles are compressed.
pub(super) struct Compression<'a> {
    method: Method,
    predictor: Predictor,
    /// Tables that the JPEG streams of all strips share.
    jpeg_tables: Option<&'a [u8]>,
    /// JPEG holds YCbCr that is to become RGB.
    jpeg_ycbcr: bool,
}

#[derive(Clone, Copy)]
enum Method {
    Raw,
    PackBits,
    Lzw,
    Deflate,
    Fax(Code),
    Jpeg,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Predictor {
    None,
    Horizontal,
    Float,
}

impl<'a> Compression<'a> {
    /// # Errors
    /// [`DecodeError::Unsupported`] with the compression's name.
    pub(super) fn read(
        directory: &Directory<'a>,
        layout: &Layout,
        ycbcr: bool,
    ) -> Result<Self, DecodeError> {
        let two_dimensional = directory.number(tag::GROUP3_OPTIONS).unwrap_or(0) & 1 == 1;
        let method = match layout.compression {
            RAW => Method::Raw,
            2 => Method::Fax(Code::Huffman),
            3 if two_dimensional => Method::Fax(Code::Group3TwoDimensional),
            3 => Method::Fax(Code::Group3),
            4 => Method::Fax(Code::Group4),
            5 => Method::Lzw,
            OLD_JPEG => return Err(unsupported("JPEG compression of the old kind (6)")),
            JPEG => Method::Jpeg,
            8 | 32946 => Method::Deflate,
            32773 => Method::PackBits,
            32809 => return Err(unsupported("ThunderScan compression")),
            34676 | 34677 => return Err(unsupported("SGI Log compression")),
            34925 => return Err(unsupported("LZMA compression")),
            50000 => return Err(unsupported("Zstandard compression")),
            50001 => return Err(unsupported("WebP compression")),
            other => return Err(unsupported(&format!("compression {other}"))),
        };
        if matches!(method, Method::Fax(_)) && (layout.bits, layout.samples) != (1, 1) {
            return Err(corrupt("fax codes hold one bit a pixel"));
        }
        let predictor = match (method, directory.number(tag::PREDICTOR)) {
            (Method::Lzw | Method::Deflate, Some(2)) if matches!(layout.bits, 8 | 16 | 32) => {
                Predictor::Horizontal
            }
            (Method::Lzw | Method::Deflate, Some(3))
                if layout.number == Number::Float && layout.bits == 32 =>
            {
                Predictor::Float
            }
            (Method::Lzw | Method::Deflate, Some(other)) if other != 1 => {
                return Err(unsupported(&format!(
                    "predictor {other} with {} bits",
                    layout.bits
                )));
            }
            _ => Predictor::None,
        };
        Ok(Self {
            method,
            predictor,
            jpeg_tables: directory.bytes(tag::JPEG_TABLES),
            jpeg_ycbcr: ycbcr,
        })
    }

    /// Starts reading a strip or tile of `width` x `height` pixels with `samples` samples each. `last` says that it is
    /// the last strip, which may hold more rows than are left of the picture.
    pub(super) fn rows<'d>(
        &self,
        data: &'d [u8],
        layout: &Layout,
        (width, height, samples): (usize, usize, usize),
        last: bool,
    ) -> Result<Rows<'d>, DecodeError> {
        let reversed = layout.reversed && !matches!(self.method, Method::Raw | Method::Jpeg);
        let input = if reversed {
            Input::Owned(data.iter().map(|byte| byte.reverse_bits()).collect())
        } else {
            Input::Borrowed(data)
        };
        let state = match self.method {
            Method::Raw => State::Raw,
            Method::PackBits => State::PackBits(Run::None),
            // Before TIFF 5 the codes' low bits came first, and they grew one code later.
            Method::Lzw if matches!(input.bytes(), [0, second, ..] if second & 1 == 1) => {
                State::Lzw(Codes::new(Decoder::new(BitOrder::Lsb, 8)))
            }
            Method::Lzw => State::Lzw(Codes::new(Decoder::with_tiff_size_switch(BitOrder::Msb, 8))),
            Method::Deflate => State::Deflate(Decompress::new(true)),
            Method::Fax(code) => State::Fax(Fax::new(code, width)),
            Method::Jpeg => {
                let picture = jpeg::decode_part(self.jpeg_tables, data, self.jpeg_ycbcr)?;
                if picture.samples != samples
                    || picture.width != width
                    || picture.height < height
                    || (picture.height > height && !last)
                {
                    return Err(corrupt("a JPEG inside has another size than its strip"));
                }
                return Ok(Rows {
                    input: Input::Owned(picture.data),
                    at: 0,
                    state: State::Raw,
                    predictor: Predictor::None,
                    samples,
                    bytes: 1,
                    order: layout.order,
                });
            }
        };
        Ok(Rows {
            input,
            at: 0,
            state,
            predictor: self.predictor,
            samples,
            bytes: layout.bits / 8,
            order: layout.order,
        })
    }
}

/// The compressed bytes, or what they became where their bits had to be turned or the picture was decoded as a whole.
enum Input<'d> {
    Borrowed(&'d [u8]),
    Owned(Vec<u8>),
}

impl Input<'_> {
    fn bytes(&self) -> &[u8] {
        match self {
            Self::Borrowed(bytes) => bytes,
            Self::Owned(bytes) => bytes,
        }
    }
}

/// The rows of one strip or tile.
pub(super) struct Rows<'d> {
    input: Input<'d>,
    at: usize,
    state: State,
    predictor: Predictor,
    /// Samples of a pixel, and bytes of a sample.
    samples: usize,
    bytes: usize,
    order: Order,
}

enum State {
    Raw,
    PackBits(Run),
    Lzw(Codes),
    Deflate(Decompress),
    Fax(Fax),
}

/// What is left of a PackBits run.
enum Run {
    None,
    Literal(usize),
    Repeat(usize),
}

impl Rows<'_> {
    /// Fills `row` with the next row's bytes.
    pub(super) fn read(&mut self, row: &mut [u8]) -> Result<(), DecodeError> {
        let input = self.input.bytes();
        match &mut self.state {
            State::Raw => {
                let bytes = self
                    .at
                    .checked_add(row.len())
                    .and_then(|end| input.get(self.at..end))
                    .ok_or(TRUNCATED)?;
                row.copy_from_slice(bytes);
                self.at += row.len();
            }
            State::PackBits(run) => unpack_bits(run, input, &mut self.at, row)?,
            State::Lzw(codes) => codes
                .fill(input, row)
                .map_err(|_| corrupt("the LZW data does not fill its strip"))?,
            State::Deflate(decoder) => {
                let mut done = 0;
                while done < row.len() {
                    let before = (decoder.total_in(), decoder.total_out());
                    decoder
                        .decompress(&input[self.at..], &mut row[done..], FlushDecompress::None)
                        .map_err(|error| corrupt(&error.to_string()))?;
                    let step = (
                        decoder.total_in() - before.0,
                        decoder.total_out() - before.1,
                    );
                    self.at += step.0 as usize;
                    done += step.1 as usize;
                    if step == (0, 0) {
                        return Err(TRUNCATED);
                    }
                }
            }
            State::Fax(fax) => fax.row(input, row)?,
        }
        match self.predictor {
            Predictor::None => {}
            Predictor::Horizontal => self.undo_horizontal(row),
            Predictor::Float => undo_float(row, self.samples, self.order),
        }
        Ok(())
    }

    /// Adds every sample to the same one of the pixel before it; `samples` counts the extra ones.
    fn undo_horizontal(&self, row: &mut [u8]) {
        let step = self.samples * self.bytes;
        for at in (step..row.len()).step_by(self.bytes) {
            match (self.bytes, self.order) {
                (1, _) => row[at] = row[at].wrapping_add(row[at - step]),
                (2, order) => {
                    let word = |at: usize| order.u16([row[at], row[at + 1]]);
                    let sum = word(at).wrapping_add(word(at - step));
                    row[at..at + 2].copy_from_slice(&match order {
                        Order::Little => sum.to_le_bytes(),
                        Order::Big => sum.to_be_bytes(),
                    });
                }
                (_, order) => {
                    let word =
                        |at: usize| order.u32([row[at], row[at + 1], row[at + 2], row[at + 3]]);
                    let sum = word(at).wrapping_add(word(at - step));
                    row[at..at + 4].copy_from_slice(&match order {
                        Order::Little => sum.to_le_bytes(),
                        Order::Big => sum.to_be_bytes(),
                    });
                }
            }
        }
    }
}

/// Sums of bytes over a row that holds all high bytes first, then puts the bytes of each number together.
fn undo_float(row: &mut [u8], samples: usize, order: Order) {
    for at in samples..row.len() {
        row[at] = row[at].wrapping_add(row[at - samples]);
    }
    let planes = row.to_vec();
    let count = row.len() / 4;
    for (index, number) in row.as_chunks_mut::<4>().0.iter_mut().enumerate() {
        *number = std::array::from_fn(|byte| planes[byte * count + index]);
        if order == Order::Little {
            number.reverse();
        }
    }
}

fn unpack_bits(
    run: &mut Run,
    input: &[u8],
    at: &mut usize,
    row: &mut [u8],
) -> Result<(), DecodeError> {
    let mut done = 0;
    while done < row.len() {
        let left = row.len() - done;
        match run {
            Run::Literal(count) if *count > 0 => {
                let length = left.min(*count);
                let bytes = input.get(*at..*at + length).ok_or(TRUNCATED)?;
                row[done..done + length].copy_from_slice(bytes);
                *at += length;
                *count -= length;
                done += length;
            }
            Run::Repeat(count) if *count > 0 => {
                let length = left.min(*count);
                row[done..done + length].fill(*input.get(*at).ok_or(TRUNCATED)?);
                *count -= length;
                done += length;
                if *count == 0 {
                    *at += 1;
                }
            }
            _ => {
                let head = *input.get(*at).ok_or(TRUNCATED)?;
                *at += 1;
                *run = match head {
                    0..128 => Run::Literal(usize::from(head) + 1),
                    128 => Run::None,
                    129.. => Run::Repeat(257 - usize::from(head)),
                };
            }
        }
    }
    Ok(())
}
