//! The first frame of a GIF on its screen, as Pillow shows it.
//!
//! The `gif` crate (0.14) refuses files without a palette and stray bytes between blocks, both of which Pillow reads; of
//! a first frame little is left to read beside its LZW codes.

use image::RgbImage;
use weezl::BitOrder;
use weezl::decode::Decoder;

use crate::canvas::{Canvas, zeroed};
use crate::error::DecodeError;
use crate::lzw::{Codes, Unfilled};
use crate::orientation::Orientation;
use crate::size::check_size;
use crate::transparency::Transparency;

const TRUNCATED: DecodeError = DecodeError::Truncated { format: "GIF" };

/// The length of signature and screen descriptor.
const SCREEN: usize = 13;

/// 256 colours.
type Palette = [[u8; 3]; 256];

/// The first frame's description.
struct Frame<'a> {
    left: usize,
    top: usize,
    width: usize,
    height: usize,
    interlaced: bool,
    transparent: Option<u8>,
    /// Its own colours, where it has some.
    palette: Option<Palette>,
    code_size: u8,
    /// The blocks of its codes, and what is behind them.
    blocks: &'a [u8],
}

/// Decodes a GIF file. Transparent pixels show the colour that the palette has for them, or white.
pub(crate) fn decode(bytes: &[u8], transparency: Transparency) -> Result<RgbImage, DecodeError> {
    let screen = bytes.first_chunk::<SCREEN>().ok_or(TRUNCATED)?;
    let word = |at: usize| usize::from(u16::from_le_bytes([screen[at], screen[at + 1]]));
    let mut rest = &bytes[SCREEN..];
    let global = table(screen[10], &mut rest)?;
    let frame = first_frame(rest)?;
    // A frame that leaves the screen makes it larger.
    let width = (frame.left + frame.width).max(word(6));
    let height = (frame.top + frame.height).max(word(8));
    check_size("GIF", frame.width as u64, frame.height as u64)?;
    let (mut codes, data) = codes(&frame)?;
    let mut canvas = Canvas::new("GIF", width as u32, height as u32, Orientation::Upright)?;
    let palette = frame.palette.or(global).unwrap_or_else(greys);
    let shown = |index: u8| {
        let alpha = if frame.transparent == Some(index) {
            0
        } else {
            255
        };
        transparency.apply(palette[usize::from(index)], alpha)
    };

    let mut row = shown(frame.transparent.unwrap_or(0)).repeat(width);
    for y in (0..frame.top).chain(frame.top + frame.height..height) {
        canvas.put_row(y, &row);
    }
    let mut indices = zeroed(frame.width, width as u32, 1)?;
    let mut read_row = |y: usize| {
        codes.fill(&data, &mut indices).map_err(from_unfilled)?;
        let span = row[frame.left * 3..].as_chunks_mut::<3>().0;
        for (rgb, index) in span.iter_mut().zip(&indices) {
            *rgb = shown(*index);
        }
        canvas.put_row(frame.top + y, &row);
        Ok::<(), DecodeError>(())
    };
    if frame.interlaced {
        for (start, step) in [(0, 8), (4, 8), (2, 4), (1, 2)] {
            (start..frame.height)
                .step_by(step)
                .try_for_each(&mut read_row)?;
        }
    } else {
        (0..frame.height).try_for_each(&mut read_row)?;
    }
    Ok(canvas.finish())
}

/// Looks for the first frame behind the global colours; a byte that starts nothing is passed over.
fn first_frame(mut rest: &[u8]) -> Result<Frame<'_>, DecodeError> {
    let mut transparent = None;
    loop {
        let (kind, behind) = rest.split_first().ok_or(TRUNCATED)?;
        rest = behind;
        match kind {
            b';' => {
                return Err(DecodeError::Corrupt {
                    format: "GIF",
                    detail: "there is no frame".to_owned(),
                });
            }
            b'!' => {
                let (label, behind) = rest.split_first().ok_or(TRUNCATED)?;
                rest = behind;
                let control = block(&mut rest);
                if *label == 0xf9
                    && let Some(&[flags, _, _, index, ..]) = control
                    && flags & 1 == 1
                {
                    transparent = Some(index);
                }
                if control.is_some() {
                    while block(&mut rest).is_some() {}
                }
            }
            b',' => {
                let (place, behind) = rest.split_first_chunk::<9>().ok_or(TRUNCATED)?;
                rest = behind;
                let word = |at: usize| usize::from(u16::from_le_bytes([place[at], place[at + 1]]));
                let palette = table(place[8], &mut rest)?;
                let (code_size, blocks) = rest.split_first().ok_or(TRUNCATED)?;
                return Ok(Frame {
                    left: word(0),
                    top: word(2),
                    width: word(4),
                    height: word(6),
                    interlaced: place[8] & 0x40 != 0,
                    transparent,
                    palette,
                    code_size: *code_size,
                    blocks,
                });
            }
            _ => {}
        }
    }
}

/// The next block of a sequence, none at its end.
fn block<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (length, behind) = rest.split_first()?;
    let (block, behind) = behind
        .split_at_checked(usize::from(*length))
        .unwrap_or((behind, &[]));
    *rest = behind;
    (*length > 0).then_some(block)
}

/// The colours that `flags` promise, and black for what is beyond them. Where they are no others than the greys of their
/// own numbers, Pillow takes all numbers for greys.
fn table(flags: u8, rest: &mut &[u8]) -> Result<Option<Palette>, DecodeError> {
    if flags & 0x80 == 0 {
        return Ok(None);
    }
    let length = 3usize << ((flags & 7) + 1);
    let (colors, behind) = rest.split_at_checked(length).ok_or(TRUNCATED)?;
    *rest = behind;
    let colors = colors.as_chunks::<3>().0;
    if colors
        .iter()
        .zip(0..)
        .all(|(color, index)| *color == [index; 3])
    {
        return Ok(Some(greys()));
    }
    Ok(Some(std::array::from_fn(|index| {
        colors.get(index).copied().unwrap_or_default()
    })))
}

fn greys() -> Palette {
    std::array::from_fn(|index| [index as u8; 3])
}

/// The frame's LZW codes, without the lengths of their blocks.
fn codes(frame: &Frame<'_>) -> Result<(Codes, Vec<u8>), DecodeError> {
    if !(1..=11).contains(&frame.code_size) {
        return Err(corrupt("its codes have an impossible size"));
    }
    let mut data = Vec::new();
    let mut rest = frame.blocks;
    while let Some(block) = block(&mut rest) {
        data.extend_from_slice(block);
    }
    // A code means at most one pixel more than the one before it, and at most 4096; so no memory is taken for a frame of
    // which next to nothing is there.
    let most = data.len() * 8 / (usize::from(frame.code_size) + 1);
    let pixels = most.saturating_mul((most + 1).min(4096));
    if frame.width * frame.height > pixels {
        return Err(TRUNCATED);
    }
    Ok((
        Codes::new(Decoder::new(BitOrder::Lsb, frame.code_size)),
        data,
    ))
}

fn from_unfilled(error: Unfilled) -> DecodeError {
    match error {
        Unfilled::Ended => TRUNCATED,
        Unfilled::Damaged(error) => corrupt(&error.to_string()),
    }
}

fn corrupt(detail: &str) -> DecodeError {
    DecodeError::Corrupt {
        format: "GIF",
        detail: detail.to_owned(),
    }
}
