//! The first frame of a GIF on its screen, as Pillow shows it.

use gif::{ColorOutput, DecodeOptions, DecodingError, MemoryLimit};
use image::RgbImage;

use crate::canvas::{Canvas, zeroed};
use crate::error::{DecodeError, from_io_error};
use crate::orientation::Orientation;
use crate::size::{MAX_PIXELS, check_size};

/// Decodes a GIF file. Transparent pixels show the colour that the palette has for them.
pub(crate) fn decode(bytes: &[u8]) -> Result<RgbImage, DecodeError> {
    let mut options = DecodeOptions::new();
    options.set_color_output(ColorOutput::Indexed);
    if let Some(limit) = std::num::NonZeroU64::new(MAX_PIXELS) {
        options.set_memory_limit(MemoryLimit::Bytes(limit));
    }
    let mut decoder = options.read_info(bytes).map_err(from_gif_error)?;
    let screen = (decoder.width(), decoder.height());
    check_size(
        "GIF",
        u64::from(screen.0).max(1),
        u64::from(screen.1).max(1),
    )?;

    let frame = decoder
        .next_frame_info()
        .map_err(from_gif_error)?
        .ok_or_else(|| DecodeError::Corrupt {
            format: "GIF",
            detail: "there is no frame".to_owned(),
        })?;
    let (left, top) = (usize::from(frame.left), usize::from(frame.top));
    let (frame_width, frame_height) = (usize::from(frame.width), usize::from(frame.height));
    let background = frame.transparent.unwrap_or(0);
    let local = frame.palette.clone();
    // A frame that leaves the screen makes it larger.
    let width = (left + frame_width).max(usize::from(screen.0)) as u32;
    let height = (top + frame_height).max(usize::from(screen.1)) as u32;
    let mut canvas = Canvas::new("GIF", width, height, Orientation::Upright)?;
    check_size("GIF", frame_width as u64, frame_height as u64)?;

    let mut indices = zeroed(frame_width * frame_height, width, height)?;
    decoder
        .read_into_buffer(&mut indices)
        .map_err(from_gif_error)?;
    let palette = palette(
        local
            .as_deref()
            .or(decoder.global_palette())
            .unwrap_or_default(),
    );

    let mut row = palette[usize::from(background)].repeat(width as usize);
    for y in (0..top).chain(top + frame_height..height as usize) {
        canvas.put_row(y, &row);
    }
    for (y, line) in indices.chunks_exact(frame_width).enumerate() {
        for (rgb, index) in row[left * 3..].chunks_exact_mut(3).zip(line) {
            rgb.copy_from_slice(&palette[usize::from(*index)]);
        }
        canvas.put_row(top + y, &row);
    }
    Ok(canvas.finish())
}

/// All 256 colours: those of the file, and black for what it does not have.
fn palette(colors: &[u8]) -> [[u8; 3]; 256] {
    let colors = colors.as_chunks::<3>().0;
    std::array::from_fn(|index| colors.get(index).copied().unwrap_or_default())
}

fn from_gif_error(error: DecodingError) -> DecodeError {
    match error {
        DecodingError::Io(error) => from_io_error("GIF", &error),
        other => DecodeError::Corrupt {
            format: "GIF",
            detail: other.to_string(),
        },
    }
}
